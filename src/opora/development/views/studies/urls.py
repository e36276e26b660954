"""Addresses of monitoring studies."""

from django.urls import path

from opora.development.views.studies import book, pages, results

urlpatterns = [
    path("studies/", pages.studies, name="studies"),
    path("studies/new/", pages.new, name="new_study"),
    path("studies/<str:public_id>/", pages.study, name="study"),
    path("studies/<str:public_id>/edit/", pages.change, name="change_study"),
    path("studies/<str:public_id>/who/", pages.who, name="study_who"),
    path("studies/<str:public_id>/announce/", pages.announce, name="announce_study"),
    path("studies/<str:public_id>/drop/", pages.drop, name="drop_study"),
    path("studies/<str:public_id>/start/", pages.start, name="start_study"),
    path("studies/<str:public_id>/cancel/", pages.cancel, name="cancel_study"),
    path("studies/<str:public_id>/close/", pages.close, name="close_study"),
    path("studies/<str:public_id>/material/", pages.material, name="study_material"),
    path("studies/<str:public_id>/schools/<str:row_id>/", results.enter, name="enter_study"),
    path("studies/<str:public_id>/schools/<str:row_id>/results.xlsx", book.book, name="study_book"),
    path("studies/<str:public_id>/schools/<str:row_id>/file/", book.upload, name="upload_study_book"),
    path("studies/<str:public_id>/schools/<str:row_id>/file/take/", book.take, name="take_study_book"),
    path("studies/<str:public_id>/collect/", results.collect, name="collect_study"),
    path("studies/<str:public_id>/upload/", results.upload, name="upload_study"),
    path("studies/<str:public_id>/detach/", results.detach, name="detach_study"),
]
