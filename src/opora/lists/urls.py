from django.urls import path

from opora.lists import views

app_name = "lists"
urlpatterns = [
    path("lists/", views.lists, name="lists"),
    path("lists/new/", views.create, name="create"),
    path("lists/<str:public_id>/", views.school_list, name="list"),
    path("lists/<str:public_id>/edit/", views.edit, name="edit"),
    path("lists/<str:public_id>/approve/", views.approve, name="approve"),
    path("lists/<str:public_id>/reopen/", views.reopen, name="reopen"),
    path("lists/<str:public_id>/schools/add/", views.add, name="add"),
    path("lists/<str:public_id>/schools/<str:school_id>/remove/", views.remove, name="remove"),
    path("lists/<str:public_id>/import/", views.upload, name="import"),
    path("lists/<str:public_id>/import/<str:import_id>/", views.preview, name="preview"),
    path("schools/<str:public_id>/lists/", views.school, name="school"),
]
