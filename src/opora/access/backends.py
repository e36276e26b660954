"""Who is signed in, with his person: his name stands on every page."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from opora.access.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
