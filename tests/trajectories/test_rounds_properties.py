"""Whatever is done to a round, and in whatever order: what is sealed never changes, and nobody reads a view before it
opens."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.cast import Cast
from tests.factories.rounds import WRITERS, fill
from trajectories import operations
from trajectories.models import Milestone, Outcome, Positioning, Reading, Reopening, Viewpoint
from trajectories.queries import crossings_of

VIEWPOINTS = st.sampled_from(Viewpoint)
LEVELS = st.integers(1, 5)
NAMES = ["practitioner", "leader", "board", "staff", "coordinator", "nobody"]
PEOPLE = st.sampled_from(NAMES)


def sealed_readings() -> dict[int, Any]:
    """All that each says, and all that is known of it, besides that others may read it."""
    rows = {row.pop("id"): [row] for row in Reading.objects.filter(sealed_at__isnull=False).values()}
    for row, *_ in rows.values():
        del row["shared_at"]
    for one in Positioning.objects.filter(reading__in=rows).order_by("pk").values():
        rows[one["reading_id"]].append(one)
    for author in Reading.authors.through.objects.filter(reading__in=rows).order_by("pk").values():
        rows[author["reading_id"]].append(author)
    return rows


class Rounds(RuleBasedStateMachine):
    """One trajectory, one round; its day comes, or not."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.sealed: dict[int, Any] = {}
        self.clock = time_machine.travel(timezone.now())
        self.day = self.clock.start()
        self.kept = transaction.atomic()
        self.kept.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.kept.__exit__(None, None, None)
        self.clock.stop()

    @initialize(viewpoints=st.sets(VIEWPOINTS, min_size=2), ahead=st.integers(0, 2))
    def prepare(self, viewpoints: set[Viewpoint], ahead: int) -> None:
        self.round = operations.prepare_round(
            by=self.cast.practitioner,
            trajectory=self.cast.trajectory_a,
            milestone=Milestone.MIDWAY,
            opens_on=timezone.localdate() + timedelta(days=ahead),
            viewpoints=viewpoints,
        )

    @rule(viewpoint=VIEWPOINTS, level=LEVELS)
    def read(self, viewpoint: Viewpoint, level: int) -> None:
        by = self.cast.users[WRITERS[viewpoint]]
        with suppress(OperationRefused):
            fill(by, operations.start_round_reading(by=by, tour=self.round, viewpoint=viewpoint), {"D1": level})

    @rule(viewpoint=VIEWPOINTS, level=LEVELS)
    def read_outside(self, viewpoint: Viewpoint, level: int) -> None:
        by, trajectory = self.cast.users[WRITERS[viewpoint]], self.cast.trajectory_a
        day = timezone.localdate()
        with suppress(OperationRefused):
            made = operations.start_reading(by=by, trajectory=trajectory, viewpoint=viewpoint, read_on=day)
            fill(by, made, {"D1": level})

    @rule(rank=st.integers(0, 5), level=LEVELS, who=PEOPLE)
    def write(self, rank: int, level: int, who: str) -> None:
        for reading in Reading.objects.order_by("pk")[rank : rank + 1]:
            with suppress(OperationRefused):
                fill(self.cast.users[who], reading, {"D2": level})

    @rule(rank=st.integers(0, 5), who=PEOPLE)
    def seal(self, rank: int, who: str) -> None:
        for reading in Reading.objects.order_by("pk")[rank : rank + 1]:
            with suppress(OperationRefused):
                operations.seal_reading(by=self.cast.users[who], reading=reading)

    @rule()
    def seal_all(self) -> None:
        for reading in Reading.objects.drafts().order_by("pk"):
            with suppress(OperationRefused):
                by = next(one for one in self.cast.users.values() if one.person_id == reading.created_by_id)
                operations.seal_reading(by=by, reading=reading)

    @rule(viewpoint=VIEWPOINTS, who=PEOPLE)
    def leave_out(self, viewpoint: Viewpoint, who: str) -> None:
        self.round.refresh_from_db()
        for view in self.round.views.filter(viewpoint=viewpoint):
            told = {"expected_version": self.round.version, "why": "Jamais venu."}
            with suppress(OperationRefused, StaleEdit):
                operations.leave_out_view(by=self.cast.users[who], view=view, **told)

    @rule()
    def let_a_day_pass(self) -> None:
        self.day.shift(timedelta(days=1))
        operations.open_due_rounds()

    @rule(viewpoint=VIEWPOINTS, who=PEOPLE)
    def ask_to_take_up(self, viewpoint: Viewpoint, who: str) -> None:
        for view in self.round.views.filter(viewpoint=viewpoint, reading__isnull=False).select_related("reading"):
            with suppress(OperationRefused):
                operations.ask_reopening(by=self.cast.users[who], reading=view.reading, why="Un fait de plus.")

    @rule(who=PEOPLE)
    def agree(self, who: str) -> None:
        for asked in Reopening.objects.order_by("pk"):
            with suppress(OperationRefused):
                operations.agree_reopening(by=self.cast.users[who], reopening=asked)

    @rule(outcome=st.sampled_from(Outcome), who=PEOPLE, level=LEVELS, viewpoint=VIEWPOINTS)
    def settle(self, outcome: Outcome, who: str, level: int, viewpoint: Viewpoint) -> None:
        dimension = self.round.framework_version.dimensions.get(code="D1")
        told = {"words": "Nos mots.", "level": level, "viewpoint": viewpoint}
        with suppress(OperationRefused):
            operations.settle_dimension(
                by=self.cast.users[who],
                tour=self.round,
                dimension=dimension,
                outcome=outcome,
                expected_number=self.round.settlements.filter(dimension=dimension).count(),
                voices=dict.fromkeys(Viewpoint.values, "Son texte."),
                **told,
            )

    @invariant()
    def what_is_sealed_never_changes(self) -> None:
        found = sealed_readings()
        assert {pk: found.get(pk) for pk in self.sealed} == self.sealed
        self.sealed = found

    @invariant()
    def nobody_else_reads_what_is_not_shared(self) -> None:
        hidden = Reading.objects.filter(shared_at__isnull=True)
        for name in NAMES:
            user = self.cast.users[name]
            seen = Reading.objects.visible_to(user).filter(pk__in=hidden.values("pk"))
            assert not seen.exclude(authors=user.person_id).exists()

    @invariant()
    def no_view_is_shared_before_the_round_opens(self) -> None:
        if not hasattr(self, "round"):
            return
        self.round.refresh_from_db()
        views = Reading.objects.filter(round=self.round, sealed_at__isnull=False)
        assert {one.is_shared for one in views} <= {self.round.is_open}
        if not self.round.is_open:
            expected = set(self.round.views.filter(left_out_at=None).values_list("viewpoint", flat=True))
            spoken = {viewpoint for row in crossings_of(self.cast.trajectory_a).rows for viewpoint in row.voices}
            assert not spoken & expected


def test_no_sequence_changes_what_is_sealed_nor_shows_a_view_before_the_round_opens(cast):
    Rounds.cast = cast
    chosen = settings(max_examples=20, stateful_step_count=20, deadline=None, database=None, derandomize=True)
    run_state_machine_as_test(Rounds, settings=chosen)
