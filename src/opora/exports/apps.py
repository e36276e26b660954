from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "opora.exports"
    verbose_name = "Копии"

    def ready(self) -> None:
        from opora.exports import menu
        from opora.exports.actions import leave, release_table
        from opora.ui import points

        points.exporters.register(release_table)
        points.leaving.register(leave)
        points.menu.register(menu.items)
        points.print_foot.register(menu.foot)
