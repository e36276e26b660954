from django.urls import path

from opora.ui import jobs, views

app_name = "ui"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("tasks/<str:public_id>/", jobs.job, name="job"),
    path("tasks/<str:public_id>/stop/", jobs.stop, name="stop_job"),
    path("theme/", views.theme, name="theme"),
]
