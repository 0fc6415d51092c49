"""Writing a shared diagnosis, proposing it, answering it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.endings import refuse_closed
from trajectories.models import DiagnosisAnswer, Opinion, SharedDiagnosis, Trajectory
from trajectories.notifications import tell_change_asked, tell_diagnosis_proposed, tell_diagnosis_validated
from trajectories.permissions import can_answer_diagnosis, can_propose_diagnosis, can_write_diagnosis


@transaction.atomic
def write_diagnosis(
    *,
    by: User,
    trajectory: Trajectory,
    where_we_are: str,
    strengths: str,
    tensions: str,
    question: str,
    expected_version: int | None = None,
) -> SharedDiagnosis:
    """Writes the draft of the next version, or rewrites it; what was proposed stays as it was.

    StaleEdit when another wrote since the form was opened (`expected_version` is None when there was no draft).
    """
    Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    if not can_write_diagnosis(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent écrivent le diagnostic."
        )
    refuse_closed(trajectory, "son diagnostic ne change plus")
    last = trajectory.diagnoses.first()
    draft = last if last and last.proposed_at is None else None
    if (draft.version if draft else None) != expected_version:
        raise StaleEdit("Le diagnostic a été modifié entre-temps par une autre personne.")
    number = (last.number if last else 0) + 1
    current = draft or SharedDiagnosis(trajectory=trajectory, number=number, created_by=by.person, version=0)
    current.where_we_are, current.strengths = where_we_are, strengths
    current.tensions, current.question = tensions, question
    current.version += 1
    current.save()
    return current


@transaction.atomic
def propose_diagnosis(
    *, by: User, diagnosis: SharedDiagnosis, expected_version: int, proposed_at: datetime | None = None
) -> SharedDiagnosis:
    """Asks the leaders what they think of it; from now on this version does not change. Said twice, it is said once.

    `proposed_at` is given only for a diagnosis made on paper and brought in afterwards: nobody is told then.
    """
    current = SharedDiagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if not can_propose_diagnosis(by, current.trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure proposent le diagnostic.")
    if current.proposed_at is not None:
        return current
    if current.version != expected_version:
        raise StaleEdit("Le diagnostic a changé depuis que vous l’avez lu\u00a0: relisez-le avant de le proposer.")
    current.proposed_at = proposed_at or timezone.now()
    current.version += 1
    current.save()
    if proposed_at is None:
        tell_diagnosis_proposed(current, by=by.person)
    return current


@transaction.atomic
def answer_diagnosis(
    *,
    by: User,
    diagnosis: SharedDiagnosis,
    expected_number: int,
    opinion: Opinion,
    words: str = "",
    answered_at: datetime | None = None,
) -> DiagnosisAnswer:
    """A leader validates the version they read, or asks for a change in words. It is validated when one leader at
    least does and none asks for a change; the last answer of each counts.

    StaleEdit when another version was proposed meanwhile. `answered_at` as for proposing: brought in afterwards.
    """
    current = SharedDiagnosis.objects.select_for_update().get(pk=diagnosis.pk)
    if not can_answer_diagnosis(by, current.trajectory):
        raise OperationRefused("Seule la direction de la structure valide le diagnostic.")
    newest = current.trajectory.diagnoses.filter(proposed_at__isnull=False).first()
    if newest is None or newest.number != expected_number or newest.pk != current.pk:
        raise StaleEdit("Une autre version a été proposée\u00a0: relisez-la avant de répondre.")
    if opinion == Opinion.ASKS and not words.strip():
        raise OperationRefused("Dites ce que vous voudriez changer, même en une phrase.", field="words")
    at = answered_at or timezone.now()
    answer = DiagnosisAnswer.objects.create(
        diagnosis=current, person=by.person, opinion=opinion, words=words, answered_at=at
    )
    was_validated = current.validated_at is not None
    current.validated_at = (current.validated_at or at) if _is_validated(current) else None
    current.save(update_fields=["validated_at"])
    if answered_at is None:
        _tell(current, answer, was_validated)
    return answer


def _tell(diagnosis: SharedDiagnosis, answer: DiagnosisAnswer, was_validated: bool) -> None:
    if answer.opinion == Opinion.ASKS:
        tell_change_asked(answer, by=answer.person)
    elif diagnosis.validated_at and not was_validated:
        tell_diagnosis_validated(diagnosis, by=answer.person)


def _is_validated(diagnosis: SharedDiagnosis) -> bool:
    last = {one.person_id: one.opinion for one in diagnosis.answers.order_by("answered_at", "pk")}
    return bool(last) and set(last.values()) == {Opinion.VALIDATES}
