from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "opora.assessments"
    verbose_name = "Результаты и выявление"

    def ready(self) -> None:
        from opora.assessments import checks, menu, retention
        from opora.core import health
        from opora.core.tasks import clock
        from opora.ui import points

        points.menu.register(menu.items)
        health.checks.register(checks.results)
        clock.every_tick.register(retention.forget_pupils)
        clock.every_tick.register(retention.drop_left_alone)
