"""What each dimension of a version of the référentiel comes from in the version before; when a trajectory passes."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from trajectories.models.framework import OF_DIMENSION, Dimension, FrameworkVersion, only_in_a_draft
from trajectories.models.trajectory import Trajectory


class Relation(models.TextChoices):
    """How a dimension stands towards what it comes from. What goes nowhere is not written: nothing comes from it."""

    EQUAL = "equal", "la même chose"
    NARROWER = "narrower", "n’en garde qu’une partie"
    BROADER = "broader", "regarde plus large"
    SPLIT = "split", "l’une de celles qui s’en partagent le sens"
    MERGED = "merged", "en réunit plusieurs"
    NEW = "new", "nouvelle"


class Weight(models.TextChoices):
    """How much of the dimension is said by what it comes from; in words, for it is a judgement and no measure."""

    WHOLE = "whole", "entièrement"
    MOST = "most", "pour l’essentiel"
    PART = "part", "en partie"


@classified(none="dimension relation weight")
@pgtrigger.register(only_in_a_draft("correspondence_of_published_stays", OF_DIMENSION))
class Correspondence(models.Model):
    """What one dimension of a version comes from. In a draft only those that somebody corrected are written; the
    others are proposed from the words until the version is published with all of them."""

    dimension = models.OneToOneField(
        Dimension, verbose_name="dimension", on_delete=models.CASCADE, related_name="correspondence"
    )
    relation = models.CharField("rapport", max_length=10, choices=Relation)
    weight = models.CharField("part", max_length=10, choices=Weight, blank=True)
    version = fields.version()

    class Meta:
        verbose_name = "correspondance"
        constraints = [
            models.CheckConstraint(
                condition=Q(relation="new", weight="") | (~Q(relation="new") & ~Q(weight="")),
                name="correspondence_weighs_unless_new",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dimension}\u00a0: {self.get_relation_display()}"


@classified(none="correspondence dimension")
@pgtrigger.register(
    only_in_a_draft(
        "correspondence_source_of_published_stays",
        "(SELECT d.framework_version_id FROM trajectories_dimension d JOIN trajectories_correspondence c"
        " ON c.dimension_id = d.id WHERE c.id = {row}.correspondence_id)",
    )
)
class CorrespondenceSource(models.Model):
    """A dimension of the version before, that says something of one of the next."""

    correspondence = models.ForeignKey(Correspondence, on_delete=models.CASCADE, related_name="sources")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="descendants")

    class Meta:
        verbose_name = "origine d’une dimension"
        constraints = [models.UniqueConstraint(fields=["correspondence", "dimension"], name="came_from_once")]

    def __str__(self) -> str:
        return str(self.dimension)


@classified(
    none="trajectory from_version to_version passed_at",
    personal="passed_by",
    purpose="dire qui a fait passer une trajectoire à une autre version du référentiel",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(pgtrigger.Protect(name="passage_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class Passage(models.Model):
    """A trajectory passes to another version of the référentiel, or back; its readings stay as they are."""

    trajectory = models.ForeignKey(
        Trajectory, verbose_name="trajectoire", on_delete=models.PROTECT, related_name="passages"
    )
    from_version = models.ForeignKey(
        FrameworkVersion, verbose_name="de la version", on_delete=models.PROTECT, related_name="+"
    )
    to_version = models.ForeignKey(
        FrameworkVersion, verbose_name="à la version", on_delete=models.PROTECT, related_name="+"
    )
    passed_by = models.ForeignKey(Person, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    passed_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "passage à une autre version"
        ordering = ["-passed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_version=models.F("to_version")), name="passage_changes_version"),
        ]

    def __str__(self) -> str:
        return f"{self.trajectory}, de la version {self.from_version.number} à la version {self.to_version.number}"
