"""Readings: a level rests on a fact, each voice writes from its own place, and what is sealed stays."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from structures.models import Membership
from tests.factories.people import PersonFactory
from tests.factories.trajectories import ReadingFactory
from trajectories.models import Positioning, PositioningState, Reading, Viewpoint
from trajectories.operations import PositioningFacts, position, seal_reading, start_reading
from trajectories.permissions import can_edit_reading, viewpoints_open_to

DAY = date(2024, 6, 1)
DIRECTION, TEAM = Viewpoint.DIRECTION, Viewpoint.TEAM
ACCOMPANIMENT, PARTNER = Viewpoint.ACCOMPANIMENT, Viewpoint.PARTNER
LEVEL = PositioningState.LEVEL
# What the triggers of the two tables say.
REFUSED = r"a sealed reading never changes|Cannot update or delete rows"


@pytest.fixture
def start(cast):
    def begin(by=None, viewpoint=DIRECTION, read_on=DAY, **options) -> Reading:
        return start_reading(
            by=by or cast.leader, trajectory=cast.trajectory_a, viewpoint=viewpoint, read_on=read_on, **options
        )

    return begin


@pytest.fixture
def draft(start) -> Reading:
    return start()


@pytest.fixture
def say(cast, draft, dimensions):
    """What the leader says of one dimension in the draft."""

    def write(code="D1", state=LEVEL, level=2, fact="Un fait observé.", question="", by=None) -> Positioning | None:
        facts = PositioningFacts(state, level, fact, question)
        return position(by=by or cast.leader, reading=draft, dimension=dimensions[code], facts=facts)

    return write


def test_draft_holds_its_place_its_day_its_version_of_the_framework_and_its_authors(cast, start):
    colleague = PersonFactory()
    made = start(authors=[colleague])
    assert (made.viewpoint, made.read_on, made.framework_version, made.is_sealed) == (
        DIRECTION,
        DAY,
        cast.trajectory_a.framework_version,
        False,
    )
    assert set(made.authors.all()) == {cast.leader.person, colleague}
    assert str(made) == "Lecture · Direction · 2024-06-01"


VIEWPOINTS = {
    "practitioner": [TEAM, ACCOMPANIMENT, PARTNER],
    "leader": [DIRECTION],
    "board": [DIRECTION],
    "staff": [TEAM],
    "volunteer": [TEAM],
    **{name: [] for name in ("coordinator", "other_practitioner", "former_practitioner")},
    **{name: [] for name in ("leader_b", "trainer", "member", "nobody")},
}


def test_viewpoints_open_to_each_place_in_the_cast(cast):
    found = {name: viewpoints_open_to(user, cast.trajectory_a) for name, user in cast.users.items()}
    assert found == VIEWPOINTS


@pytest.mark.parametrize("name", VIEWPOINTS)
def test_reading_from_anothers_place_is_refused(cast, start, name):
    for viewpoint in Viewpoint:
        if viewpoint in VIEWPOINTS[name]:
            assert start(cast.users[name], viewpoint).viewpoint == viewpoint
        else:
            with pytest.raises(OperationRefused) as refusal:
                start(cast.users[name], viewpoint)
            assert refusal.value.field == "viewpoint"
    assert Reading.objects.count() == len(VIEWPOINTS[name])


def test_membership_that_ended_closes_its_viewpoint(cast):
    Membership.objects.filter(person=cast.leader.person).update(until=timezone.localdate())
    assert viewpoints_open_to(cast.leader, cast.trajectory_a) == []


def test_closed_trajectory_is_read_no_more(cast, start):
    cast.trajectory_a.closed_on = timezone.localdate()
    with pytest.raises(OperationRefused):
        start()


@pytest.mark.parametrize("day", [date(2024, 1, 14), "tomorrow"])
def test_day_before_the_trajectory_or_ahead_is_refused(start, day):
    with pytest.raises(OperationRefused, match="entre le début de la trajectoire et aujourd’hui") as refusal:
        start(read_on=timezone.localdate() + timedelta(days=1) if day == "tomorrow" else day)
    assert refusal.value.field == "read_on"


def test_first_day_of_the_trajectory_and_today_are_accepted(cast, start):
    assert start(read_on=cast.trajectory_a.started_on).pk
    assert start(read_on=timezone.localdate()).pk


def test_same_form_sent_again_is_the_same_draft(start):
    key = uuid.uuid4()
    assert start(client_key=key) == start(client_key=key, viewpoint=DIRECTION)
    assert Reading.objects.count() == 1


def test_positioning_keeps_level_fact_and_question(say):
    said = say(level=3, fact="Un duo au tri.", question="Et demain ?")
    assert (said.state, said.level, said.observed_fact, said.next_question) == (
        LEVEL,
        3,
        "Un duo au tri.",
        "Et demain ?",
    )
    assert str(said) == "Travail vivant · un repère"


def test_dimension_said_again_is_rewritten_not_doubled(say, draft):
    say(level=3)
    say(level=4, fact="Mieux vu.")
    assert [(one.level, one.observed_fact) for one in draft.positionings.all()] == [(4, "Mieux vu.")]


def test_dimension_left_unread_is_taken_away(say, draft):
    say()
    assert say(state=None) is None
    assert draft.positionings.count() == 0


@pytest.mark.parametrize(("level", "fact"), [(3, ""), (3, "  \n"), (None, "Un fait.")])
def test_level_without_a_fact_is_refused(say, draft, level, fact):
    with pytest.raises(OperationRefused, match="s’appuie toujours sur un fait") as refusal:
        say(level=level, fact=fact)
    assert (refusal.value.field, draft.positionings.count()) == ("observed_fact", 0)


@pytest.mark.parametrize("state", [PositioningState.NOT_APPLICABLE, PositioningState.NOT_ENOUGH_EVIDENCE])
def test_absence_of_level_needs_no_fact_and_keeps_no_level(say, state):
    said = say(state=state, level=4, fact="")
    assert (said.state, said.level) == (state, None)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": LEVEL, "level": 6, "observed_fact": "x"}, "positioning_level_only_when_read"),
        ({"state": LEVEL, "level": 0, "observed_fact": "x"}, "positioning_level_only_when_read"),
        ({"state": LEVEL, "level": None, "observed_fact": "x"}, "positioning_level_only_when_read"),
        ({"state": "not_applicable", "level": 3}, "positioning_level_only_when_read"),
        ({"state": LEVEL, "level": 3, "observed_fact": ""}, "positioning_level_rests_on_a_fact"),
    ],
)
def test_database_refuses_what_the_rule_refuses(draft, dimensions, columns, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Positioning.objects.create(reading=draft, dimension=dimensions["D1"], **columns)


def test_positioning_reads_a_dimension_or_a_criterion_never_both_nor_none(draft, dimensions):
    criterion = dimensions["D1"].criteria.first()
    read = Positioning.objects.create(reading=draft, criterion=criterion, state="not_applicable")
    assert str(read) == "D1.1 · sans objet"
    for both in ({}, {"dimension": dimensions["D1"], "criterion": criterion}):
        with pytest.raises(IntegrityError, match="positioning_reads_one_thing"), transaction.atomic():
            Positioning.objects.create(reading=draft, state="not_applicable", **both)


@pytest.mark.parametrize("name", ["coordinator", "practitioner", "board", "staff", "nobody"])
def test_draft_is_written_by_its_authors_alone(cast, draft, say, name):
    say()
    with pytest.raises(OperationRefused, match="Seules les personnes qui écrivent cette lecture"):
        say(level=5, by=cast.users[name])
    with pytest.raises(OperationRefused):
        seal_reading(by=cast.users[name], reading=draft)
    assert (draft.positionings.get().level, Reading.objects.get().is_sealed) == (2, False)


def test_co_author_writes_and_seals(cast, start, dimensions):
    shared = start(authors=[cast.board.person])
    assert can_edit_reading(cast.board, shared)
    facts = PositioningFacts(LEVEL, 3, "Un fait.")
    position(by=cast.board, reading=shared, dimension=dimensions["D1"], facts=facts)
    assert seal_reading(by=cast.board, reading=shared).is_sealed
    assert not can_edit_reading(cast.board, Reading.objects.get())


def test_draft_is_seen_by_its_authors_alone_and_sealed_by_whoever_sees_the_trajectory(cast, draft, say):
    say()

    def seen_by() -> set[str]:
        return {name for name, user in cast.users.items() if draft in Reading.objects.visible_to(user)}

    assert seen_by() == {"leader"}
    draft.authors.add(cast.practitioner.person)
    assert seen_by() == {"leader", "practitioner"}
    seal_reading(by=cast.leader, reading=draft)
    assert seen_by() == {"coordinator", "practitioner", "leader", "board", "staff", "volunteer"}


def test_empty_reading_is_not_sealed(cast, draft):
    with pytest.raises(OperationRefused, match="encore vide"):
        seal_reading(by=cast.leader, reading=draft)
    assert not Reading.objects.get().is_sealed


def test_sealed_reading_is_not_rewritten_nor_sealed_again(cast, draft, say):
    say()
    sealed = seal_reading(by=cast.leader, reading=draft)
    with pytest.raises(OperationRefused, match="elle ne change plus"):
        say(level=5)
    with pytest.raises(OperationRefused, match="elle ne change plus"):
        seal_reading(by=cast.leader, reading=draft)
    again = Reading.objects.get()
    assert (again.sealed_at, again.version, again.positionings.get().level) == (sealed.sealed_at, 2, 2)


@pytest.fixture
def sealed(cast) -> Reading:
    return ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, sealed=True)


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE trajectories_reading SET read_on = '2024-07-01'",
        "UPDATE trajectories_reading SET sealed_at = NULL",
        "UPDATE trajectories_positioning SET level = 5",
        "UPDATE trajectories_positioning SET observed_fact = 'Autre chose.'",
        "DELETE FROM trajectories_positioning",
        "DELETE FROM trajectories_reading",
        "INSERT INTO trajectories_positioning (reading_id, dimension_id, state, observed_fact, next_question)"
        " SELECT r.id, d.id, 'not_applicable', '', '' FROM trajectories_reading r, trajectories_dimension d"
        " WHERE d.code = 'D2'",
    ],
)
def test_sealed_reading_is_not_changed_even_in_sql(sealed, write):
    before = list(Positioning.objects.values()), list(Reading.objects.values())
    with pytest.raises(Error, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)
    assert (list(Positioning.objects.values()), list(Reading.objects.values())) == before


@pytest.mark.parametrize(
    "write",
    [
        lambda: Positioning.objects.update(level=5),
        lambda: Positioning.objects.all().delete(),
        lambda: Reading.objects.update(viewpoint=TEAM),
        lambda: Reading.objects.all().delete(),
        lambda: Positioning.objects.get().save(),
        lambda: Reading.objects.get().save(),
    ],
)
def test_sealed_reading_is_not_changed_by_a_queryset(sealed, write):
    with pytest.raises(Error, match=REFUSED), transaction.atomic():
        write()
    assert (Positioning.objects.get().level, Reading.objects.get().viewpoint) == (2, DIRECTION)


def test_positioning_is_not_moved_into_nor_out_of_a_sealed_reading(cast, sealed):
    draft = ReadingFactory(trajectory=cast.trajectory_a, levels={"D2": 4})
    for moved, target in ((draft.positionings.get(), sealed), (sealed.positionings.get(), draft)):
        with pytest.raises(Error, match="a sealed reading never changes"), transaction.atomic():
            Positioning.objects.filter(pk=moved.pk).update(reading=target)
    assert (sealed.positionings.get().level, draft.positionings.get().level) == (2, 4)


def test_draft_is_still_changed_and_taken_away(cast):
    draft = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 4})
    Positioning.objects.update(level=3)
    assert draft.positionings.get().level == 3
    draft.delete()
    assert (Reading.objects.count(), Positioning.objects.count()) == (0, 0)


def test_writing_and_sealing_leave_their_history(draft, say, cast):
    say(level=3)
    say(level=4)
    seal_reading(by=cast.leader, reading=draft)
    levels = Positioning.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "level")
    assert list(levels) == [("insert", 3), ("update", 4)]
    assert Reading.pgh_event_model.objects.latest("pgh_id").sealed_at == Reading.objects.get().sealed_at
