"""Addresses of the pages around a case."""

from django.urls import path

from opora.support.views.around import pages

urlpatterns = [
    path("cases/<str:public_id>/events/", pages.events_page, name="case_events"),
    path("cases/<str:public_id>/documents/", pages.documents, name="case_documents"),
    path("cases/<str:public_id>/people/", pages.people, name="case_people"),
]
