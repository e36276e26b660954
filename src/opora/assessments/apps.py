from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "opora.assessments"
    verbose_name = "Результаты и выявление"

    def ready(self) -> None:
        from opora.assessments import menu
        from opora.ui import points

        points.menu.register(menu.items)
