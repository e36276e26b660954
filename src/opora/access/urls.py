from allauth.socialaccount.views import login_error
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from opora.access.views import accept, accounts, invitations

app_name = "access"
urlpatterns = [
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/invitations/", invitations.invitations, name="invitations"),
    path("settings/accounts/invitations/new/", invitations.invite, name="invite"),
    path("settings/accounts/invitations/<str:public_id>/", invitations.invitation, name="invitation"),
    path("settings/accounts/invitations/<str:public_id>/renew/", invitations.renew, name="renew"),
    path("settings/accounts/invitations/<str:public_id>/revoke/", invitations.revoke, name="revoke"),
    path("settings/accounts/<str:public_id>/", accounts.account, name="account"),
    path("settings/accounts/<str:public_id>/roles/<str:membership_id>/end/", accounts.end_role, name="end_role"),
    path("settings/accounts/<str:public_id>/disable/", accounts.disable, name="disable"),
    path("settings/accounts/<str:public_id>/enable/", accounts.enable, name="enable"),
    path("settings/accounts/<str:public_id>/second-factor/", accounts.reset_second_factor, name="reset_second_factor"),
    path("invitation/", accept.code, name="code"),
    path("invitation/<str:code>/", accept.accept, name="accept"),
    # In front of allauth's own: one that it forgot to open to strangers, and those that have no place here.
    path("accounts/3rdparty/login/error/", login_not_required(login_error)),
    re_path(r"^accounts/(?:email|confirm-email)/", accept.absent),
]
