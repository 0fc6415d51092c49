"""Remarks about the words of the référentiel: left by a reader, answered by coordination, taken up by a version."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import Criterion, Dimension, FrameworkRemark, FrameworkVersion, PartKind
from trajectories.notifications import tell_framework_remark, tell_framework_remark_answered
from trajectories.permissions import can_answer_framework_remark, can_remark_framework


@transaction.atomic
def remark_framework(*, by: User, on: Criterion | Dimension, text: str, rank: int | None = None) -> FrameworkRemark:
    """Of a criterion, or of how the levels of a dimension are described: all, or the one of that rank. Read by
    coordination, who is told, and by whoever wrote it."""
    dimension = on.dimension if isinstance(on, Criterion) else on
    if not can_remark_framework(by, dimension.framework_version):
        raise OperationRefused("Une remarque se laisse sur une version publiée, en son propre nom.")
    made = FrameworkRemark.objects.create(
        framework_version=dimension.framework_version,
        part=PartKind.CRITERION if isinstance(on, Criterion) else PartKind.MARKERS,
        key=on.key,
        dimension_key=dimension.key,
        rank=None if isinstance(on, Criterion) else rank,
        author=by.person,
        text=text,
    )
    tell_framework_remark(made, by=by.person)
    return made


@transaction.atomic
def answer_framework_remark(
    *, by: User, remark: FrameworkRemark, answer: str, is_taken_up: bool = False
) -> FrameworkRemark:
    """Coordination answers, once, and says whether the version in preparation takes it up; its author is told now,
    and again when that version is published. StaleEdit when somebody else answered meanwhile."""
    current = FrameworkRemark.objects.select_for_update().get(pk=remark.pk)
    if not can_answer_framework_remark(by):
        raise OperationRefused("La coordination répond aux remarques sur le référentiel.")
    if current.answered_at:
        raise StaleEdit("Quelqu’un a déjà répondu à cette remarque.")
    if not answer.strip():
        raise OperationRefused("Écrivez quelques mots\u00a0: une remarque mérite une réponse.", field="answer")
    draft = FrameworkVersion.objects.in_preparation() if is_taken_up else None
    if is_taken_up and draft is None:
        raise OperationRefused("Aucune version n’est en préparation pour la reprendre.", field="is_taken_up")
    current.answer, current.answered_by, current.answered_at = answer, by.person, timezone.now()
    current.taken_up_in = draft
    current.save()
    tell_framework_remark_answered(current, by=by.person)
    return current
