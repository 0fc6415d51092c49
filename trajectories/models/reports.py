"""Progress reports: asked for, rendered by a worker, kept as they were issued."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from efc_platform.backstage.models import Job, StoredFile
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.openings import opened_by
from trajectories.models.trajectory import Trajectory


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: User) -> "ProgressReportQuerySet":
        """A report holds texts of the structure: its leaders, its board and its practitioners read it; coordination
        for the time of an opening."""
        directed = Q(trajectory__structure__in=ties_of(user).where("see_reports"))
        return self.filter(directed | Q(pk__in=opened_by(user).reports))


@classified(
    none="trajectory period_start period_end requested_at job digest retired_at",
    personal="requested_by file",
    confidential="content",
    purpose="rendre compte du chemin parcouru, tel qu’il a été dit ce jour-là",
    retention=Retention.TRAJECTORY,
)
class ProgressReport(models.Model):
    """One PDF over a period; the data it was made of are frozen beside it. Retired when somebody it names has left:
    the file and the data go, the digest stays."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="reports")
    period_start = models.DateField("du")
    period_end = models.DateField("au")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="progress_report")
    content = models.JSONField(null=True, blank=True)
    digest = models.CharField("SHA-256 des données", max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end__gte=models.F("period_start")), name="report_period_is_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Bilan · {self.trajectory.structure}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.public_id])

    @property
    def file_name(self) -> str:
        """What the download is called: the structure and the last month it tells of."""
        return f"bilan-{slugify(self.trajectory.structure.name)[:60]}-{self.period_end:%Y-%m}.pdf"
