from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "opora.collection"
    verbose_name = "Сбор данных"

    def ready(self) -> None:
        from opora.collection import menu
        from opora.ui import points

        points.menu.register(menu.items)
