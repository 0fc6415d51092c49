"""What the dimensions of a version come from, corrected by hand; a trajectory that passes to another version."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.carrying import is_joined, versions_open_to
from trajectories.crosswalk import Origin
from trajectories.framework_drafts import held_draft, note_change
from trajectories.models import (
    ChangeKind,
    Correspondence,
    CorrespondenceSource,
    Dimension,
    FrameworkVersion,
    PartKind,
    Passage,
    Relation,
    Trajectory,
    Weight,
)
from trajectories.permissions import can_pass_to_version

_HOW_MANY = {
    Relation.NEW: (0, 0, "Une dimension nouvelle ne vient d’aucune autre\u00a0: décochez celles qui le sont."),
    Relation.EQUAL: (1, 1, "Pour «\u00a0la même chose\u00a0», choisissez une dimension, et une seule."),
    Relation.NARROWER: (1, 1, "Choisissez la dimension dont celle-ci garde une partie."),
    Relation.BROADER: (1, 1, "Choisissez la dimension que celle-ci élargit."),
    Relation.SPLIT: (1, 1, "Choisissez la dimension dont plusieurs se partagent le sens."),
    Relation.MERGED: (2, None, "Pour en réunir plusieurs, choisissez-en au moins deux."),
}


@transaction.atomic
def correct_correspondence(
    *,
    by: User,
    dimension: Dimension,
    expected_version: int,
    relation: Relation,
    sources: Sequence[Dimension],
    weight: Weight | None,
    why: str,
) -> Correspondence:
    """Says what a dimension of a draft comes from, in place of what its words suggest. OperationRefused for a number
    of dimensions that does not go with the relation, or one that is not of the version before."""
    draft = held_draft(by, dimension.framework_version)
    row = draft.dimensions.filter(pk=dimension.pk).first()
    if row is None:
        raise OperationRefused("Cette partie a été retirée entre-temps par une autre personne.")
    known = Correspondence.objects.filter(dimension=row).first()
    if (known.version if known else 0) != expected_version:
        raise StaleEdit("Cette correspondance a été modifiée entre-temps par une autre personne.")
    _refuse_mismatch(draft, relation, sources, weight)
    written = _write(row, Origin(relation, (), weight), sources, (known.version if known else 0) + 1)
    told = ", ".join(one.short_name for one in sources) or "rien"
    label = f"D’où vient «\u00a0{row.short_name}\u00a0»"[:200]
    after = f"{relation.label} ({told})"
    note_change(
        draft, by, part=PartKind.ORIGIN, kind=ChangeKind.REWORDED, label=label, why=why, key=row.key, after=after
    )
    return written


def _refuse_mismatch(
    draft: FrameworkVersion, relation: Relation, sources: Sequence[Dimension], weight: Weight | None
) -> None:
    if any(one.framework_version_id != draft.based_on_id for one in sources):
        raise OperationRefused("Ces dimensions ne sont pas celles de la version d’avant.", field="sources")
    least, most, sentence = _HOW_MANY[relation]
    if len(sources) < least or (most is not None and len(sources) > most):
        raise OperationRefused(sentence, field="sources")
    if (weight is None) != (relation == Relation.NEW):
        sentence = "Une dimension nouvelle n’est dite par aucune autre." if weight else "Dites pour quelle part."
        raise OperationRefused(sentence, field="weight")


def _write(dimension: Dimension, origin: Origin, sources: Sequence[Dimension], version: int) -> Correspondence:
    told = {"relation": origin.relation, "weight": origin.weight or "", "version": version}
    written, _is_new = Correspondence.objects.update_or_create(dimension=dimension, defaults=told)
    written.sources.all().delete()
    CorrespondenceSource.objects.bulk_create(
        CorrespondenceSource(correspondence=written, dimension=one) for one in sources
    )
    return written


def settle_origins(draft: FrameworkVersion, origins: dict[str, Origin]) -> None:
    """Writes what each dimension comes from, those that nobody corrected as their words suggest it; just before the
    version is published, with which they no longer change."""
    before = {one.key: one for one in Dimension.objects.filter(framework_version=draft.based_on_id)}
    for one in draft.dimensions.filter(correspondence__isnull=True):
        origin = origins[one.key]
        _write(one, origin, [before[key] for key in origin.sources], 1)


@transaction.atomic
def pass_to_version(*, by: User, trajectory: Trajectory, version: FrameworkVersion) -> Passage:
    """From now on the trajectory is read with this version, newer or older; what was read stays as it was read.

    By those who accompany it or lead the structure; OperationRefused for a version in preparation, one that was
    retired unless the trajectory was once read with it, and one that nothing joins to the present one. Twice is once.
    """
    current = Trajectory.objects.select_for_update().select_related("framework_version").get(pk=trajectory.pk)
    if not can_pass_to_version(by, current):
        raise OperationRefused("Les personnes qui accompagnent la structure et celles qui la dirigent en décident.")
    last = current.passages.first()
    if current.framework_version_id == version.pk:
        if last is not None and last.to_version_id == version.pk:
            return last
        raise OperationRefused("Cette trajectoire se lit déjà avec cette version.")
    if not versions_open_to(current).filter(pk=version.pk).exists() or not is_joined(
        current.framework_version_id, version.pk
    ):
        raise OperationRefused("Cette trajectoire ne peut pas passer à cette version.")
    passage = Passage.objects.create(
        trajectory=current,
        from_version=current.framework_version,
        to_version=version,
        passed_by=by.person,
    )
    current.framework_version = version
    current.version += 1
    current.save(update_fields=["framework_version", "version"])
    return passage
