"""The référentiel, held as versioned data: axes, dimensions, criteria, levels and their markers."""

from collections.abc import Iterable, Sequence

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified

LEVELS = 5
SPOKE_LENGTH, SHORT_LENGTH = 20, 40


class FrameworkState(models.TextChoices):
    DRAFT = "draft", "en préparation"
    PUBLISHED = "published", "publiée"
    RETIRED = "retired", "retirée"


# What is published stays for ever: it is retired, never taken back into a draft.
FRAMEWORK_TRANSITIONS: dict[FrameworkState, set[FrameworkState]] = {
    FrameworkState.DRAFT: {FrameworkState.PUBLISHED},
    FrameworkState.PUBLISHED: {FrameworkState.RETIRED},
    FrameworkState.RETIRED: set(),
}

# Locks the version, so that nothing is written in a draft at the moment it is published.
_IN_A_DRAFT = """
    SELECT state INTO its_state FROM trajectories_frameworkversion
        WHERE id = {version} FOR SHARE;
    IF its_state <> 'draft' THEN
        RAISE EXCEPTION 'a published version of the framework never changes';
    END IF;
"""
OF_DIMENSION = "(SELECT framework_version_id FROM trajectories_dimension WHERE id = {row}.dimension_id)"
OF_VERSION = "{row}.framework_version_id"


def only_in_a_draft(name: str, version: str) -> pgtrigger.Trigger:
    """Rows of a version are written, changed and taken away as long as it is a draft."""
    old, new = (_IN_A_DRAFT.format(version=version.format(row=row)) for row in ("OLD", "NEW"))
    func = f"""
    IF TG_OP <> 'INSERT' THEN {old} END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    {new}
    RETURN NEW;
"""
    written = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declared = [("its_state", "text")]
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=written, func=func, declare=declared)


_VERSION_STAYS = """
    IF OLD.state = 'draft' AND TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF OLD.state = 'draft' THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND (OLD.name, OLD.introduction, OLD.number, OLD.based_on_id, OLD.published_on, OLD.published_by_id, OLD.why)
            IS NOT DISTINCT FROM
            (NEW.name, NEW.introduction, NEW.number, NEW.based_on_id, NEW.published_on, NEW.published_by_id, NEW.why)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published version of the framework never changes';
"""


class FrameworkVersionQuerySet(models.QuerySet["FrameworkVersion"]):
    def visible_to(self, user: User) -> "FrameworkVersionQuerySet":
        """What was published, everybody with an account, for ever; a draft, those who prepare it."""
        if not is_permitted(user, "read_framework"):
            return self.none()
        return self if is_permitted(user, "edit_framework") else self.exclude(state=FrameworkState.DRAFT)

    def published(self) -> "FrameworkVersionQuerySet":
        """Those on which a trajectory may start."""
        return self.filter(state=FrameworkState.PUBLISHED)

    def in_preparation(self) -> "FrameworkVersion | None":
        """The draft, if there is one: there is never a second."""
        return self.filter(state=FrameworkState.DRAFT).first()

    def current(self) -> "FrameworkVersion":
        """The newest published version; raises DoesNotExist before the default référentiel is loaded."""
        return self.published().latest("number")


