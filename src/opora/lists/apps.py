from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "opora.lists"
    verbose_name = "Списки школ"

    def ready(self) -> None:
        from opora.access.points import reaches
        from opora.core.tasks import clock
        from opora.documents.points import approved, document_tabs
        from opora.lists import actions, capability, importing, menu
        from opora.lists.twin import menu as twin_menu
        from opora.registry.points import organisation_succeeded
        from opora.ui import points

        reaches.register(capability.reach)
        approved.register(capability.check_pairs)
        clock.every_tick.register(importing.forget_imports)
        points.menu.register(menu.items)
        document_tabs.register(twin_menu.tabs)
        points.organisation_tabs.register(menu.tabs)
        organisation_succeeded.register(actions.organisation_succeeded)
