"""Addresses of the management reserve and of rewards."""

from django.urls import path

from opora.support.views.reserve import candidates, rewards

urlpatterns = [
    path("reserve/", candidates.reserve, name="reserve"),
    path("reserve/new/", candidates.new, name="new_candidate"),
    path("reserve/rewards/", rewards.rewards, name="rewards"),
    path("reserve/rewards/<str:public_id>/remove/", rewards.remove, name="remove_reward"),
    path("reserve/<str:public_id>/", candidates.candidate, name="candidate"),
    path("reserve/<str:public_id>/edit/", candidates.edit, name="edit_candidate"),
    path("reserve/<str:public_id>/include/", candidates.include, name="include_candidate"),
    path("reserve/<str:public_id>/decline/", candidates.decline, name="decline_candidate"),
    path("reserve/<str:public_id>/withdraw/", candidates.withdraw, name="withdraw_candidate"),
    path("reserve/<str:public_id>/again/", candidates.again, name="propose_again"),
    path("reserve/<str:public_id>/appoint/", candidates.appoint, name="appoint_candidate"),
    path("reserve/<str:public_id>/<str:appointment_id>/end/", candidates.end, name="end_appointment"),
    path("pairs/<str:public_id>/reward/", rewards.new, name="new_reward"),
]
