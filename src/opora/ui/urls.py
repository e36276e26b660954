from django.urls import path

from opora.ui import views

app_name = "ui"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("theme/", views.theme, name="theme"),
]
