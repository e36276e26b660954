"""Accounts and memberships. `User` is the Actor of every floor."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from opora.access.points import reaches
from opora.access.roles import ROLES, Reach, RoleCode
from opora.core.actor import LEVEL, Actor, Scope
from opora.core.clock import today
from opora.core.constraints import both_or_none
from opora.core.models import BytewiseField, PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.text import words
from opora.registry.models import Organisation, Person, PersonWord
from opora.registry.models.words import WordQuerySet


class UserQuerySet(models.QuerySet["User"]):
    def visible(self, user: Actor) -> UserQuerySet:
        """Accounts that the person may manage: those with a membership in the scope, and those without any."""
        scope = user.scope(Permission.ACCOUNTS_MANAGE)
        if not scope:
            return self.none()
        members = Membership.objects.filter(scope.q("organisation__path"))
        return self.filter(Q(pk__in=members.values("user")) | Q(memberships__isnull=True)).distinct()

    def matching(self, text: str) -> UserQuerySet:
        """Those where every word of `text` begins a word of the name, the login or the e-mail.

        Those who bear the longest word, which few bear, are found by an index, and looked at for each of the others.
        """
        found = self
        for number, word in enumerate(sorted(words(text), key=len, reverse=True)):
            own, names = UserWord.objects.beginning(word), PersonWord.objects.beginning(word)
            if number:
                named = Exists(names.filter(person=OuterRef("person")))
                found = found.filter(named | Exists(own.filter(user=OuterRef("pk"))))
            else:
                named_so = User.objects.filter(person__in=names.values("person")).order_by()
                found = found.filter(pk__in=own.values("user").union(named_so.values("pk")))
        return found


class OporaUserManager(UserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible(self, user: Actor) -> UserQuerySet:
        return self.get_queryset().visible(user)


class User(AbstractUser, PublicModel):
    """An account. What it may do comes from its memberships alone; Django's own flags and groups are not used."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    person = models.OneToOneField(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="user", verbose_name="человек"
    )
    display_name = models.CharField("имя", max_length=300, blank=True)
    sort_name = SortKeyField(source="display_name", db_index=True)
    search = models.TextField(editable=False, blank=True, default="")  # folded words, a space before each
    # The last day of anything entrusted beyond the roles: without it, or after it, the floors above are not asked.
    entrusted_until = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[OporaUserManager] = OporaUserManager()

    class Meta:
        verbose_name = "учётная запись"
        verbose_name_plural = "учётные записи"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = "".join(f" {word}" for word in words(f"{self.display_name} {self.username} {self.email}"))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("access:account", args=[self.public_id])

    def get_full_name(self) -> str:
        return self.person.full_name if self.person else self.display_name

    def get_short_name(self) -> str:
        return self.person.short_name if self.person else self.display_name or self.username

    # -- Actor ---------------------------------------------------------------------------------------------------

    @property
    def label(self) -> str:
        active = self.active_memberships
        place = f" ({active[0].get_role_display()}, {active[0].organisation.short_name})" if active else ""
        return f"{self}{place}"[:300]

    @property
    def actor_id(self) -> str:
        return self.public_id

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """Today's memberships with their organisations: one query a request."""
        return list(self.memberships.on(today()).select_related("organisation").order_by("pk"))

    @cached_property
    def _scopes(self) -> dict[Permission, Scope]:
        paths: dict[Permission, set[str]] = {}
        for membership in self.active_memberships:
            for permission, reach in ROLES[membership.role].grants.items():
                paths.setdefault(permission, set()).add(membership.reach(reach))
        for added in reaches.call(self):
            for permission, places in added.items():
                paths.setdefault(permission, set()).update(places)
        return {permission: Scope(_outermost(found)) for permission, found in paths.items()}

    def may(self, permission: Permission, path: str | None = None) -> bool:
        scope = self.scope(permission)
        return bool(scope) if path is None else path in scope

    def scope(self, permission: Permission) -> Scope:
        return self._scopes.get(permission, Scope()) if self.is_active else Scope()

    @cached_property
    def own(self) -> Scope:
        return Scope(_outermost({m.organisation.path for m in self.active_memberships}))

    @cached_property
    def kept(self) -> dict[str, Any]:
        return {}

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        for name in ("active_memberships", "_scopes", "own", "kept"):
            self.__dict__.pop(name, None)


