"""People, with or without an account, and the roles they hold."""

from datetime import date
from typing import Any

import pghistory
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.functional import cached_property

from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified


class Gender(models.TextChoices):
    FEMININE = "f", "au féminin"
    MASCULINE = "m", "au masculin"
    UNSAID = "", "sans préférence"


class Circle(models.TextChoices):
    """Who reads a text, from the narrowest circle to the widest."""

    AUTHOR = "author", "moi seulement"
    TEAM = "team", "l’équipe d’accompagnement"
    DIRECTION = "direction", "la direction et l’équipe d’accompagnement"
    STRUCTURE = "structure", "la structure et l’équipe d’accompagnement"
    PARTICIPANTS = "participants", "les personnes présentes"
    COMMUNITY = "community", "la communauté"
    PUBLIC = "public", "tout le monde"

    @property
    def sentence(self) -> str:
        """Who that is, in plain words."""
        return _SENTENCES[self]


_SENTENCES = {
    Circle.AUTHOR: "Vous, et personne d’autre.",
    Circle.TEAM: "Les personnes qui accompagnent la structure, entre elles.",
    Circle.DIRECTION: "La dirigeance, le conseil d’administration et les personnes qui accompagnent.",
    Circle.STRUCTURE: "Toutes les personnes de la structure qui ont un compte, et celles qui l’accompagnent.",
    Circle.PARTICIPANTS: "Celles et ceux qui y étaient, et les personnes qui l’ont animé. La dirigeance et le conseil "
    "ne le lisent pas, sauf s’ils y étaient.",
    Circle.COMMUNITY: "Celles et ceux qui accompagnent, qui forment, et les autres membres de la communauté.",
    Circle.PUBLIC: "N’importe qui, même sans compte.",
}


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "Coordination"
    PRACTITIONER = "practitioner", "Accompagnement"
    TRAINER = "trainer", "Formation"
    MEMBER = "member", "Communauté"
    FUNDER = "funder", "Financement"


@classified(
    none="created_at",
    personal="first_name last_name gender email phone",
    purpose="nommer et joindre les personnes qui prennent part à un accompagnement",
    retention=Retention.ACCOUNT,
)
@pghistory.track()
class Person(models.Model):
    """Somebody who takes part, contributes or is met; most never have an account."""

    public_id = fields.public_id()
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80, blank=True)
    gender = models.CharField("accord", max_length=1, choices=Gender, blank=True, default=Gender.UNSAID)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()

    class Meta:
        ordering = [Lower("last_name"), Lower("first_name"), "pk"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class UserManager(BaseUserManager["User"]):
    def as_signed_in(self) -> "models.QuerySet[User]":
        """Each with what every page asks of them, in the same query: `has_second_factor`, `unread_notices`."""
        factors = _factors().filter(user=OuterRef("pk"))
        # django-stubs takes an annotation for a second definition of the property it fills.
        return self.annotate(
            has_second_factor=Exists(factors),
            unread_notices=_number_of_unread(OuterRef("pk")),  # type: ignore[no-redef]
        )

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("person")

    def create_user(self, *, email: str, person: Person, password: str | None = None) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), person=person)
        user.set_password(password)
        user.save()
        return user


def _number_of_unread(user: Any) -> models.expressions.Combinable:
    """Through the application's registry: notices are written about users, in a module that stands on this one."""
    unread = apps.get_model("accounts", "Notice").objects.unread().filter(recipient=user)
    counted = unread.order_by().values("recipient").annotate(number=Count("pk")).values("number")
    return Coalesce(models.Subquery(counted), 0)


def _factors() -> models.QuerySet[Authenticator]:
    """Recovery codes alone prove nothing: they replace a factor that is lost."""
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


@classified(
    none="created_at",
    personal="last_login person email is_active",
    confidential="password",
    purpose="ouvrir la plateforme à une personne, et à elle seule",
    retention=Retention.ACCOUNT,
)
@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person's means of signing in; scrubbed when they leave, never deleted."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    email = models.EmailField("adresse électronique", unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # Whoever holds this person's place for a moment, with their consent: they, not this person, are at the keyboard.
    lent_to: "User | None" = None
    lent_by: models.Model | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_the_case")]

    def __str__(self) -> str:
        return self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held today, read once a request; a closed account holds none."""
        if not self.is_active:
            return frozenset()
        return frozenset(self.role_grants.current().values_list("role", flat=True))

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether an application or a passkey is registered; read with the user when a request begins."""
        return _factors().filter(user=self).exists()

    @cached_property
    def unread_notices(self) -> int:
        """How many notices wait; read with the user when a request begins."""
        return apps.get_model("accounts", "Notice").objects.unread().filter(recipient=self).count()


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self, on: date | None = None) -> "RoleGrantQuerySet":
        """Grants in force on that day, today by default."""
        day = on or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


@classified(
    personal="user role since until granted_by",
    purpose="savoir qui a le droit de quoi, et qui l’a donné",
    retention=Retention.ACCOUNT,
)
@pghistory.track()
class RoleGrant(models.Model):
    """One role on the platform given to one user, from a day to another; several may hold at once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="role_grant_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(until__isnull=True), name="role_granted_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
