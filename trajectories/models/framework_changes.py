"""What is changed in the référentiel, by whom and why; what its readers remark about its words."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from efc_platform.shared.classification import Retention, classified
from trajectories.models.framework import FrameworkVersion


class PartKind(models.TextChoices):
    """What a version is made of, as its addresses and its history name it."""

    WORDS = "mots", "la présentation"
    AXIS = "axe", "un axe"
    DIMENSION = "dimension", "une dimension"
    CRITERION = "critere", "un critère"
    MARKERS = "reperes", "les repères d’une dimension"
    ORIGIN = "origine", "d’où vient une dimension"


class ChangeKind(models.TextChoices):
    REWORDED = "reworded", "reformulé"
    ADDED = "added", "ajouté"
    REMOVED = "removed", "retiré"
    MOVED = "moved", "déplacé"


@classified(
    none="framework_version part key kind label before after why made_at",
    personal="made_by",
    purpose="dire qui a changé quoi dans le référentiel, et pourquoi",
    retention=Retention.ACCOUNT,
)
@pgtrigger.register(
    pgtrigger.Protect(name="framework_change_stays", operation=pgtrigger.Update),
    pgtrigger.Trigger(
        name="framework_change_in_a_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        declare=[("its_version", "bigint"), ("its_state", "text")],
        func="""
    IF TG_OP = 'DELETE' THEN its_version := OLD.framework_version_id;
    ELSE its_version := NEW.framework_version_id; END IF;
    SELECT state INTO its_state FROM trajectories_frameworkversion WHERE id = its_version FOR SHARE;
    IF its_state <> 'draft' THEN
        RAISE EXCEPTION 'a published version of the framework never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
""",
    ),
)
class FrameworkChange(models.Model):
    """One change in a draft, signed and with its reason. `key` is that of the axis, dimension or criterion: it is the
    same in every version, so that the reason is found again beside the words."""

    framework_version = models.ForeignKey(
        FrameworkVersion, verbose_name="version", on_delete=models.CASCADE, related_name="changes"
    )
    part = models.CharField("porte sur", max_length=10, choices=PartKind)
    key = models.CharField("clé", max_length=60, blank=True)
    kind = models.CharField("changement", max_length=10, choices=ChangeKind)
    label = models.CharField("ce qui change", max_length=200)
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)
    why = models.TextField("pourquoi")
    made_by = models.ForeignKey(Person, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "changement du référentiel"
        ordering = ["made_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="framework_change_has_its_reason")]

    def __str__(self) -> str:
        return f"{self.label} {self.get_kind_display()}"
