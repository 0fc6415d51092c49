"""What those who moved had done, as the base holds it: looked at once a quarter, kept, and shown as it was kept."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Deed, DeedFloor, QuarterlyLook, StepTable
from community.operations import look_at_the_quarter
from community.precedents import deeds_before, same_dimensions
from community.tasks import look_at_the_quarter as nightly
from structures.models import Accompaniment
from structures.operations import merge_structures
from tests.factories.community import ReportFactory
from tests.factories.people import PersonFactory
from tests.factories.structures import StructureFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory
from tests.factories.trajectories import (
    InterventionFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from tests.trajectories.test_evolution_pages import CAUSES
from trainings.models import Attendance
from trainings.operations import Slot
from trajectories.framework import load_framework
from trajectories.models import (
    FrameworkVersion,
    Intervention,
    InterventionShare,
    Milestone,
    Modality,
    Positioning,
    PositioningState,
    Reading,
    Relation,
    Round,
    Trajectory,
    Weight,
    Workshop,
)
from trajectories.operations import correct_correspondence, publish_framework, start_framework

FIRST, AGAIN = date(2025, 3, 10), date(2026, 3, 10)
SHARED = datetime(2026, 4, 2, 9, tzinfo=UTC)
QUARTER = date(2026, 7, 1)


@pytest.fixture
def version(db):
    return load_framework()


def moved(*levels: int, shared_at: datetime = SHARED, code: str = "D1", done: tuple[Modality, ...] = ()) -> Trajectory:
    """One whose direction said these levels, a year apart, having done these in the year before the last."""
    trajectory, writer = TrajectoryFactory(framework_version=FrameworkVersion.objects.current()), PersonFactory()
    read_on = [AGAIN - timedelta(days=365 * back) for back in reversed(range(len(levels)))]
    for level, day in zip(levels, read_on, strict=True):
        reading = ReadingFactory(trajectory=trajectory, levels={code: level}, read_on=day, created_by=writer)
        share(reading, shared_at)
    for modality in done:
        did(trajectory, modality)
    return trajectory


def share(reading: Reading, at: datetime) -> None:
    reading.sealed_at = at
    reading.save(update_fields=["sealed_at"])


def did(trajectory: Trajectory, modality: Modality, on: date = AGAIN - timedelta(days=100)) -> Intervention:
    return InterventionFactory(occurred_on=on, modality=modality, share={"trajectory": trajectory})


@pytest.fixture
def network(version) -> list[Trajectory]:
    """Eight passed from the second level to the third, six of them after an exchange space; three stayed."""
    space = (Modality.PEER_SPACE,)
    return [moved(2, 3, done=space if number < 6 else ()) for number in range(8)] + [moved(2, 2) for _ in range(3)]


def told() -> list[tuple[str, int, bool, dict[str, int]]]:
    return [
        (table.dimension.code, table.lower, table.is_forward, {one.deed: one.at_least for one in table.floors.all()})
        for table in StepTable.objects.filter(is_told=True)
    ]


UP_AFTER_SPACE = [("D1", 2, True, {"peer_space": 5})]


def test_look_keeps_floors_of_what_came_before(network):
    made = look_at_the_quarter(day=date(2026, 8, 20))
    assert made.cut_on == QUARTER
    assert told() == UP_AFTER_SPACE
    # Of the other steps, and only of what was read again: that nothing may be told.
    assert StepTable.objects.count() == 8
    assert look_at_the_quarter(day=date(2026, 9, 30)) is None


def test_nightly_look_is_made_once_a_quarter(network):
    with time_machine.travel(datetime(2026, 7, 1, 4, 10, tzinfo=UTC), tick=False):
        nightly()
        nightly()
    assert [one.cut_on for one in QuarterlyLook.objects.all()] == [QUARTER]


def test_going_back_is_told_as_going_forward_is(version):
    for number in range(11):
        moved(*((3, 2) if number < 8 else (3, 3)), done=(Modality.LEADER_TRAINING,))
    look_at_the_quarter(day=QUARTER)
    assert told() == [("D1", 2, False, {"leader_training": 5})]


def test_criterion_read_alone_is_told_apart(version):
    criterion = version.dimensions.get(code="D1").criteria.get(code="D1.2")
    for number in range(11):
        trajectory = TrajectoryFactory()
        for day, level in ((FIRST, 1), (AGAIN, 2 if number < 8 else 1)):
            reading = ReadingFactory(trajectory=trajectory, read_on=day)
            said = {"state": PositioningState.LEVEL, "level": level, "observed_fact": "Un fait."}
            Positioning.objects.create(reading=reading, criterion=criterion, **said)
            share(reading, SHARED)
    look_at_the_quarter(day=QUARTER)
    assert [(one.criterion, one.lower) for one in StepTable.objects.filter(is_told=True)] == [(criterion, 1)]


@pytest.mark.parametrize("minute", [59, 60])
def test_what_is_shared_on_the_first_day_waits_for_the_next_quarter(network, minute):
    """The day begins in Paris, two hours before it does in Greenwich."""
    for number in range(10):
        moved(*((4, 5) if number < 7 else (4, 4)), code="D2")
    moved(4, 5, code="D2", shared_at=datetime(2026, 6, 30, 21, tzinfo=UTC) + timedelta(minutes=minute))
    look_at_the_quarter(day=QUARTER)
    assert [code for code, *_rest in told()] == (["D1", "D2"] if minute == 59 else ["D1"])


def test_drafts_and_what_waits_in_a_round_do_not_count(network):
    """Ten read D2 again; of two others, the second reading is not there yet for others."""
    for number in range(10):
        moved(*((4, 5) if number < 8 else (4, 4)), code="D2")
    drafting, waiting = moved(4, code="D2"), moved(4, code="D2")
    ReadingFactory(trajectory=drafting, levels={"D2": 4}, read_on=AGAIN)
    tour = Round.objects.create(
        trajectory=waiting,
        framework_version=waiting.framework_version,
        milestone=Milestone.MIDWAY,
        opens_on=AGAIN,
        created_by=PersonFactory(),
    )
    share(ReadingFactory(trajectory=waiting, levels={"D2": 4}, read_on=AGAIN, round=tour), SHARED)
    look_at_the_quarter(day=QUARTER)
    assert told() == UP_AFTER_SPACE
    share(drafting.readings.get(sealed_at=None), datetime(2026, 7, 2, tzinfo=UTC))
    look_at_the_quarter(day=date(2026, 10, 1))
    assert [code for code, *_rest in told()] == ["D1", "D2"]


def test_each_deed_is_counted_in_the_year_that_ends_the_day_before(version):
    trajectory = moved(2, 3)
    reading = trajectory.readings.get(read_on=AGAIN)
    for modality, days in ((Modality.OTHER, 0), (Modality.PARTNER_MEETING, 366), (Modality.PEER_SPACE, 365)):
        did(trajectory, modality, AGAIN - timedelta(days=days))
    did(trajectory, Modality.WORK_ORGANISATION, AGAIN - timedelta(days=1))
    did(TrajectoryFactory(), Modality.LEADER_TRAINING)
    TrialFactory(trajectory=trajectory, started_on=AGAIN - timedelta(days=30))
    ended = datetime(2026, 2, 1, 12, tzinfo=UTC)
    held = {"expected": 4, "held_on": ended.date(), "closes_at": ended, "created_by": PersonFactory()}
    Workshop.objects.create(trajectory=trajectory, ended_at=ended, **held)
    counted = deeds_before([reading.pk])
    assert [deed for deed in Deed if counted[deed]] == [
        Deed.WORK_ORGANISATION,
        Deed.PEER_SPACE,
        Deed.TRIAL,
        Deed.WORKSHOP,
    ]


@pytest.mark.parametrize("is_present", [True, False])
def test_session_counts_when_somebody_of_the_structure_came(version, is_present):
    trajectory = moved(2, 3)
    session = SessionFactory(slots=[Slot(datetime(2026, 2, 1, 9, tzinfo=UTC), 180)])
    enrolment = EnrolmentFactory(session=session, structure=trajectory.structure)
    Attendance.objects.create(half_day=session.half_days.first(), enrolment=enrolment, is_present=is_present)
    counted = deeds_before([trajectory.readings.get(read_on=AGAIN).pk])
    assert counted[Deed.SESSION] == is_present


def test_practice_of_one_person_is_not_told(network):
    """Five of the eleven that could have moved: more than half of the smallest group that might be told."""
    one = PersonFactory()
    for trajectory in network[6:]:
        Accompaniment.objects.create(structure=trajectory.structure, practitioner=one, since=FIRST)
    look_at_the_quarter(day=QUARTER)
    assert told() == []


@pytest.fixture
def second(version, cast) -> FrameworkVersion:
    """The next version: D1 is the same thing, D2 is told for the most part by what it was."""
    draft = start_framework(by=cast.coordinator, based_on=version)
    correct_correspondence(
        by=cast.coordinator,
        dimension=draft.dimensions.get(code="D2"),
        expected_version=0,
        relation=Relation.EQUAL,
        sources=[version.dimensions.get(code="D2")],
        weight=Weight.MOST,
        why="Son sens a bougé.",
    )
    changes = draft.changes.count()
    return publish_framework(by=cast.coordinator, framework=draft, expected_changes=changes, why="Plus simple.")


def test_only_the_very_same_thing_is_the_same_from_one_version_to_another(version, second):
    same = {one.code: same_dimensions(second)[one.key] for one in second.dimensions.all()}
    assert same["D1"] == {one.dimensions.get(code="D1").pk for one in (version, second)}
    assert same["D2"] == {second.dimensions.get(code="D2").pk}


def test_readings_of_a_version_count_in_the_next_where_it_says_the_same(network, cast, client, request):
    for number in range(11):
        moved(*((4, 5) if number < 8 else (4, 4)), code="D2")
    second = request.getfixturevalue("second")
    look_at_the_quarter(day=QUARTER)
    assert told() == UP_AFTER_SPACE
    assert StepTable.objects.get(is_told=True).dimension.framework_version == second
    assert "au moins 5</strong>" in page_of(client, cast.practitioner)


def test_what_was_told_of_a_version_is_read_in_the_next(network, cast, client, request):
    look_at_the_quarter(day=QUARTER)
    request.getfixturevalue("second")
    assert "au moins 5</strong>" in page_of(client, cast.practitioner)
    look_at_the_quarter(day=date(2026, 10, 1))
    assert told() == UP_AFTER_SPACE


def page_of(client, user, code: str = "D1") -> str:
    client.force_login(user)
    text = client.get(reverse("what_came_before_dimension", args=[code])).content.decode()
    return re.sub(r'(nonce|csrfmiddlewaretoken|value)="[^"]*"', "", text)


def seals(network):
    moved(2, 3)


def corrects(network):
    Intervention.objects.filter(shares__trajectory=network[0]).update(modality=Modality.OTHER)


def takes_away(network):
    InterventionShare.objects.filter(trajectory__in=network).delete()


def goes_back(network):
    share(
        ReadingFactory(trajectory=network[0], levels={"D1": 1}, read_on=date(2026, 7, 20)),
        datetime(2026, 7, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize("act", [seals, corrects, takes_away, goes_back])
def test_page_is_the_same_to_a_byte_whatever_one_structure_does(network, cast, client, act):
    look_at_the_quarter(day=QUARTER)
    before = page_of(client, cast.practitioner)
    assert "au moins 5" in before
    act(network)
    assert page_of(client, cast.practitioner) == before
    # Nor at the next quarter: a look needs eleven that read again.
    look_at_the_quarter(day=date(2026, 10, 1))
    assert told() == UP_AFTER_SPACE
    after = page_of(client, cast.practitioner)
    assert after.replace("1er\u00a0octobre", "1er\u00a0juillet") == before


def test_merge_of_two_structures_changes_nothing_that_was_told(network, cast, client):
    look_at_the_quarter(day=QUARTER)
    before = page_of(client, cast.practitioner)
    kept, merged = network[0].structure, StructureFactory()
    TrajectoryFactory(structure=merged, closed_on=date(2025, 1, 1), started_on=date(2024, 1, 1))
    merge_structures(by=cast.coordinator, kept=kept, merged=merged, taken={})
    assert page_of(client, cast.practitioner) == before
    look_at_the_quarter(day=date(2026, 10, 1))
    assert told() == UP_AFTER_SPACE


def test_second_generation_is_told_beside_the_first(network, cast, client):
    """Of other structures: their floors add up."""
    look_at_the_quarter(day=QUARTER)
    later = datetime(2026, 8, 2, tzinfo=UTC)
    for number in range(11):
        moved(*((2, 3) if number < 8 else (2, 2)), shared_at=later, done=(Modality.PEER_SPACE,))
    look_at_the_quarter(day=date(2026, 10, 1))
    assert told() == UP_AFTER_SPACE * 2
    text = page_of(client, cast.practitioner)
    assert "un espace d’échange et de professionnalisation\u00a0: <strong>au moins 10</strong>" in text
    assert "chacun sur d’autres structures" in text


def test_what_was_told_never_changes(network):
    look_at_the_quarter(day=QUARTER)
    for rows in (QuarterlyLook.objects.all(), StepTable.objects.all(), DeedFloor.objects.all()):
        with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
            rows.update(id=F("id"))


@pytest.mark.parametrize("number", [0, 4, 7])
def test_number_that_is_no_floor_cannot_be_kept(network, number):
    look_at_the_quarter(day=QUARTER)
    table = StepTable.objects.filter(is_told=True).get()
    with pytest.raises(DatabaseError, match="deed_told_by_floors"), transaction.atomic():
        DeedFloor.objects.create(table=table, deed=Deed.TRIAL, at_least=number)


def test_page_says_what_is_told_and_why_the_rest_is_not(network, cast, client):
    client.force_login(cast.practitioner)
    empty = client.get(reverse("what_came_before")).content.decode()
    assert "Le premier relevé n’est pas encore fait" in empty
    look_at_the_quarter(day=QUARTER)
    listed = client.get(reverse("what_came_before")).content.decode()
    assert "de «\u00a0Mise en question\u00a0» à «\u00a0Expérimentation\u00a0»" in listed
    ReportFactory(
        shared=True, title="Le tri en duo", dimensions=[network[0].framework_version.dimensions.get(code="D1")]
    )
    text = page_of(client, cast.practitioner)
    labels = re.findall(r"<li>(un[^<]*)\u00a0: (?:<strong>)?(au moins 5|trop peu pour être dit, ou aucune)", text)
    assert [label for label, _told in labels] == [deed.label for deed in Deed]
    assert [label for label, said in labels if said == "au moins 5"] == [Deed.PEER_SPACE.label]
    assert text.count("rien ne peut s’en dire sans qu’on les reconnaisse") == 7
    assert "Le tri en duo" in text
    assert [word for word in CAUSES if re.search(rf"\b{word}\b", text)] == []


def test_page_of_a_criterion_is_asked_in_the_address(network, cast, client):
    look_at_the_quarter(day=QUARTER)
    client.force_login(cast.practitioner)
    url = reverse("what_came_before_dimension", args=["D1"])
    found = client.get(f"{url}?critere=D1.2").content.decode()
    assert "critère D1.2, lu seul" in found
    assert "au moins 5</strong>" not in found
    assert client.get(f"{url}?critere=D2.1").status_code == 404
    assert client.get(reverse("what_came_before_dimension", args=["D99"])).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("practitioner", 200), ("member", 200), ("coordinator", 200)),
        *(("leader", 403), ("board", 403), ("staff", 403), ("nobody", 403)),
    ],
)
def test_community_and_coordination_alone_read_it(cast, client, name, status):
    client.force_login(getattr(cast, name))
    for url in (reverse("what_came_before"), reverse("what_came_before_dimension", args=["D1"])):
        assert client.get(url).status_code == status
    dimension = client.get(reverse("framework_dimension", args=[1, "D1"])).content.decode()
    assert ("Ce qu’avaient fait celles qui ont bougé" in dimension) == (status == 200)


def test_look_asks_as_many_questions_for_many_structures(network):
    def queries(day: date) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            look_at_the_quarter(day=day)
        return len(asked)

    first = queries(QUARTER)
    for _ in range(20):
        moved(2, 3, shared_at=datetime(2026, 8, 2, tzinfo=UTC), done=(Modality.PEER_SPACE,))
    for _ in range(4):
        moved(2, 2, shared_at=datetime(2026, 8, 2, tzinfo=UTC))
    assert queries(date(2026, 10, 1)) == first
