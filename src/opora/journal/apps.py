from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "opora.journal"
    verbose_name = "Журнал"

    def ready(self) -> None:
        from opora.journal import menu
        from opora.ui import points

        points.menu.register(menu.items)
