"""What may be told, across structures, of what those who passed a step had done before: floors, and nothing else."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared.classification import classified
from efc_platform.shared.small_numbers import FEWEST
from trajectories.models import LEVELS, Criterion, Dimension, Modality


class Deed(models.TextChoices):
    """What a structure may have done in the year before a reading, in the order in which it is always told: never by
    how many did it."""

    LEADER_TRAINING = Modality.LEADER_TRAINING.value, "une formation ou déformation des dirigeants"
    WORK_ORGANISATION = Modality.WORK_ORGANISATION.value, "un travail sur l’organisation et l’activité"
    PEER_SPACE = Modality.PEER_SPACE.value, "un espace d’échange et de professionnalisation"
    PARTNER_MEETING = Modality.PARTNER_MEETING.value, "une rencontre de partenaires"
    OTHER = Modality.OTHER.value, "une autre intervention"
    SESSION = "session", "une session de formation où quelqu’un est venu"
    TRIAL = "trial", "un essai commencé"
    WORKSHOP = "workshop", "une lecture en atelier d’équipe"
    MEETING = "meeting", "une rencontre entre points de vue, après un tour de lectures"


def _stays(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


@classified(none="cut_on made_at")
@pgtrigger.register(_stays("quarterly_look_stays"))
class QuarterlyLook(models.Model):
    """One looked, once for the quarter that begins that day, at what was shared before it."""

    cut_on = models.DateField("premier jour du trimestre", unique=True)
    made_at = models.DateTimeField("fait le", auto_now_add=True)

    class Meta:
        verbose_name = "relevé trimestriel"
        ordering = ["cut_on"]

    def __str__(self) -> str:
        return f"Relevé du {self.cut_on}"


class StepTableQuerySet(models.QuerySet["StepTable"]):
    def visible_to(self, user: User) -> "StepTableQuerySet":
        """The community and coordination: no structure can be recognised in them, and they are theirs to read."""
        return self if is_permitted(user, "read_what_came_before") else self.none()


@classified(none="look dimension criterion lower is_forward is_told")
@pgtrigger.register(_stays("step_table_stays"))
class StepTable(models.Model):
    """What a look found of one step of a dimension, or of a criterion read alone: that nothing may be told of it, or
    the floors that may. Nothing else is kept: neither who passed the step, nor how many."""

    look = models.ForeignKey(QuarterlyLook, verbose_name="relevé", on_delete=models.PROTECT, related_name="tables")
    dimension = models.ForeignKey(Dimension, verbose_name="dimension", on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        Criterion, verbose_name="critère", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lower = models.PositiveSmallIntegerField("rang du plus petit des deux repères")
    is_forward = models.BooleanField("en avançant")
    is_told = models.BooleanField("quelque chose s’en dit")

    objects = StepTableQuerySet.as_manager()

    class Meta:
        verbose_name = "ce qui a précédé un pas"
        ordering = ["look__cut_on", "lower", "-is_forward", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["look", "dimension", "criterion", "lower", "is_forward"],
                name="step_told_once_a_look",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(lower__range=(1, LEVELS - 1)), name="step_is_between_two_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion or self.dimension}, {self.lower} · {self.look}"


@classified(none="table deed at_least")
@pgtrigger.register(_stays("deed_floor_stays"))
class DeedFloor(models.Model):
    """Of those who passed a step, at least how many had done this in the year before: a multiple of five, never a
    count. A deed that is not there was done by too few, or by none."""

    table = models.ForeignKey(StepTable, verbose_name="pas", on_delete=models.PROTECT, related_name="floors")
    deed = models.CharField("ce qui a été fait", max_length=20, choices=Deed)
    at_least = models.PositiveSmallIntegerField("au moins")

    class Meta:
        verbose_name = "plancher"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["table", "deed"], name="deed_told_once_a_table"),
            models.CheckConstraint(
                condition=Q(Exact(Mod(F("at_least"), FEWEST), 0), at_least__gte=FEWEST), name="deed_told_by_floors"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}\u00a0: au moins {self.at_least}"
