"""When the readings of a round are shown to others, and which one stands for a view: what several operations do."""

from django.utils import timezone

from trajectories.models import Reading, Round, RoundView
from trajectories.notifications import tell_round_opened


def open_if_ready(held: Round) -> bool:
    """Shares all its sealed readings at once, when its day has come and nobody is waited for. The caller holds its
    lock, so that of two who seal at the same moment the second one opens it, and nobody opens it twice."""
    if held.is_open or not held.day_has_come or held.views.waited_for().exists():
        return False
    held.opened_at = timezone.now()
    held.version += 1
    held.save(update_fields=["opened_at", "version"])
    Reading.objects.filter(round=held, sealed_at__isnull=False, shared_at=None).update(shared_at=held.opened_at)
    tell_round_opened(held)
    return True


def take_its_place(reading: Reading) -> None:
    """Sealed in a round: for a view taken up again, the new reading stands where the first one stood."""
    if reading.reopens_id:
        RoundView.objects.filter(reading=reading.reopens_id).update(reading=reading)
