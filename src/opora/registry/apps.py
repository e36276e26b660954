from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "opora.registry"
    verbose_name = "Реестр организаций"

    def ready(self) -> None:
        from opora.registry import menu, queries
        from opora.ui import points

        points.menu.register(menu.items)
        points.search.register(queries.find_organisations)
        points.search.register(queries.find_people)
