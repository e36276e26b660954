from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "opora.exports"
    verbose_name = "Копии"