def _outermost(paths: set[str]) -> tuple[str, ...]:
    """Paths without those that lie inside another."""
    return tuple(p for p in sorted(paths) if not any(p != q and p.startswith(q) for q in paths))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: Any) -> MembershipQuerySet:
        """Memberships in force on a day."""
        return self.filter(Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day))

    def current(self) -> MembershipQuerySet:
        """Memberships in force today or later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=today()))

    def visible(self, user: Actor) -> MembershipQuerySet:
        return self.filter(user.scope(Permission.ACCOUNTS_MANAGE).q("organisation__path"))


class Membership(PublicModel):
    """A role of a user in an organisation for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name="учётная запись")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name="организация"
    )
    role = models.CharField("роль", max_length=30, choices=RoleCode)
    since = models.DateField("с", default=today)
    until = models.DateField("по", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "роль в организации"
        verbose_name_plural = "роли в организациях"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=RoleCode.values), name="membership_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="membership_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"

    def reach(self, reach: Reach) -> str:
        """The path from which a permission of this membership reaches down."""
        path = self.organisation.path
        if reach is Reach.REGION:
            return path[:LEVEL]
        if reach is Reach.PARENT and len(path) > LEVEL:
            return path[:-LEVEL]
        return path


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible(self, user: Actor) -> InvitationQuerySet:
        return self.filter(user.scope(Permission.ACCOUNTS_INVITE).q("organisation__path"))

    def pending(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())

    def matching(self, text: str) -> InvitationQuerySet:
        """Those where every word of `text` begins a word of the name or the e-mail, by an index."""
        found = self
        for word in words(text):
            found = found.filter(pk__in=InvitationWord.objects.beginning(word).values("invitation"))
        return found


class Invitation(PublicModel):
    """A code by which a person makes his own account with a first role; only its digest is kept."""

    code_hash = models.CharField(max_length=64, unique=True, editable=False)  # `access.codes.digest`
    display_name = models.CharField("имя", max_length=300)
    email = models.EmailField("электронная почта", blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="человек"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )
    role = models.CharField("роль", max_length=30, choices=RoleCode)
    inviter = models.CharField("кто пригласил", max_length=300)  # as the journal writes him
    expires_at = models.DateTimeField("действует до")
    accepted_at = models.DateTimeField("принято", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="кем принято"
    )
    revoked_at = models.DateTimeField("отозвано", null=True, blank=True)
    sort_name = SortKeyField(source="display_name", db_index=True)
    search = models.TextField(editable=False, blank=True, default="")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "приглашение"
        verbose_name_plural = "приглашения"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=RoleCode.values), name="invitation_role"),
            both_or_none("accepted_at", "accepted_by", name="invitation_accepted"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True), name="invitation_one_end"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = "".join(f" {word}" for word in words(f"{self.display_name} {self.email}"))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("access:invitation", args=[self.public_id])

    @property
    def pending(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()

    @property
    def state(self) -> tuple[str, str, str]:
        """Code, word and tone, as `{% state %}` takes them."""
        if self.accepted_at:
            return "accepted", "принято", "success"
        if self.revoked_at:
            return "revoked", "отозвано", "neutral"
        if not self.pending:
            return "expired", "срок истёк", "danger"
        return "pending", "ждёт", "info"


class UserWord(models.Model):
    """A word of `User.search`; the database keeps it (`access.triggers`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    word = BytewiseField(max_length=200)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = "слово учётной записи"
        verbose_name_plural = "слова учётных записей"
        indexes = [models.Index(fields=["word", "user"], name="user_word")]
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="user_word_once")]

    def __str__(self) -> str:
        return self.word


class InvitationWord(models.Model):
    """A word of `Invitation.search`; the database keeps it (`access.triggers`)."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    word = BytewiseField(max_length=200)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = "слово приглашения"
        verbose_name_plural = "слова приглашений"
        indexes = [models.Index(fields=["word", "invitation"], name="invitation_word")]
        constraints = [models.UniqueConstraint(fields=["invitation", "word"], name="invitation_word_once")]

    def __str__(self) -> str:
        return self.word
