from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "opora.notices"
    verbose_name = "Уведомления"

    def ready(self) -> None:
        from opora.core.tasks import clock
        from opora.notices import menu, retention
        from opora.notices.mailing import sending
        from opora.ui import points as ui

        clock.every_tick.register(sending.send_due)
        clock.every_tick.register(retention.forget_old)
        ui.bell.register(menu.bell)
        ui.menu.register(menu.entries)
