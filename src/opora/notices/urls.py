from django.urls import path

from opora.notices.views import calendar, choices, mails, notices

app_name = "notices"
urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/unread/<int:moment>/", notices.unread_all, name="unread_all"),
    path("notices/choices/", choices.choices, name="choices"),
    path("notices/choices/defaults/", choices.defaults, name="defaults"),
    path("notices/calendar/open/", choices.open_calendar, name="open_calendar"),
    path("notices/calendar/close/", choices.close_calendar, name="close_calendar"),
    path("notices/<str:public_id>/open/", notices.go, name="open"),
    path("notices/<str:public_id>/read/", notices.read, name="read"),
    path("notices/<str:public_id>/unread/", notices.unread, name="unread"),
    path("calendar/<str:token>/opora.ics", calendar.feed, name="feed"),
    path("settings/mails/", mails.mails, name="mails"),
    path("settings/mails/<str:public_id>/retry/", mails.retry, name="retry"),
]