@classified(
    none="name introduction number state based_on published_on retired_on why",
    personal="created_by published_by",
    purpose="dire qui a préparé et publié une version du référentiel, et pourquoi",
    retention=Retention.ACCOUNT,
)
@pgtrigger.register(
    pgtrigger.Trigger(
        name="published_framework_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=_VERSION_STAYS,
    )
)
class FrameworkVersion(models.Model):
    """One wording of the référentiel: prepared, then published and never changed; a reading keeps the version it was
    made with. `based_on` is the one whose words it began with."""

    name = models.CharField("nom", max_length=120)
    introduction = models.TextField("introduction", blank=True)
    number = models.PositiveIntegerField("numéro", unique=True)
    state = models.CharField("état", max_length=10, choices=FrameworkState, default=FrameworkState.DRAFT)
    based_on = models.ForeignKey(
        "self", verbose_name="à partir de", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    created_by = models.ForeignKey(
        Person, verbose_name="préparée par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_on = models.DateField("publiée le", null=True, blank=True)
    published_by = models.ForeignKey(
        Person, verbose_name="publiée par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.TextField("ce qui change, et pourquoi", blank=True)
    retired_on = models.DateField("retirée le", null=True, blank=True)
    version = fields.version()

    objects = FrameworkVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version du référentiel"
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="one_framework_draft_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="draft", published_on__isnull=True)
                | (~Q(state="draft") & Q(published_on__isnull=False)),
                name="framework_published_on_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_on__isnull=False)
                | (~Q(state="retired") & Q(retired_on__isnull=True)),
                name="framework_retired_on_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("framework", args=[self.number])

    @property
    def is_draft(self) -> bool:
        return self.state == FrameworkState.DRAFT


@classified(none="framework_version rank key name")
@pgtrigger.register(only_in_a_draft("level_of_published_stays", OF_VERSION))
class Level(models.Model):
    """One of the five described levels; a place to speak from, never a mark."""

    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="levels")
    rank = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["framework_version", "rank"], name="level_rank_unique"),
            models.CheckConstraint(condition=Q(rank__range=(1, LEVELS)), name="level_rank_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return self.name


@classified(none="framework_version code name position")
@pgtrigger.register(only_in_a_draft("axis_of_published_stays", OF_VERSION))
class Axis(models.Model):
    """A family of dimensions. Its code stays the same from one version to the next."""

    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="axes")
    code = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    version = fields.version()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["framework_version", "code"], name="axis_code_unique")]

    def __str__(self) -> str:
        return self.name


class DimensionQuerySet(models.QuerySet["Dimension"]):
    def offered(self, version: FrameworkVersion, chosen: Iterable["Dimension"] = ()) -> "DimensionQuerySet":
        """Those of a version; what was chosen in another stands in place of its namesake, so that whoever corrects a
        text drops nothing of what it said before the référentiel changed."""
        return self.filter(_offered(list(chosen), Q(framework_version=version)))


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def offered(self, version: FrameworkVersion, chosen: Iterable["Criterion"] = ()) -> "CriterionQuerySet":
        """As for dimensions, in the order of the référentiel."""
        found = self.filter(_offered(list(chosen), Q(dimension__framework_version=version)))
        return found.order_by("dimension__position", "position", "pk")


def _offered(chosen: Sequence["Dimension | Criterion"], of_version: Q) -> Q:
    return Q(pk__in=[one.pk for one in chosen]) | of_version & ~Q(key__in=[one.key for one in chosen])


@classified(none="framework_version axis code key name short_name spoke_name question position")
@pgtrigger.register(only_in_a_draft("dimension_of_published_stays", OF_VERSION))
class Dimension(models.Model):
    """An angle from which a trajectory is read. Its key and its code stay the same from one version to the next."""

    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="dimensions")
    axis = models.ForeignKey(Axis, on_delete=models.CASCADE, related_name="dimensions")
    code = models.CharField(max_length=5)
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=SHORT_LENGTH)
    spoke_name = models.CharField("nom sur un dessin", max_length=SPOKE_LENGTH)
    question = models.TextField()
    position = models.PositiveSmallIntegerField()
    version = fields.version()

    objects = DimensionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["framework_version", "code"], name="dimension_code_unique"),
            models.UniqueConstraint(fields=["framework_version", "key"], name="dimension_key_unique"),
        ]

    def __str__(self) -> str:
        return self.short_name


@classified(none="dimension code key text position")
@pgtrigger.register(only_in_a_draft("criterion_of_published_stays", OF_DIMENSION))
class Criterion(models.Model):
    """An observable sign within a dimension. Its key stays the same from one version to the next."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=8)
    key = models.CharField(max_length=60)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()
    version = fields.version()

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "code"], name="criterion_code_unique"),
            models.UniqueConstraint(fields=["dimension", "key"], name="criterion_key_unique"),
        ]

    def __str__(self) -> str:
        return self.code


@classified(none="dimension level text")
@pgtrigger.register(only_in_a_draft("marker_of_published_stays", OF_DIMENSION))
class Marker(models.Model):
    """What one level looks like in one dimension."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="markers")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="markers")
    text = models.TextField()
    version = fields.version()

    class Meta:
        ordering = ["level__rank"]
        constraints = [models.UniqueConstraint(fields=["dimension", "level"], name="marker_unique")]

    def __str__(self) -> str:
        return f"{self.dimension.code} {self.level.name}"
