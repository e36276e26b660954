from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "opora.collection"
    verbose_name = "Сбор данных"

    def ready(self) -> None:
        from opora.collection import menu, telling
        from opora.collection.actions.workbooks import forget_uploads
        from opora.core.tasks import clock
        from opora.ui import points

        points.menu.register(menu.items)
        points.waiting.register(menu.waiting)
        points.organisation_tabs.register(menu.tabs)
        clock.every_tick.register(telling.remind)
        clock.every_tick.register(forget_uploads)
