from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "opora.support"
    verbose_name = "Сопровождение"

    def ready(self) -> None:
        from opora.assessments.points import taken, undone
        from opora.collection.points import accepted
        from opora.core.tasks import clock
        from opora.documents.points import document_tabs
        from opora.lists.points import left, listed
        from opora.notices.points import busy, events, invited
        from opora.registry.points import organisation_succeeded
        from opora.roadmaps.points import origins_there, origins_told
        from opora.support import calendar, menu
        from opora.support.actions import opening, pairing, rescoring
        from opora.support.queries import orders
        from opora.support.telling import progress, waiting, waiting_plans, waiting_visits
        from opora.ui import points

        points.menu.register(menu.items)
        points.organisation_tabs.register(menu.tabs)
        accepted.register(rescoring.answered)
        taken.register(rescoring.results_counted)
        undone.register(rescoring.results_counted)
        events.register(calendar.events)
        invited.register(calendar.invited)
        busy.register(calendar.busy_in_meetings)
        busy.register(calendar.busy_in_visits)
        listed.register(opening.listed)
        left.register(opening.left)
        document_tabs.register(menu.document_tabs)
        origins_there.register(orders.origin_there)
        origins_told.register(orders.origin_told)
        organisation_succeeded.register(opening.succeeded)
        organisation_succeeded.register(pairing.succeeded)
        clock.every_tick.register(opening.catch_up)
        clock.every_tick.register(progress.remind)
        clock.every_tick.register(rescoring.follow_answers)
        points.waiting.register(waiting.waiting)
        points.waiting.register(waiting_visits.waiting)
        points.waiting.register(waiting_plans.waiting)
