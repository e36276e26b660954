from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "opora.lists"
    verbose_name = "Списки школ"
