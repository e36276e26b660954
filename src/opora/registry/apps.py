from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "opora.registry"
    verbose_name = "Реестр организаций"

    def ready(self) -> None:
        from opora.core.tasks import clock
        from opora.registry import menu, queries, triggers
        from opora.registry.actions.imports import forget_uploads
        from opora.ui import points

        triggers.TRIGGERS.keep(self)
        clock.every_tick.register(forget_uploads)
        points.menu.register(menu.items)
        points.search.register(queries.find_organisations)
        points.search.register(queries.find_people)
