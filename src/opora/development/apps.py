from django.apps import AppConfig


class DevelopmentConfig(AppConfig):
    name = "opora.development"
    verbose_name = "Кадры"

    def ready(self) -> None:
        from opora.assessments.points import taken, used
        from opora.core.tasks import clock
        from opora.development import calendar, menu, study_calendar
        from opora.development.actions import giving, studies, study_results
        from opora.development.actions.events import outcomes
        from opora.notices.points import busy, events, invited
        from opora.support.points import case_parts
        from opora.ui import points

        points.menu.register(menu.items)
        points.waiting.register(menu.waiting)
        case_parts.register(menu.case_parts)
        clock.every_tick.register(giving.end_what_is_over)
        clock.every_tick.register(outcomes.remind)
        events.register(calendar.events)
        invited.register(calendar.invited)
        busy.register(calendar.busy)
        busy.register(calendar.busy_in_sittings)
        busy.register(study_calendar.busy)
        clock.every_tick.register(studies.remind)
        events.register(study_calendar.events)
        taken.register(study_results.taken)
        used.register(study_results.used)
