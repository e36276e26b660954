from django.urls import path

from opora.assessments.views import loading

app_name = "assessments"
urlpatterns = [
    path("results/loadings/", loading.loadings, name="loadings"),
    path("results/loadings/<str:public_id>/", loading.loading, name="loading"),
]
