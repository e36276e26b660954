from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "opora.exports"
    verbose_name = "Копии"

    def ready(self) -> None:
        from opora.core.tasks import clock
        from opora.exports import large, menu
        from opora.exports.actions import leave, offer_large, release_table
        from opora.ui import points

        points.exporters.register(release_table)
        points.large_copies.register(offer_large)
        clock.every_tick.register(large.forget_large)
        points.leaving.register(leave)
        points.menu.register(menu.items)
        points.print_foot.register(menu.foot)
