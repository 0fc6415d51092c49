"""Days agreed and days spent: said in words, to talk about, never as a rate."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from efc_platform.shared.duration import DAY_MINUTES, write_days, write_duration
from efc_platform.shared.once import once
from trajectories.models import Agreement, Trajectory


@dataclass(frozen=True)
class Days:
    """Of one agreement, as it is in force."""

    agreed: Decimal
    minutes: int

    @property
    def used(self) -> Decimal:
        """To the nearest half-day."""
        return Decimal(round(2 * self.minutes / DAY_MINUTES)) / 2

    @property
    def sentence(self) -> str:
        spent = f"{write_days(self.used)} ({write_duration(self.minutes)})" if self.minutes else write_days(Decimal(0))
        return f"{write_days(self.agreed)} convenus, {spent} passés ensemble\u00a0: {self.left}."

    @property
    def left(self) -> str:
        left = self.agreed - self.used
        if left > 0:
            return f"il reste {write_days(left)}"
        return "tout est pris" if left == 0 else f"{write_days(-left)} de plus, qu’un avenant peut dire"


def days_of(agreement: Agreement) -> Days:
    """Time spent together over its period; preparation and travel are not counted."""
    period = (agreement.starts_on, agreement.ends_now_on)
    shares = agreement.trajectory.shares.filter(occurred_on__range=period)
    return Days(agreement.days_now_agreed, shares.aggregate(minutes=Sum("minutes", default=0))["minutes"])


def agreement_of(trajectory: Trajectory) -> Agreement | None:
    """With all that is told of it: its amendments, and who signed; read once for a page."""
    return once(("agreement", trajectory.pk), lambda: _read(trajectory))


def _read(trajectory: Trajectory) -> Agreement | None:
    found = Agreement.objects.filter(trajectory=trajectory).prefetch_related("all_signatures", "amendments").first()
    if found:
        found.trajectory = trajectory
    return found
