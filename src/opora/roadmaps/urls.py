from django.urls import path

from opora.roadmaps.views import assignments, dating, roadmaps, sending

app_name = "roadmaps"
urlpatterns = [
    path("", assignments.home, name="home"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("assignments/<str:public_id>/", assignments.assignment, name="assignment"),
    path("assignments/<str:public_id>/start/", assignments.start, name="start"),
    path("assignments/<str:public_id>/report/", assignments.report, name="report"),
    path("assignments/<str:public_id>/decide/", assignments.decide, name="decide"),
    path("assignments/<str:public_id>/reconsider/", assignments.reconsider, name="reconsider"),
    path("assignments/<str:public_id>/cancel/", assignments.cancel, name="cancel"),
    path("assignments/<str:public_id>/restore/", assignments.restore, name="restore"),
    path("assignments/<str:public_id>/controller/", assignments.controller, name="controller"),
    path("evidence/<str:public_id>/", assignments.evidence, name="evidence"),
    path("evidence/<str:public_id>/remove/", assignments.remove_evidence, name="remove_evidence"),
    path("assignments/<str:public_id>/event/", dating.own_event, name="own_event"),
    path("dates/<str:public_id>/", dating.schedule, name="schedule"),
    path("road-maps/", roadmaps.roadmaps, name="roadmaps"),
    path("road-maps/<str:public_id>/", roadmaps.roadmap, name="roadmap"),
    path("road-maps/<str:public_id>/municipalities/", roadmaps.municipalities, name="municipalities"),
    path("road-maps/<str:public_id>/history/", roadmaps.history, name="history"),
    path("road-maps/<str:public_id>/close/", roadmaps.close, name="close"),
    path("road-maps/<str:public_id>/reopen/", roadmaps.reopen, name="reopen"),
    path("road-maps/<str:public_id>/print/<str:kind>/", roadmaps.export, name="export"),
    path("road-maps/<str:public_id>/events/<str:activity>/", dating.activity_events, name="events"),
    path("road-maps/<str:public_id>/events/<str:activity>/recorder/", dating.recorder, name="recorder"),
    path("road-maps/<str:public_id>/events/<str:activity>/<str:event>/undo/", dating.undo_event, name="undo_event"),
    path("road-maps/<str:public_id>/ask-dates/", dating.ask_dates, name="ask_dates"),
    path("road-maps/<str:public_id>/sending/", sending.sending, name="sending"),
    path("road-maps/<str:public_id>/sending/name/", sending.name, name="name"),
    path("road-maps/<str:public_id>/sending/windows/", sending.windows, name="windows"),
    path("road-maps/<str:public_id>/sending/divide/<str:activity>/", sending.divide, name="divide"),
    path("road-maps/<str:public_id>/sending/dates/<str:activity>/", sending.dates, name="dates"),
    path("road-maps/<str:public_id>/send/", sending.send, name="send"),
]
