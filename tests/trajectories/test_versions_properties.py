"""Whatever becomes of the référentiel, and whichever version a trajectory passes to: what was sealed never changes, and
is told in the words of a version as it was the day before."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from efc_platform.shared.errors import OperationRefused
from tests.factories.cast import Cast
from tests.factories.rounds import fill
from tests.trajectories.test_rounds_properties import sealed_readings
from trajectories import operations
from trajectories.carrying import crosswalk_of
from trajectories.models import Dimension, FrameworkState, FrameworkVersion, Reading, Relation, Viewpoint, Weight
from trajectories.queries import crossings_of, level_in_words

RANKS, LEVELS = st.integers(0, 9), st.integers(1, 5)
PEOPLE = st.sampled_from(["practitioner", "leader", "coordinator", "nobody"])
WHY = "Une raison."
in_preparation = precondition(lambda self: FrameworkVersion.objects.in_preparation() is not None)


class Versions(RuleBasedStateMachine):
    """One trajectory; the référentiel is rewritten, published and retired around it."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.sealed: dict[int, Any] = {}
        self.told: dict[tuple[int, int], Any] = {}
        self.kept = transaction.atomic()
        self.kept.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.kept.__exit__(None, None, None)

    @initialize(levels=st.lists(LEVELS, min_size=3, max_size=9))
    def read_once(self, levels: list[int]) -> None:
        self.read(Viewpoint.DIRECTION, levels)

    @property
    def draft(self) -> FrameworkVersion:
        return FrameworkVersion.objects.get(state=FrameworkState.DRAFT)

    def of_draft(self, rank: int) -> Dimension:
        found = list(self.draft.dimensions.order_by("position"))
        return found[rank % len(found)]

    @rule(rank=RANKS)
    def begin_a_version(self, rank: int) -> None:
        known = list(FrameworkVersion.objects.exclude(state=FrameworkState.DRAFT).order_by("number"))
        with suppress(OperationRefused):
            operations.start_framework(by=self.cast.coordinator, based_on=known[rank % len(known)])

    @in_preparation
    @rule(rank=RANKS, level=LEVELS)
    def reword(self, rank: int, level: int) -> None:
        one = self.of_draft(rank)
        texts = [f"{marker.text} {level}" for marker in one.markers.order_by("level__rank")]
        version = sum(one.markers.values_list("version", flat=True))
        operations.edit_markers(by=self.cast.coordinator, dimension=one, expected_version=version, texts=texts, why=WHY)

    @in_preparation
    @rule(level=LEVELS)
    def rename_the_levels(self, level: int) -> None:
        draft = self.draft
        names = [f"{one.name[:60]} {level}" for one in draft.levels.order_by("rank")]
        told = {"name": draft.name, "introduction": draft.introduction, "levels": names, "why": WHY}
        operations.edit_framework_words(
            by=self.cast.coordinator, framework=draft, expected_version=draft.version, **told
        )

    @in_preparation
    @rule(rank=RANKS)
    def take_a_dimension_away(self, rank: int) -> None:
        one = self.of_draft(rank)
        if one.axis.dimensions.count() > 1:
            operations.remove_part(by=self.cast.coordinator, part=one, why=WHY)

    @in_preparation
    @rule(
        rank=RANKS,
        sources=st.sets(RANKS, max_size=3),
        relation=st.sampled_from(Relation),
        weight=st.none() | st.sampled_from(Weight),
    )
    def say_where_it_comes_from(self, rank: int, sources: set[int], relation: Relation, weight: Weight | None) -> None:
        one = self.of_draft(rank)
        before = list(Dimension.objects.filter(framework_version=one.framework_version.based_on_id))
        known = getattr(one, "correspondence", None)
        with suppress(OperationRefused):
            operations.correct_correspondence(
                by=self.cast.coordinator,
                dimension=one,
                expected_version=known.version if known else 0,
                relation=relation,
                sources=[before[place] for place in sorted({place % len(before) for place in sources})],
                weight=weight,
                why=WHY,
            )

    @in_preparation
    @rule(who=PEOPLE)
    def publish(self, who: str) -> None:
        draft = self.draft
        proposed, changes = crosswalk_of(draft).origins, draft.changes.count()
        operations.publish_framework(by=self.cast.coordinator, framework=draft, expected_changes=changes, why=WHY)
        assert crosswalk_of(FrameworkVersion.objects.get(pk=draft.pk)).origins == proposed
        # Those who may let the trajectory pass do so at once.
        with suppress(OperationRefused):
            operations.pass_to_version(by=self.cast.users[who], trajectory=self.cast.trajectory_a, version=draft)

    @in_preparation
    @rule()
    def leave_the_draft(self) -> None:
        operations.drop_framework(by=self.cast.coordinator, framework=self.draft)

    @rule(rank=RANKS)
    def retire(self, rank: int) -> None:
        for one in FrameworkVersion.objects.order_by("number")[rank : rank + 1]:
            with suppress(OperationRefused):
                operations.retire_framework(by=self.cast.coordinator, framework=one)

    @rule(rank=RANKS, who=PEOPLE)
    def let_the_trajectory_pass(self, rank: int, who: str) -> None:
        known = list(FrameworkVersion.objects.order_by("number"))
        told = {"trajectory": self.cast.trajectory_a, "version": known[rank % len(known)]}
        with suppress(OperationRefused):
            operations.pass_to_version(by=self.cast.users[who], **told)

    @rule(
        viewpoint=st.sampled_from([Viewpoint.DIRECTION, Viewpoint.ACCOMPANIMENT]),
        levels=st.lists(LEVELS, min_size=1, max_size=4),
    )
    def read(self, viewpoint: Viewpoint, levels: list[int]) -> None:
        trajectory = self.cast.trajectory_a
        trajectory.refresh_from_db()
        by = self.cast.leader if viewpoint == Viewpoint.DIRECTION else self.cast.practitioner
        told = {"trajectory": trajectory, "viewpoint": viewpoint, "read_on": timezone.localdate()}
        made = operations.start_reading(by=by, **told)
        codes = made.framework_version.dimensions.order_by("position").values_list("code", flat=True)
        fill(by, made, dict(zip(codes, levels, strict=False)))
        operations.seal_reading(by=by, reading=made)

    @rule(rank=RANKS, who=PEOPLE, level=LEVELS)
    def write_in_what_is_sealed(self, rank: int, who: str, level: int) -> None:
        for reading in Reading.objects.order_by("pk")[rank : rank + 1]:
            code = reading.framework_version.dimensions.order_by("position").first().code
            with suppress(OperationRefused):
                fill(self.cast.users[who], reading, {code: level})

    @invariant()
    def what_is_sealed_never_changes(self) -> None:
        found = sealed_readings()
        assert {pk: found.get(pk) for pk in self.sealed} == self.sealed
        self.sealed = found

    @invariant()
    def the_same_readings_are_told_alike_in_the_words_of_a_version(self) -> None:
        """Whatever is prepared, published or retired since, and whichever version the trajectory is read with."""
        self.cast.trajectory_a.refresh_from_db()
        sealed = Reading.objects.filter(sealed_at__isnull=False).count()
        for version in FrameworkVersion.objects.exclude(state=FrameworkState.DRAFT).order_by("number"):
            crossings = crossings_of(self.cast.trajectory_a, version=version)
            told = [
                (row.dimension.key, viewpoint, level_in_words(one, crossings.framework))
                for row in crossings.rows
                for viewpoint, one in row.voices.items()
            ]
            assert self.told.setdefault((version.pk, sealed), told) == told


def test_no_sequence_of_edits_versions_and_passages_changes_what_was_sealed_nor_how_it_is_told(cast):
    Versions.cast = cast
    chosen = settings(max_examples=20, stateful_step_count=30, deadline=None, database=None, derandomize=True)
    run_state_machine_as_test(Versions, settings=chosen)
