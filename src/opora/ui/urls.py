from django.urls import path

from opora.ui import jobs, saved, views

app_name = "ui"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("tasks/<str:public_id>/", jobs.job, name="job"),
    path("tasks/<str:public_id>/stop/", jobs.stop, name="stop_job"),
    path("filters/", saved.save, name="save_filter"),
    path("filters/<str:public_id>/", saved.change, name="change_filter"),
    path("filters/<str:public_id>/remove/", saved.remove, name="remove_filter"),
    path("theme/", views.theme, name="theme"),
]
