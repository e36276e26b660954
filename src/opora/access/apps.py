from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "opora.access"
    verbose_name = "Доступ"

    def ready(self) -> None:
        from opora.access import imports, menu, triggers
        from opora.access.actions.accounts import forget_sessions
        from opora.core.tasks import clock
        from opora.registry import points as registry
        from opora.ui import points as ui

        triggers.TRIGGERS.keep(self)
        clock.every_tick.register(forget_sessions)
        ui.menu.register(menu.items)
        registry.role_words.register(imports.role_words)
        registry.person_imported.register(imports.person_imported)
