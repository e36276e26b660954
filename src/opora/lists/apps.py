from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "opora.lists"
    verbose_name = "Списки школ"

    def ready(self) -> None:
        from opora.lists import menu
        from opora.ui import points

        points.menu.register(menu.items)
        points.organisation_tabs.register(menu.tabs)
