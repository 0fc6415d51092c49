"""What was said of a dimension before the référentiel changed stays said, and is found again, after it has."""

import pytest

from accounts.models import Circle
from community.models import ExperienceReport
from community.queries import on_dimension
from tests.factories.community import ReportFactory
from tests.factories.trainings import TrainingFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from tests.visitor import Visitor
from trajectories.carrying import lineage_of
from trajectories.framework import load_framework
from trajectories.models import Criterion, Dimension, FrameworkVersion, Relation, Weight
from trajectories.operations import (
    add_dimension,
    correct_correspondence,
    pass_to_version,
    publish_framework,
    remove_part,
    start_framework,
)
from trajectories.story import story_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(db) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def second(cast, first) -> FrameworkVersion:
    """D6 gives a part of its sense to a new one; D8 goes."""
    by, draft = cast.coordinator, start_framework(by=cast.coordinator, based_on=first)
    names = {"name": "Achats et fournisseurs", "short_name": "Achats", "spoke_name": "Achats", "question": "À qui ?"}
    made = add_dimension(by=by, axis=draft.axes.first(), why="Un angle de plus.", **names)
    made.markers.update(text="Un repère.")
    made.criteria.create(code=f"{made.code}.1", key=f"{made.code}.1", text="Un signe.", position=1)
    correct_correspondence(
        by=by,
        dimension=made,
        expected_version=0,
        relation=Relation.SPLIT,
        sources=[first.dimensions.get(code="D6")],
        weight=Weight.PART,
        why="Les achats méritent leur place.",
    )
    remove_part(by=by, part=draft.dimensions.get(code="D8"), why="Dite ailleurs.")
    told = {"expected_changes": draft.changes.count(), "why": "Deux changements."}
    return publish_framework(by=by, framework=draft, **told)


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def dimensions(version: FrameworkVersion, *codes: str) -> list[Dimension]:
    return list(version.dimensions.filter(code__in=codes))


def sign(version: FrameworkVersion, code: str) -> Criterion:
    return Criterion.objects.get(dimension__framework_version=version, code=code)


def passed(cast, second) -> None:
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    cast.trajectory_a.refresh_from_db()


def test_account_corrected_after_the_passage_still_names_what_it_named(cast, first, second, visits):
    made = InterventionFactory(created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a})
    share = made.shares.get()
    share.dimensions.set(dimensions(first, "D1", "D8"))
    share.criteria.set([sign(first, "D1.2")])
    passed(cast, second)
    ines = visits("practitioner")
    ines.open(f"/interventions/{made.public_id}/modifier/")
    ines.press("Enregistrer", title="Un mot de plus", account="Nous avons trié ensemble.")
    share.refresh_from_db()
    assert share.intervention.title == "Un mot de plus"
    assert set(share.dimensions.all()) == set(dimensions(first, "D1", "D8"))
    assert list(share.criteria.all()) == [sign(first, "D1.2")]


def test_trial_corrected_after_the_passage_still_holds_on_what_it_held_on(cast, first, second, visits):
    gone = {"trajectory": cast.trajectory_a, "dimension": dimensions(first, "D8")[0]}
    on_a_sign = TrialFactory(title="Compter les cafés", criterion=sign(first, "D8.1"), **gone)
    on_it_all = TrialFactory(title="Se taire", **gone)
    passed(cast, second)
    nadia = visits("leader")
    for trial in (on_a_sign, on_it_all):
        nadia.open(f"/essais/{trial.public_id}/modifier/")
        nadia.press("Enregistrer", watched="Les fins de journée.")
        trial.refresh_from_db()
        assert trial.watched == "Les fins de journée."
    assert (on_a_sign.criterion, on_it_all.dimension) == (sign(first, "D8.1"), dimensions(first, "D8")[0])


def test_report_and_training_corrected_since_still_name_what_they_named(cast, first, second, visits):
    report = ReportFactory(created_by=cast.practitioner.person, authors=[cast.practitioner.person])
    training = TrainingFactory()
    for one in (report, training):
        one.dimensions.set(dimensions(first, "D1", "D8"))
    ines = visits("practitioner")
    ines.open(f"{report.get_absolute_url()}modifier/")
    ines.press("Enregistrer", kept="Un mot de plus.")
    maud = visits("trainer")
    maud.open(training.get_absolute_url())
    maud.click("Modifier")
    maud.press("Enregistrer", title="Un titre de plus")
    for one in (report, training):
        assert set(one.dimensions.all()) == set(dimensions(first, "D1", "D8"))
    training.refresh_from_db()
    assert training.title == "Un titre de plus"


def test_each_dimension_is_offered_once_and_none_of_a_draft(cast, first, second, visits):
    draft = start_framework(by=cast.coordinator, based_on=second)
    names = {"name": "La lune", "short_name": "Lune", "spoke_name": "Lune", "question": "Qui la regarde ?"}
    add_dimension(by=cast.coordinator, axis=draft.axes.first(), why="Un angle de plus.", **names)
    offered = list(Dimension.objects.offered(second, dimensions(first, "D1", "D8")))
    assert len({one.key for one in offered}) == len(offered) == second.dimensions.count() + 1
    assert {one.framework_version for one in offered if one.code in {"D1", "D8"}} == {first}
    assert "Lune" not in visits("member").open("/communaute/").words


def test_what_was_tied_to_the_dimension_it_comes_from_is_found_under_it(cast, first, second):
    parted, old = second.dimensions.get(short_name="Achats"), dimensions(first, "D6")[0]
    assert lineage_of(parted) == {parted.pk, old.pk}
    assert lineage_of(dimensions(second, "D1")[0]) == {
        one.pk for one in dimensions(first, "D1") + dimensions(second, "D1")
    }
    report = ReportFactory(shared=True)
    report.dimensions.set([old])
    assert list(on_dimension(ExperienceReport.objects.all(), parted)) == [report]
    assert not on_dimension(ExperienceReport.objects.all(), dimensions(second, "D1")[0]).exists()


def test_story_of_a_dimension_goes_on_across_the_passage(cast, first, second):
    before = InterventionFactory(
        title="Chez le grossiste",
        created_by=cast.practitioner.person,
        share={"trajectory": cast.trajectory_a, "circle": Circle.STRUCTURE},
    )
    before.shares.get().dimensions.set(dimensions(first, "D6"))
    TrialFactory(trajectory=cast.trajectory_a, title="Acheter à deux", dimension=dimensions(first, "D6")[0])
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D6": 2}, sealed=True)
    passed(cast, second)
    for code in ("D6", second.dimensions.get(short_name="Achats").code):
        told = story_of(cast.trajectory_a, cast.leader, dimension=second.dimensions.get(code=code))
        assert {"intervention", "trial", "reading"} <= {one.kind for one in told}
    told = story_of(cast.trajectory_a, cast.leader, dimension=dimensions(second, "D2")[0])
    assert not {"intervention", "trial", "reading"} & {one.kind for one in told}
