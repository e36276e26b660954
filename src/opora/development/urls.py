from django.urls import path

from opora.development.views import building, giving, helping, overview, planning, sitting
from opora.development.views.events import urls as events
from opora.development.views.studies.urls import urlpatterns as studies

app_name = "development"
instruments = [
    path("development/instruments/", building.instruments, name="instruments"),
    path("development/instruments/new/", building.new, name="new_instrument"),
    path("development/instruments/<str:public_id>/", building.instrument, name="instrument"),
    path("development/instruments/<str:public_id>/preview/", building.preview, name="preview"),
    path("development/instruments/<str:public_id>/time/", building.time, name="time"),
    path("development/instruments/<str:public_id>/scales/new/", building.scale, name="new_scale"),
    path("development/instruments/<str:public_id>/scales/<str:key>/", building.scale, name="scale"),
    path("development/instruments/<str:public_id>/scales/<str:key>/remove/", building.drop_scale, name="drop_scale"),
    path("development/instruments/<str:public_id>/tasks/new/", building.task, name="new_task"),
    path("development/instruments/<str:public_id>/tasks/<str:code>/", building.task, name="task"),
    path("development/instruments/<str:public_id>/tasks/<str:code>/up/", building.move, {"by": -1}, name="task_up"),
    path("development/instruments/<str:public_id>/tasks/<str:code>/down/", building.move, {"by": 1}, name="task_down"),
    path("development/instruments/<str:public_id>/tasks/<str:code>/remove/", building.drop_task, name="drop_task"),
    path("development/instruments/<str:public_id>/workbook/", building.workbook, name="workbook"),
    path("development/instruments/<str:public_id>/upload/", building.upload, name="upload"),
    path("development/instruments/<str:public_id>/publish/", building.publish, name="publish"),
    path("development/instruments/<str:public_id>/version/", building.new_version, name="new_version"),
]
diagnoses = [
    path("development/diagnoses/", giving.diagnoses, name="diagnoses"),
    path("development/diagnoses/new/", giving.new, name="new_diagnosis"),
    path("development/diagnoses/<str:public_id>/", giving.diagnosis, name="diagnosis"),
    path("development/diagnoses/<str:public_id>/give/", giving.give, name="give"),
    path("development/diagnoses/<str:public_id>/drop/", giving.drop, name="drop_diagnosis"),
    path("development/diagnoses/<str:public_id>/close/", giving.close, name="close"),
    path("development/diagnoses/<str:public_id>/paper/", giving.paper, name="paper"),
    path("development/diagnoses/<str:public_id>/paper/<str:sitting_id>/", giving.enter, name="enter"),
]
plans = [
    path("development/overview/", overview.overview, name="overview"),
    path("development/schools/<str:public_id>/", overview.school, name="school"),
    path("development/help/", helping.helps, name="helps"),
    path("development/help/new/", helping.new_help, name="new_help"),
    path("development/help/<str:public_id>/", helping.one_help, name="help"),
    path("development/help/<str:public_id>/edit/", helping.edit_help, name="edit_help"),
    path("development/help/<str:public_id>/withdraw/", helping.withdraw_help, {"back": False}, name="withdraw_help"),
    path("development/help/<str:public_id>/return/", helping.withdraw_help, {"back": True}, name="return_help"),
    path("development/sittings/<str:public_id>/plan/", planning.plan, name="plan"),
    path("development/sittings/<str:public_id>/plan/draft/", planning.draft, name="draft_plan"),
    path("development/sittings/<str:public_id>/plan/add/", planning.add_line, name="add_line"),
    path("development/sittings/<str:public_id>/plan/<str:line_id>/", planning.change_line, name="change_line"),
    path("development/sittings/<str:public_id>/plan/<str:line_id>/done/", planning.do_line, name="do_line"),
    path("development/sittings/<str:public_id>/plan/<str:line_id>/undo/", planning.undo_line, name="undo_line"),
    path("development/sittings/<str:public_id>/plan/<str:line_id>/remove/", planning.remove_line, name="remove_line"),
    path("development/sittings/<str:public_id>/plan/<str:line_id>/check/", planning.check_line, name="check_line"),
]
urlpatterns = [
    *instruments,
    *diagnoses,
    *events.urlpatterns,
    *studies,
    *plans,
    path("development/", sitting.own, name="own"),
    path("development/staff/", sitting.staff, name="staff"),
    path("development/sittings/<str:public_id>/", sitting.sitting, name="sitting"),
    path("development/sittings/<str:public_id>/start/", sitting.start, name="start"),
    path("development/sittings/<str:public_id>/tasks/<int:number>/", sitting.task, name="sit"),
    path("development/sittings/<str:public_id>/left/", sitting.left, name="left"),
    path("development/sittings/<str:public_id>/finish/", sitting.finish, name="finish"),
    path("development/sittings/<str:public_id>/consent/", sitting.consent, {"given": True}, name="consent"),
    path("development/sittings/<str:public_id>/withdraw/", sitting.consent, {"given": False}, name="withdraw"),
]
