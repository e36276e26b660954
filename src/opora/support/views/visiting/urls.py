"""Addresses of seasons and visits."""

from django.urls import path

from opora.support.views.visiting import advice, book, seasons, sheets, visits

urlpatterns = [
    path("visits/", visits.visits, name="visits"),
    path("visits/new/", visits.new, name="new_visit"),
    path("visits/seasons/", seasons.seasons, name="seasons"),
    path("visits/seasons/<str:public_id>/", seasons.season, name="season"),
    path("visits/seasons/<str:public_id>/confirm/", seasons.confirm_season, name="confirm_season"),
    path("visits/seasons/<str:public_id>/again/", seasons.replan, name="replan_season"),
    path("visits/sheets/", sheets.sheets, name="observation_sheets"),
    path("visits/sheets/new/", sheets.start, name="start_sheet"),
    path("visits/sheets/<str:public_id>/", sheets.sheet, name="observation_sheet"),
    path("visits/sheets/<str:public_id>/edit/", sheets.edit, name="edit_sheet"),
    path("visits/sheets/<str:public_id>/publish/", sheets.publish, name="publish_sheet"),
    path("visits/sheets/<str:public_id>/drop/", sheets.drop, name="drop_sheet"),
    path("visits/<str:public_id>/", visits.visit, name="visit"),
    path("visits/<str:public_id>/agree/school/", visits.agree, {"side": "school"}, name="agree_school"),
    path("visits/<str:public_id>/agree/municipality/", visits.agree, {"side": "area"}, name="agree_area"),
    path("visits/<str:public_id>/report/", visits.hold, name="hold_visit"),
    path("visits/<str:public_id>/move/", visits.move, name="move_visit"),
    path("visits/<str:public_id>/cancel/", visits.cancel, name="cancel_visit"),
    path("visits/<str:public_id>/notes/", visits.add_note, name="add_visit_note"),
    path("visits/<str:public_id>/advice/", advice.advise, name="advise"),
    path("visits/<str:public_id>/advice/order/", advice.order, name="order_advice"),
    path("visits/<str:public_id>/advice/<str:advice_id>/done/", advice.mark, {"done": True}, name="do_advice"),
    path("visits/<str:public_id>/advice/<str:advice_id>/undone/", advice.mark, {"done": False}, name="undo_advice"),
    path("visits/<str:public_id>/report.xlsx", book.book, name="visit_book"),
    path("visits/<str:public_id>/file/", book.upload, name="upload_visit_book"),
    path("visits/<str:public_id>/file/take/", book.take, name="take_visit_book"),
    path("visits/<str:public_id>/pack.docx", visits.day_pack, name="day_pack"),
    path("visits/<str:public_id>/report.docx", visits.report, name="visit_report"),
]
