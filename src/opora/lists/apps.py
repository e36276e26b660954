from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "opora.lists"
    verbose_name = "Списки школ"

    def ready(self) -> None:
        from opora.lists import actions, menu
        from opora.registry.points import organisation_succeeded
        from opora.ui import points

        points.menu.register(menu.items)
        points.organisation_tabs.register(menu.tabs)
        organisation_succeeded.register(actions.organisation_succeeded)
