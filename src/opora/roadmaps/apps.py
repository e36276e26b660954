from django.apps import AppConfig


class RoadmapsConfig(AppConfig):
    name = "opora.roadmaps"
    verbose_name = "Дорожные карты"

    def ready(self) -> None:
        from opora.core import health
        from opora.core.tasks import clock
        from opora.deadlines import calendar
        from opora.documents import points as documents
        from opora.notices import points as notices
        from opora.registry import points as registry
        from opora.roadmaps import checks, digests, groups, letters, menu, tallies, triggers
        from opora.roadmaps.actions import amending, building, handing, planning, reminding, sending, working
        from opora.roadmaps.actions.working import dues
        from opora.ui import points as ui

        calendar.check()
        documents.approved.register(building.build)
        documents.preview.register(building.preview)
        documents.withdrawn.register(amending.document_withdrawn)
        documents.withdrawn.register(planning.document_withdrawn)
        documents.withdrawal.register(amending.withdrawal)
        documents.document_tabs.register(menu.document_tabs)
        documents.due_work.register(letters.due_work)
        documents.summaries.register(letters.summary)
        documents.extracts.register(letters.extract)
        documents.extract_choices.register(letters.choices)
        documents.names_a_group.register(groups.names_one)
        registry.organisation_succeeded.register(working.organisation_succeeded)
        dues.moved.register(handing.work_moved)
        health.checks.register(checks.counts)
        clock.every_tick.register(sending.continue_recurrences)
        clock.every_tick.register(tallies.compact)
        clock.every_tick.register(reminding.remind)
        clock.every_tick.register(reminding.forget_rounds)
        notices.heaps.register(digests.heaps)
        notices.events.register(digests.events)
        ui.menu.register(menu.entries)
        ui.waiting.register(menu.handed_waiting)
        ui.search.register(menu.find_assignments)
        ui.search.register(menu.find_roadmaps)
        ui.organisation_tabs.register(menu.organisation_tabs)
        triggers.TRIGGERS.keep(self)
