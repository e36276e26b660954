from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "opora.documents"
    verbose_name = "Документы"

    def ready(self) -> None:
        from opora.documents import menu, queries
        from opora.ui import points

        points.menu.register(menu.items)
        points.waiting.register(menu.visas_waiting)
        points.search.register(queries.find_documents)
