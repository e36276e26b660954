from django.urls import path

from opora.exports import views

app_name = "exports"
urlpatterns = [
    path("copies/check/", views.check, name="check"),
    path("copies/large/", views.prepare_large, name="prepare_large"),
    path("copies/large/<str:public_id>/", views.large_copy, name="large"),
    path("copies/large/<str:public_id>/file/", views.take_large, name="take_large"),
]
