"""A version of the référentiel is prepared, published, retired; what is published never changes, even by SQL."""

from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.structures import StructureFactory
from tests.factories.trajectories import TrajectoryFactory
from trajectories.framework import load_framework
from trajectories.framework_words import words_of
from trajectories.models import Criterion, Dimension, FrameworkState, FrameworkVersion, Level, Marker
from trajectories.operations import (
    drop_framework,
    edit_axis,
    edit_criterion,
    open_trajectory,
    publish_framework,
    retire_framework,
    start_framework,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def draft(cast, published) -> FrameworkVersion:
    return start_framework(by=cast.coordinator, based_on=published)


def publish(cast, draft, **more) -> FrameworkVersion:
    told = {"expected_changes": draft.changes.count(), "why": "Des mots plus simples."} | more
    return publish_framework(by=cast.coordinator, framework=draft, **told)


def test_loaded_version_is_published_today(published):
    assert (published.state, published.published_on) == (FrameworkState.PUBLISHED, timezone.localdate())


def test_draft_has_the_words_and_the_keys_of_the_version_it_began_with(draft, published):
    assert words_of(draft) == words_of(published)
    assert (draft.number, draft.based_on, draft.state) == (2, published, FrameworkState.DRAFT)


def test_second_draft_is_refused_while_one_is_open(cast, draft, published):
    with pytest.raises(OperationRefused, match="déjà en préparation"):
        start_framework(by=cast.coordinator, based_on=published)


def test_only_coordination_begins_a_version(cast, published):
    for user in (cast.practitioner, cast.leader, cast.trainer, cast.nobody):
        with pytest.raises(OperationRefused, match="coordination"):
            start_framework(by=user, based_on=published)
    assert FrameworkVersion.objects.count() == 1


def test_draft_is_seen_by_coordination_alone(cast, draft, published):
    seen = {name: set(FrameworkVersion.objects.visible_to(user)) for name, user in cast.users.items()}
    assert {name for name, versions in seen.items() if draft in versions} == {"coordinator"}
    assert all(published in versions for versions in seen.values())


def test_published_version_says_who_published_it_when_and_why(cast, draft):
    made = publish(cast, draft)
    assert (made.state, made.published_on) == (FrameworkState.PUBLISHED, timezone.localdate())
    assert (made.published_by, made.why) == (cast.coordinator.person, "Des mots plus simples.")
    assert FrameworkVersion.objects.current() == made


def test_version_is_not_published_without_a_word_of_why(cast, draft):
    with pytest.raises(OperationRefused) as refused:
        publish(cast, draft, why="  ")
    assert refused.value.field == "why"


def test_version_changed_since_it_was_read_over_is_not_published(cast, draft):
    axis = draft.axes.first()
    edit_axis(by=cast.coordinator, axis=axis, expected_version=1, name="Au-dedans", why="Plus simple.")
    with pytest.raises(StaleEdit):
        publish(cast, draft, expected_changes=0)


def test_incomplete_version_is_not_published(cast, draft):
    draft.dimensions.filter(code="D2").update(question=" ")
    with pytest.raises(OperationRefused, match="manque encore"):
        publish(cast, draft)


def test_published_version_is_not_edited_by_an_operation(cast, published):
    criterion = Criterion.objects.first()
    with pytest.raises(OperationRefused, match="ne change plus"):
        edit_criterion(by=cast.coordinator, criterion=criterion, expected_version=1, text="Autre", why="?")


REWRITINGS = {
    "version renamed": "UPDATE trajectories_frameworkversion SET name = 'x' WHERE id = {id}",
    "version drafted again": "UPDATE trajectories_frameworkversion SET state='draft', published_on=NULL WHERE id={id}",
    "reason rewritten": "UPDATE trajectories_frameworkversion SET why = 'x' WHERE id = {id}",
    "day changed while retiring": "UPDATE trajectories_frameworkversion SET state = 'retired', retired_on = now(), "
    "published_on = '2020-01-01' WHERE id = {id}",
    "version deleted": "DELETE FROM trajectories_frameworkversion WHERE id = {id}",
    "level": "UPDATE trajectories_level SET name = 'x' WHERE framework_version_id = {id}",
    "axis": "UPDATE trajectories_axis SET position = 9 WHERE framework_version_id = {id}",
    "axis deleted": "DELETE FROM trajectories_axis WHERE framework_version_id = {id}",
    "axis added": "INSERT INTO trajectories_axis (framework_version_id, code, name, position, version) "
    "VALUES ({id}, 'Z', 'x', 9, 1)",
    "dimension": "UPDATE trajectories_dimension SET question = 'x' WHERE framework_version_id = {id}",
    "dimension moved out": "UPDATE trajectories_dimension SET framework_version_id = {draft} "
    "WHERE framework_version_id = {id}",
    "dimension moved in": "UPDATE trajectories_dimension SET framework_version_id = {id}, code = code || 'x' "
    "WHERE framework_version_id = {draft}",
    "criterion": "UPDATE trajectories_criterion SET text = 'x' WHERE dimension_id = {dimension}",
    "criterion deleted": "DELETE FROM trajectories_criterion WHERE dimension_id = {dimension}",
    "criterion added": "INSERT INTO trajectories_criterion (dimension_id, code, key, text, position, version) "
    "VALUES ({dimension}, 'z', 'z', 'x', 9, 1)",
    "marker": "UPDATE trajectories_marker SET text = 'x' WHERE dimension_id = {dimension}",
    "marker deleted": "DELETE FROM trajectories_marker WHERE dimension_id = {dimension}",
}


@pytest.mark.parametrize("sql", REWRITINGS.values(), ids=REWRITINGS)
@pytest.mark.parametrize("retired", [False, True], ids=["published", "retired"])
def test_database_refuses_to_rewrite_what_was_published(cast, published, sql, retired):
    if retired:
        publish(cast, start_framework(by=cast.coordinator, based_on=published))
        retire_framework(by=cast.coordinator, framework=published)
    draft = start_framework(by=cast.coordinator, based_on=published)
    dimension, before = published.dimensions.get(code="D1"), words_of(published)
    statement = sql.format(id=published.pk, dimension=dimension.pk, draft=draft.pk)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert words_of(FrameworkVersion.objects.get(pk=published.pk)) == before


def test_same_statements_are_carried_out_in_a_draft(cast, draft):
    """The test above would prove nothing if they failed anyway."""
    dimension = draft.dimensions.get(code="D1")
    for name in ("version renamed", "level", "dimension", "criterion", "marker", "axis added", "criterion added"):
        with connection.cursor() as cursor:
            cursor.execute(REWRITINGS[name].format(id=draft.pk, dimension=dimension.pk, draft=0))
            assert cursor.rowcount > 0


def test_trajectory_starts_on_the_newest_published_version(cast, draft, published):
    first = open_trajectory(by=cast.coordinator, structure=StructureFactory(), started_on=timezone.localdate())
    publish(cast, draft)
    second = open_trajectory(by=cast.coordinator, structure=StructureFactory(), started_on=timezone.localdate())
    assert (first.framework_version, second.framework_version) == (published, draft)


def test_trajectory_starts_on_another_published_version_when_it_is_chosen(cast, draft, published):
    publish(cast, draft)
    told = {"structure": StructureFactory(), "started_on": timezone.localdate(), "framework_version": published}
    assert open_trajectory(by=cast.coordinator, **told).framework_version == published


def test_no_trajectory_starts_on_a_draft_or_a_retired_version(cast, draft, published):
    told = {"structure": StructureFactory(), "started_on": timezone.localdate()}
    with pytest.raises(OperationRefused) as refused:
        open_trajectory(by=cast.coordinator, framework_version=draft, **told)
    assert refused.value.field == "framework_version"
    publish(cast, draft)
    retire_framework(by=cast.coordinator, framework=published)
    with pytest.raises(OperationRefused, match="version publiée"):
        open_trajectory(by=cast.coordinator, framework_version=published, **told)


def test_database_lets_no_trajectory_start_elsewhere_than_on_a_published_version(cast, draft, published):
    with pytest.raises(DatabaseError, match="starts on a published version"), transaction.atomic():
        TrajectoryFactory(framework_version=draft)
    under_way = TrajectoryFactory(framework_version=published)
    publish(cast, draft)
    retire_framework(by=cast.coordinator, framework=published)
    with pytest.raises(DatabaseError, match="starts on a published version"), transaction.atomic():
        TrajectoryFactory(framework_version=published)
    # One that goes on may pass to the new version, and come back.
    for version in (draft, published):
        under_way.framework_version = version
        under_way.save()


def test_retired_version_stays_readable_by_all(cast, draft, published):
    publish(cast, draft)
    retired = retire_framework(by=cast.coordinator, framework=published)
    assert (retired.state, retired.retired_on) == (FrameworkState.RETIRED, timezone.localdate())
    assert retired in FrameworkVersion.objects.visible_to(cast.nobody)


def test_only_published_version_is_not_retired(cast, draft, published):
    with pytest.raises(OperationRefused, match="seule version publiée"):
        retire_framework(by=cast.coordinator, framework=published)
    with pytest.raises(OperationRefused, match="Seule une version publiée"):
        retire_framework(by=cast.coordinator, framework=draft)


def test_draft_is_begun_again_from_a_retired_version(cast, draft, published):
    publish(cast, draft)
    retire_framework(by=cast.coordinator, framework=published)
    published.refresh_from_db()
    assert start_framework(by=cast.coordinator, based_on=published).based_on == published


def test_dropped_draft_leaves_nothing_behind(cast, draft, published):
    edit_axis(by=cast.coordinator, axis=draft.axes.first(), expected_version=1, name="Au-dedans", why="Plus simple.")
    drop_framework(by=cast.coordinator, framework=draft)
    assert list(FrameworkVersion.objects.all()) == [published]
    assert [model.objects.count() for model in (Level, Dimension, Marker)] == [5, 9, 45]


def test_published_version_is_not_dropped(cast, published):
    with pytest.raises(OperationRefused, match="ne change plus"):
        drop_framework(by=cast.coordinator, framework=published)


@pytest.mark.django_db(transaction=True)
def test_two_people_begin_a_draft_at_once_and_one_is_made(transactional_cast):
    cast, published, gate = transactional_cast, load_framework(), Barrier(2)
    outcomes: list[str] = []

    def begin() -> None:
        gate.wait()
        try:
            start_framework(by=cast.coordinator, based_on=published)
            outcomes.append("made")
        except OperationRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert FrameworkVersion.objects.filter(state=FrameworkState.DRAFT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_draft_published_while_somebody_writes_in_it_takes_nothing_more(transactional_cast):
    """The database waits for what is being written, then refuses what would come after."""
    cast = transactional_cast
    draft = start_framework(by=cast.coordinator, based_on=load_framework())
    axis, gate, refused = draft.axes.first(), Barrier(2), []

    def write_late() -> None:
        gate.wait()
        try:
            edit_axis(by=cast.coordinator, axis=axis, expected_version=1, name="Trop tard", why="Pour voir.")
        except OperationRefused as refusal:
            refused.append(refusal.message)
        finally:
            connection.close()

    thread = Thread(target=write_late)
    thread.start()
    with transaction.atomic():
        publish(cast, draft)
        gate.wait()
    thread.join()
    axis.refresh_from_db()
    assert len(refused) == 1
    assert axis.name != "Trop tard"
