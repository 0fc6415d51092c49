"""Where somebody stands in their first steps."""

from django.db import models

from accounts.models.people import User
from efc_platform.shared.classification import Basis, Retention, classified


@classified(
    personal="user path step is_over",
    purpose="reprendre les premiers pas là où on les a laissés",
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class FirstSteps(models.Model):
    """How far somebody went along one path; skipped or finished, it is no longer proposed, and stays to be found."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="first_steps", verbose_name="compte")
    path = models.CharField("parcours", max_length=20)
    step = models.PositiveSmallIntegerField("écran", default=1)
    is_over = models.BooleanField("vus ou sautés", default=False)

    class Meta:
        verbose_name = "premiers pas"
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="first_steps_once_a_path")]

    def __str__(self) -> str:
        return f"{self.user} · {self.path}"
