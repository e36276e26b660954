from django.urls import path

from opora.journal import views

app_name = "journal"
urlpatterns = [
    path("journal/", views.entries, name="entries"),
]
