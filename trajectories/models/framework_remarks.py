"""What readers remark about the words of the référentiel, and what becomes of it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from trajectories.models.framework import LEVELS, FrameworkVersion
from trajectories.models.framework_changes import PartKind


class FrameworkRemarkQuerySet(models.QuerySet["FrameworkRemark"]):
    def visible_to(self, user: User) -> "FrameworkRemarkQuerySet":
        """Whoever wrote it, and coordination."""
        if user.lent_to is None and is_permitted(user, "answer_framework_remark"):
            return self
        return self.filter(author=user.person_id)

    def waiting(self) -> "FrameworkRemarkQuerySet":
        return self.filter(answered_at__isnull=True)


@classified(
    none="framework_version part key dimension_key rank taken_up_in written_at answered_at",
    personal="author answered_by",
    confidential="text answer",
    purpose="reprendre les mots du référentiel à partir de ce qu’en disent celles et ceux qui le lisent",
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
@pghistory.track()
class FrameworkRemark(models.Model):
    """What somebody says of a criterion, or of how levels are described in a dimension, as they read it in a version.
    It stays as it was written, with the answer it got and the version that takes it up."""

    public_id = fields.public_id()
    framework_version = models.ForeignKey(
        FrameworkVersion, verbose_name="version lue", on_delete=models.PROTECT, related_name="remarks"
    )
    part = models.CharField("porte sur", max_length=10, choices=PartKind)
    key = models.CharField("clé", max_length=60)
    dimension_key = models.CharField("clé de la dimension", max_length=60)
    rank = models.PositiveSmallIntegerField("repère", null=True, blank=True)
    author = models.ForeignKey(Person, verbose_name="auteur", on_delete=models.PROTECT, related_name="+")
    text = models.TextField("remarque")
    written_at = models.DateTimeField("écrite le", default=timezone.now)
    answer = models.TextField("réponse", blank=True)
    answered_by = models.ForeignKey(
        Person, verbose_name="répondu par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    taken_up_in = models.ForeignKey(
        FrameworkVersion,
        verbose_name="reprise dans la version",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="remarks_taken_up",
    )

    objects = FrameworkRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = "remarque sur le référentiel"
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="framework_remark_says_something"),
            models.CheckConstraint(
                condition=Q(part="critere", rank__isnull=True)
                | (Q(part="reperes") & (Q(rank__isnull=True) | Q(rank__range=(1, LEVELS)))),
                name="framework_remark_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="framework_remark_answered_in_full",
            ),
        ]

    def __str__(self) -> str:
        return f"Remarque sur {self.key}"

    def get_absolute_url(self) -> str:
        return f"{reverse('framework_remarks')}#remarque-{self.public_id}"
