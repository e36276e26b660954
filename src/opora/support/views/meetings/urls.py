from django.urls import path

from opora.support.views.meetings import admitting, minutes, pages

urlpatterns = [
    path("meetings/", pages.meetings, name="meetings"),
    path("meetings/new/", pages.new, name="new_meeting"),
    path("meetings/<str:public_id>/", pages.meeting, name="meeting"),
    path("meetings/<str:public_id>/edit/", pages.edit, name="edit_meeting"),
    path("meetings/<str:public_id>/invite/", pages.invite, name="invite_to_meeting"),
    path("meetings/<str:public_id>/schools/", admitting.admit, name="admit_to_meeting"),
    path("meetings/<str:public_id>/cancel/", pages.cancel, name="cancel_meeting"),
    path("meetings/<str:public_id>/next/", pages.following, name="next_meeting"),
    path("meetings/<str:public_id>/invitation.ics", pages.ics, name="meeting_ics"),
    path("meetings/<str:public_id>/attendance/", minutes.attendance, name="attendance"),
    path("meetings/<str:public_id>/decisions/new/", minutes.add, name="add_decision"),
    path("meetings/<str:public_id>/decisions/<int:number>/", minutes.edit, name="decision"),
    path("meetings/<str:public_id>/decisions/<int:number>/remove/", minutes.remove, name="remove_decision"),
    path("meetings/<str:public_id>/decisions/<int:number>/close/", minutes.close, name="close_decision"),
    path("meetings/<str:public_id>/approve/", minutes.approve, name="approve_minutes"),
    path("meetings/<str:public_id>/protocol/", minutes.protocol, name="protocol"),
]
