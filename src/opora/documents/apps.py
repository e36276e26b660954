from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "opora.documents"
    verbose_name = "Документы"
