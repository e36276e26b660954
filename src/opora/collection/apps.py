from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "opora.collection"
    verbose_name = "Сбор данных"

    def ready(self) -> None:
        from opora.collection import menu
        from opora.collection.actions import reminding
        from opora.collection.actions.bringing import forget_uploads
        from opora.collection.actions.proving import decided
        from opora.collection.points import accepted
        from opora.collection.queries import activities
        from opora.core.tasks import clock
        from opora.documents.points import document_tabs
        from opora.roadmaps.points import forms_asked, forms_there
        from opora.ui import points

        points.menu.register(menu.items)
        points.waiting.register(menu.waiting)
        points.organisation_tabs.register(menu.tabs)
        document_tabs.register(menu.document_tabs)
        accepted.register(decided)
        forms_there.register(activities.forms_there)
        forms_asked.register(activities.forms_asked)
        clock.every_tick.register(reminding.remind)
        clock.every_tick.register(forget_uploads)
