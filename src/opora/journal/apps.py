from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "opora.journal"
    verbose_name = "Журнал"
