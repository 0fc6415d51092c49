"""The référentiel, held as versioned data: axes, dimensions, criteria, levels and their markers."""

from django.db import models
from django.db.models import Q

from efc_platform.shared.classification import classified


class FrameworkVersionQuerySet(models.QuerySet["FrameworkVersion"]):
    def current(self) -> "FrameworkVersion":
        """The newest version; raises DoesNotExist before the default référentiel is loaded."""
        return self.latest("number")


@classified(none="name number published_on")
class FrameworkVersion(models.Model):
    """One published wording of the référentiel; a reading keeps the version it was made with."""

    name = models.CharField(max_length=120)
    number = models.PositiveIntegerField(unique=True)
    published_on = models.DateField(auto_now_add=True)

    objects = FrameworkVersionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


@classified(none="framework_version rank key name")
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
            models.CheckConstraint(condition=Q(rank__range=(1, 5)), name="level_rank_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return self.name


@classified(none="framework_version code name position")
class Axis(models.Model):
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="axes")
    code = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["framework_version", "code"], name="axis_code_unique")]

    def __str__(self) -> str:
        return self.name


@classified(none="framework_version axis code key name short_name spoke_name question position")
class Dimension(models.Model):
    """An angle from which a trajectory is read."""

    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="dimensions")
    axis = models.ForeignKey(Axis, on_delete=models.CASCADE, related_name="dimensions")
    code = models.CharField(max_length=5)
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40)
    spoke_name = models.CharField("nom sur un dessin", max_length=20)
    question = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["framework_version", "code"], name="dimension_code_unique")]

    def __str__(self) -> str:
        return self.short_name


@classified(none="dimension code text position")
class Criterion(models.Model):
    """An observable sign within a dimension."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=8)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["dimension", "code"], name="criterion_code_unique")]

    def __str__(self) -> str:
        return self.code


@classified(none="dimension level text")
class Marker(models.Model):
    """What one level looks like in one dimension."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="markers")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="markers")
    text = models.TextField()

    class Meta:
        ordering = ["level__rank"]
        constraints = [models.UniqueConstraint(fields=["dimension", "level"], name="marker_unique")]

    def __str__(self) -> str:
        return f"{self.dimension.code} {self.level.name}"
