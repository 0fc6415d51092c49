"""Who asks, from the public page, to be accompanied."""

import uuid
from datetime import datetime

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from structures.models.structures import Structure


class RequestState(models.TextChoices):
    RECEIVED = "received", "à répondre"
    ANSWERED = "answered", "répondue"
    WELCOMED = "welcomed", "accompagnée"
    CLOSED = "closed", "classée"


REQUEST_TRANSITIONS = {
    RequestState.RECEIVED: {RequestState.ANSWERED, RequestState.WELCOMED, RequestState.CLOSED},
    RequestState.ANSWERED: {RequestState.WELCOMED, RequestState.CLOSED},
    RequestState.WELCOMED: set(),
    RequestState.CLOSED: set(),
}


class AccompanimentRequestQuerySet(models.QuerySet["AccompanimentRequest"]):
    def visible_to(self, user: User) -> "AccompanimentRequestQuerySet":
        """Coordination alone: whoever wrote has no account, and wrote to nobody else."""
        return self if is_permitted(user, "answer_request") else self.none()

    def open(self) -> "AccompanimentRequestQuerySet":
        return self.filter(state=RequestState.RECEIVED)

    def to_be_done_first(self) -> "AccompanimentRequestQuerySet":
        """Those without an answer, then those that have one, then the closed; the latest first."""
        places = [models.When(state=state, then=place) for place, state in enumerate(RequestState.values)]
        return self.order_by(models.Case(*places, output_field=models.IntegerField()), "-received_at", "-pk")

    def over_since(self, moment: datetime) -> "AccompanimentRequestQuerySet":
        """Become a structure, or answered, before that moment, or closed without an answer."""
        return self.annotate(over_at=Coalesce("welcomed_at", "answered_at", "closed_at")).filter(over_at__lt=moment)


@classified(
    none="structure structure_name session_wanted state received_at answered_at welcomed_at closed_at",
    personal="person_name email phone answered_by",
    confidential="message answer closed_reason",
    purpose="répondre à qui demande un accompagnement",
    basis=Basis.CONSENT,
    retention=Retention.REQUEST,
)
# What somebody says of themselves, and what they were told, must be erasable: the history keeps states only.
@pghistory.track(
    exclude=[
        "person_name",
        "structure_name",
        "message",
        "email",
        "phone",
        "session_wanted",
        "answer",
        "closed_reason",
    ]
)
class AccompanimentRequest(models.Model):
    """Somebody who has no account asks to be accompanied, or for a place in a public session."""

    public_id = fields.public_id()
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_name = models.CharField("nom", max_length=120)
    structure_name = models.CharField("structure", max_length=200, blank=True)
    message = models.TextField("ce qui amène")
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    session_wanted = models.CharField("session souhaitée", max_length=300, blank=True)
    state = models.CharField("état", max_length=10, choices=RequestState, default=RequestState.RECEIVED)
    received_at = models.DateTimeField("reçue le", default=timezone.now)
    answer = models.TextField("réponse", blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    closed_reason = models.CharField("pourquoi elle est classée", max_length=300, blank=True)
    closed_at = models.DateTimeField("classée le", null=True, blank=True)
    structure = models.ForeignKey(
        Structure,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="structure ouverte",
    )
    welcomed_at = models.DateTimeField("accompagnée depuis le", null=True, blank=True)
    version = fields.version()

    objects = AccompanimentRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="request_leaves_a_way_to_answer"),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ANSWERED) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_request_has_its_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.CLOSED) | (~Q(closed_reason="") & Q(closed_at__isnull=False)),
                name="closed_request_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.structure_name or self.person_name

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.RECEIVED

    @property
    def is_over(self) -> bool:
        """Closed, or become a structure: nothing more is to be done of it."""
        return not REQUEST_TRANSITIONS[RequestState(self.state)]
