from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "opora.assessments"
    verbose_name = "Результаты и выявление"

    def ready(self) -> None:
        from opora.assessments import checks, menu, retention
        from opora.assessments.actions.telling import tell_listed
        from opora.assessments.points import used
        from opora.assessments.queries.deciding import run_on
        from opora.core import health
        from opora.core.tasks import clock
        from opora.lists.points import listed, papers
        from opora.ui import points

        points.menu.register(menu.items)
        points.organisation_tabs.register(menu.tabs)
        papers.register(menu.papers)
        listed.register(tell_listed)
        health.checks.register(checks.results)
        clock.every_tick.register(retention.forget_pupils)
        clock.every_tick.register(retention.drop_left_alone)
        used.register(run_on)
