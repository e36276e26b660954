from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "opora.core"
    verbose_name = "Основание"

    def ready(self) -> None:
        from opora.core import checks, health

        health.checks.register(checks.background_work)
