"""Writing for the team, and answering an account."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import (
    AccountRemark,
    Intervention,
    InterventionShare,
    RemarkKind,
    RemarkOutcome,
    TeamNote,
    Trajectory,
)
from trajectories.notifications import tell_remark, tell_remark_answered
from trajectories.permissions import can_answer_remark, can_remark_account, can_write_team_note


def write_team_note(
    *,
    by: User,
    intervention: Intervention,
    trajectory: Trajectory,
    preparation: str,
    debrief: str,
    expected_version: int | None = None,
) -> TeamNote:
    """One's own note beside an intervention, for those who accompany the structure: each writes theirs, nobody
    another's. StaleEdit when it was rewritten in another tab; OperationRefused when it says nothing."""
    if not can_write_team_note(by, trajectory):
        raise OperationRefused("Les notes d’équipe s’écrivent entre personnes qui accompagnent la structure.")
    if not (preparation or debrief):
        raise OperationRefused("Écrivez au moins une ligne, avant ou après.", field="debrief")
    try:
        with transaction.atomic():
            return _write(by, intervention, trajectory, preparation, debrief, expected_version)
    except IntegrityError:
        # Begun in two tabs at once: the other one won.
        raise StaleEdit("Vous avez écrit cette note dans un autre onglet.") from None


def _write(
    by: User, intervention: Intervention, trajectory: Trajectory, preparation: str, debrief: str, expected: int | None
) -> TeamNote:
    mine = TeamNote.objects.select_for_update().filter(
        trajectory=trajectory, intervention=intervention, author=by.person_id
    )
    note = mine.first()
    if (note.version if note else None) != expected:
        raise StaleEdit("Vous avez modifié cette note dans un autre onglet.")
    if note is None:
        note = TeamNote(trajectory=trajectory, intervention=intervention, author=by.person)
    else:
        note.version += 1
    note.preparation, note.debrief = preparation, debrief
    note.save()
    return note


def remark_account(*, by: User, share: InterventionShare, kind: RemarkKind, text: str) -> AccountRemark:
    """Somebody of the structure who reads the account answers it, or asks to correct it; whoever led the
    intervention is told."""
    if not can_remark_account(by, share):
        raise OperationRefused("Vous ne lisez plus ce compte rendu\u00a0: rien n’a été envoyé.")
    remark = AccountRemark.objects.create(share=share, author=by.person, kind=kind, text=text)
    tell_remark(remark, by=by.person)
    return remark


@transaction.atomic
def answer_remark(
    *, by: User, remark: AccountRemark, answer: str, outcome: RemarkOutcome | None = None
) -> AccountRemark:
    """Whoever led the intervention answers, once: a correction is made, or the account kept as it is and why.

    The account itself is corrected on its own page, both texts kept in its history. StaleEdit when somebody else
    answered meanwhile.
    """
    current = AccountRemark.objects.select_for_update().get(pk=remark.pk)
    if not can_answer_remark(by, current.share):
        raise OperationRefused("Seules les personnes qui ont mené cette intervention répondent à ses remarques.")
    if current.answered_at:
        raise StaleEdit("Quelqu’un a déjà répondu à cette remarque.")
    if current.kind == RemarkKind.CORRECTION and outcome is None:
        raise OperationRefused("Dites si c’est corrigé, ou gardé tel quel.", field="outcome")
    if not answer and outcome != RemarkOutcome.CORRECTED:
        raise OperationRefused("Écrivez quelques mots\u00a0: une remarque mérite une réponse.", field="answer")
    current.outcome = outcome if current.kind == RemarkKind.CORRECTION and outcome else ""
    current.answer, current.answered_by, current.answered_at = answer, by.person, timezone.now()
    current.save()
    tell_remark_answered(current, by=by.person)
    return current
