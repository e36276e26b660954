from django.urls import path

from opora.development.views.events import outcomes, pages, people

EVENT = "events/<str:public_id>/"
urlpatterns = [
    path("events/", pages.events, name="events"),
    path("events/calendar/", pages.calendar, name="events_calendar"),
    path("events/calendar.ics", pages.events_ics, name="events_ics"),
    path("events/new/", pages.new, name="new_event"),
    path(EVENT, pages.event, name="event"),
    path(f"{EVENT}edit/", pages.edit, name="edit_event"),
    path(f"{EVENT}announce/", pages.announce, name="announce_event"),
    path(f"{EVENT}cancel/", pages.cancel, name="cancel_event"),
    path(f"{EVENT}event.ics", pages.ics, name="event_ics"),
    path(f"{EVENT}people/", people.people, name="event_people"),
    path(f"{EVENT}register/", people.register, name="register"),
    path(f"{EVENT}come/", people.come, name="come"),
    path(f"{EVENT}people/<str:row_id>/leave/", people.leave, name="leave_event"),
    path(f"{EVENT}attendance/", people.attendance, name="event_attendance"),
    path(f"{EVENT}materials/new/", outcomes.attach, name="attach_material"),
    path(f"{EVENT}materials/<str:material_id>/", outcomes.material, name="material"),
    path(f"{EVENT}materials/<str:material_id>/remove/", outcomes.detach, name="remove_material"),
    path(f"{EVENT}feedback/", outcomes.feedback, name="event_feedback"),
    path(f"{EVENT}certificates/", outcomes.certify, name="certify"),
    path(f"{EVENT}certificates.pdf", outcomes.certificates_pdf, name="event_certificates"),
    path("certificates/", outcomes.verify, name="verify"),
    path("certificates/<str:code>/", outcomes.certificate, name="certificate"),
    path("certificates/<str:public_id>/pdf/", outcomes.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:public_id>/withdraw/", outcomes.withdraw_certificate, name="withdraw_certificate"),
    path("certificates/<str:public_id>/restore/", outcomes.restore_certificate, name="restore_certificate"),
]
