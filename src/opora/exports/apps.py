from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "opora.exports"
    verbose_name = "Копии"

    def ready(self) -> None:
        from opora.exports.actions import release_table
        from opora.ui import points

        points.exporters.register(release_table)
