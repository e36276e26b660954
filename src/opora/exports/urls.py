from django.urls import path

from opora.exports import views

app_name = "exports"
urlpatterns = [path("copies/check/", views.check, name="check")]
