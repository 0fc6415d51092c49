"""Invitations: the only way in for whoever has no account yet."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Person, Role, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified

# Long enough for a holiday's end, short enough for a mailbox that somebody else opens later.
VALID = timedelta(days=7)


def digest_of(token: str) -> str:
    """What the database keeps of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def write(self, *, by: User, email: str, **columns: Any) -> "Invitation":
        """A new one, valid from now; its mail is `notifications.post_invitation`."""
        address = email.strip().lower()
        return self.create(email=address, invited_by=by, expires_at=timezone.now() + VALID, **columns)

    def waiting(self, now: datetime | None = None) -> "InvitationQuerySet":
        """Neither accepted, nor taken back, nor out of date."""
        return self.unanswered().filter(expires_at__gt=now or timezone.now())

    def unanswered(self) -> "InvitationQuerySet":
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def opened_by(self, token: str) -> "InvitationQuerySet":
        """The one that this token opens, if it may still be accepted."""
        return self.waiting().filter(token_hash=digest_of(token))

    def to_network(self) -> "InvitationQuerySet":
        """Those that give a role on the platform."""
        return self.exclude(role="")


@classified(
    none="expires_at",
    personal="email first_name last_name person role invited_by invited_at sent_at accepted_at accepted_by revoked_at "
    "revoked_by",
    confidential="token_hash words",
    purpose="ouvrir la plateforme à qui y est attendu, et à personne d’autre",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
)
@pghistory.track(exclude=["token_hash", "words", "email", "first_name", "last_name"])
class Invitation(models.Model):
    """Somebody is asked to come in, at one address, once, within a week."""

    public_id = fields.public_id()
    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name="personne"
    )
    role = models.CharField("rôle proposé", max_length=20, choices=Role, blank=True)
    words = models.TextField("votre mot", blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="invitée par")
    invited_at = models.DateTimeField("invitée le", default=timezone.now)
    # Empty until the mail leaves, and again each time it is sent anew: the token is made then, and kept nowhere.
    token_hash = models.CharField("empreinte du lien", max_length=64, null=True, blank=True, unique=True)
    sent_at = models.DateTimeField("partie le", null=True, blank=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="acceptée par"
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )
    version = fields.version()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_is_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_says_who_accepted",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def state(self) -> str:
        """In one word, for a list."""
        if self.accepted_at:
            return "acceptée"
        if self.revoked_at:
            return "annulée"
        if self.expires_at <= timezone.now():
            return "expirée"
        return "en attente" if self.sent_at else "en partance"

    def renew(self) -> None:
        """A week from now, under another token: the first link opens nothing any more. Not saved."""
        self.token_hash, self.sent_at = None, None
        self.expires_at = timezone.now() + VALID
        self.version += 1
