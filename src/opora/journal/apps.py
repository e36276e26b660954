from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "opora.journal"
    verbose_name = "Журнал"

    def ready(self) -> None:
        from opora.core import health
        from opora.journal import checks, menu
        from opora.ui import points

        points.menu.register(menu.items)
        health.checks.register(checks.chain)
