from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "opora.notices"
    verbose_name = "Уведомления"
