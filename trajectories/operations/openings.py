"""Opening for a moment a text one does not read otherwise."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import record_access
from accounts.models import AccessAct, Circle, User
from efc_platform.shared.errors import OperationRefused
from trajectories import notifications
from trajectories.models import InterventionShare, ProgressReport, TextOpening, Trajectory
from trajectories.permissions import can_open_text


@transaction.atomic
def open_text(*, by: User, target: Trajectory | InterventionShare | ProgressReport, reason: str) -> TextOpening:
    """Opens one object to a coordinator for TEXT_OPENING_MINUTES: the shared texts of a trajectory, an account, a
    report. It is written in the log of accesses, shown to the structure, and its people are told by mail.

    OperationRefused without a reason, and for what was said in an exchange space: those present alone decide of it.
    """
    if not can_open_text(by):
        raise OperationRefused("Seule la coordination ouvre un texte réservé, en disant pourquoi.")
    if not reason.strip():
        raise OperationRefused("Dites pourquoi\u00a0: la structure le lira.", field="reason")
    share = target if isinstance(target, InterventionShare) else None
    if share and share.circle == Circle.PARTICIPANTS:
        raise OperationRefused("Ce qui s’est dit dans un espace d’échange ne s’ouvre pas.")
    trajectory = target if isinstance(target, Trajectory) else target.trajectory
    opening = TextOpening.objects.create(
        opened_by=by,
        trajectory=trajectory,
        share=share,
        report=target if isinstance(target, ProgressReport) else None,
        reason=reason.strip(),
        until=timezone.now() + timedelta(minutes=settings.TEXT_OPENING_MINUTES),
    )
    record_access(by=by, act=AccessAct.OPENED_TEXT, about=opening, structure=trajectory.structure, from_outside=True)
    notifications.tell_text_opened(opening)
    return opening
