"""What a structure tries: all that a trial is, how it moves on, what bears witness to it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Circle
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.people import PersonFactory
from tests.factories.structures import DocumentFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import Criterion, Trial, TrialMove, TrialState
from trajectories.operations import TrialFacts

RUNNING, SUSPENDED, KEPT, ADAPTED = TrialState.RUNNING, TrialState.SUSPENDED, TrialState.KEPT, TrialState.ADAPTED
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def trial(cast) -> Trial:
    return TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo", state=TrialState.PLANNED, started_on=None)


def edit(cast, trial, *, by=None, version=1, **facts) -> Trial:
    return operations.edit_trial(
        by=by or cast.leader, trial=trial, expected_version=version, facts=TrialFacts(**{"title": "Tri en duo"} | facts)
    )


def meet(cast, circle: Circle = Circle.STRUCTURE, trajectory=None, **texts):
    share = {"trajectory": trajectory or cast.trajectory_a, "circle": circle, **texts}
    return InterventionFactory(title="Atelier tri", created_by=cast.practitioner.person, share=share)


def test_trial_says_what_why_with_whom_until_when_and_what_will_be_looked_at(cast, trial):
    criterion = Criterion.objects.filter(dimension__framework_version=cast.trajectory_a.framework_version).first()
    told = {
        "gap": "On mesure des tonnes.",
        "question": "Qui voit quoi ?",
        "watched": "Les fins de journée.",
        "started_on": date(2024, 5, 1),
        "until_on": date(2024, 9, 1),
        "with_words": "le bailleur",
    }
    made = edit(cast, trial, **told, criterion=criterion, people=[cast.staff.person])
    assert {name: getattr(made, name) for name in told} == told
    assert (made.criterion, made.dimension, list(made.people.all())) == (
        criterion,
        criterion.dimension,
        [cast.staff.person],
    )


def test_trial_names_nobody_from_elsewhere_and_does_not_end_before_it_begins(cast, trial):
    with pytest.raises(OperationRefused, match="Choisissez des personnes de la structure") as refusal:
        edit(cast, trial, people=[PersonFactory()])
    assert refusal.value.field == "people"
    with pytest.raises(OperationRefused, match="La fin prévue précède le début") as refusal:
        edit(cast, trial, started_on=date(2024, 5, 2), until_on=date(2024, 5, 1))
    assert refusal.value.field == "until_on"


def test_trial_edited_by_two_is_shown_both_ways(cast, trial, visits):
    nadia = visits("leader")
    nadia.open(f"/essais/{trial.public_id}/modifier/")
    edit(cast, trial, by=cast.practitioner, watched="Le bruit.")
    page = nadia.press("Enregistrer", watched="Les rires.")
    assert "Le bruit. Ce que vous avez écrit Les rires." in page.section(
        "Ce texte a changé entre-temps : Ce que nous regarderons"
    )
    nadia.press("Enregistrer")
    assert (Trial.objects.get().watched, Trial.objects.get().version) == ("Les rires.", 3)


def test_trial_keeps_each_of_its_states_with_its_day_and_who_said_it(cast):
    trial = operations.start_trial(by=cast.leader, trajectory=cast.trajectory_a, title="Tri", started_on=YESTERDAY)
    operations.change_trial(
        by=cast.practitioner, trial=trial, state=SUSPENDED, expected_version=1, why="L’été.", on=YESTERDAY
    )
    operations.change_trial(by=cast.leader, trial=trial, state=RUNNING, expected_version=2)
    moves = [(one.state, one.moved_on, one.moved_by, one.words) for one in TrialMove.objects.all()]
    assert moves == [
        (RUNNING, YESTERDAY, cast.leader.person, ""),
        (SUSPENDED, YESTERDAY, cast.practitioner.person, "L’été."),
        (RUNNING, timezone.localdate(), cast.leader.person, ""),
    ]


def test_words_corrected_without_a_move_are_no_move(cast):
    trial = TrialFactory(trajectory=cast.trajectory_a)
    before = trial.moves.count()
    operations.change_trial(by=cast.leader, trial=trial, state=RUNNING, learnt="On voit.", expected_version=1)
    assert (trial.moves.count(), Trial.objects.get().learnt) == (before, "On voit.")


def test_of_two_who_conclude_at_once_one_is_told(transactional_cast):
    cast, together = transactional_cast, threading.Barrier(2)
    trial = TrialFactory(trajectory=cast.trajectory_a)
    outcomes: list[str] = []

    def conclude(by, state) -> None:
        try:
            together.wait(timeout=20)
            operations.change_trial(by=by, trial=trial, state=state, learnt="Vu.", expected_version=1)
            outcomes.append("concluded")
        except StaleEdit as stale:
            outcomes.append(stale.message)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=conclude, args=pair) for pair in ((cast.leader, KEPT), (cast.practitioner, ADAPTED))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["Cet essai a été modifié entre-temps par une autre personne.", "concluded"]
    assert trial.moves.filter(state__in=[KEPT, ADAPTED]).count() == 1


def test_trial_adapted_goes_on_as_another_and_keeps_the_link(cast, visits):
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo")
    nadia = visits("leader")
    nadia.open(trial.get_absolute_url())
    nadia.press("Enregistrer", state="adapted", learnt="À trois, c’est mieux.")
    nadia.click("Continuer par un autre essai")
    page = nadia.press("Noter cet essai", title="Tri à trois", state="running")
    assert page.heading == "Tri à trois"
    following = Trial.objects.get(title="Tri à trois")
    assert (following.continues, page.links["Tri en duo"]) == (trial, trial.get_absolute_url())
    page = nadia.open(trial.get_absolute_url())
    assert (page.links["Tri à trois"], "Continuer par un autre essai" in page.links) == (
        following.get_absolute_url(),
        False,
    )


@pytest.mark.parametrize("state", [state for state in TrialState if state != ADAPTED])
def test_only_an_adapted_trial_goes_on_as_another(cast, visits, state):
    trial = TrialFactory(trajectory=cast.trajectory_a, state=state)
    with pytest.raises(OperationRefused, match="Seul un essai adapté"):
        operations.start_trial(by=cast.leader, trajectory=cast.trajectory_a, title="La suite", continues=trial)
    assert visits("leader").open(f"/essais/{trial.public_id}/suite/").status == 404


def test_interventions_are_tied_to_a_trial_and_untied(cast, trial, visits):
    meeting = meet(cast)
    nadia = visits("leader")
    nadia.open(trial.get_absolute_url())
    page = nadia.press("Relier cette intervention", intervention=str(meeting.public_id))
    assert page.messages == ["L’intervention est reliée à l’essai."]
    assert "Atelier tri" in page.section("Les interventions qui l’ont touché")
    operations.tie_trial(by=cast.practitioner, trial=trial, intervention=meeting)
    assert list(trial.interventions.all()) == [meeting]
    nadia.client.post(f"/essais/{trial.public_id}/interventions/", {"untie": meeting.public_id})
    assert not trial.interventions.exists()


def test_intervention_one_does_not_read_is_neither_offered_nor_told_nor_tied(cast, trial, visits):
    ours, elsewhere = meet(cast, Circle.TEAM), meet(cast, trajectory=cast.trajectory_b)
    operations.tie_trial(by=cast.practitioner, trial=trial, intervention=ours)
    for hidden in (ours, elsewhere):
        with pytest.raises(OperationRefused, match="Choisissez une intervention de cette trajectoire"):
            operations.tie_trial(by=cast.leader, trial=trial, intervention=hidden)
    assert "Atelier tri" not in visits("leader").open(trial.get_absolute_url()).words
    assert "Atelier tri" in visits("practitioner").open(trial.get_absolute_url()).words


def test_documents_and_readings_bear_witness_to_a_trial(cast, trial, visits, dimensions):
    document = DocumentFactory(structure=cast.structure_a, title="Le cahier du quai")
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 3, "D2": 1}, sealed=True)
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 5})
    edit(cast, trial, dimension=dimensions["D1"])
    nadia = visits("leader")
    nadia.open(trial.get_absolute_url())
    page = nadia.press("Relier ce document", document=str(document.public_id))
    told = page.section("Ce qui en témoigne")
    assert "Le cahier du quai" in told
    assert told.count("Un fait observé pour D1.") == 1
    assert "D2" not in told
    with pytest.raises(OperationRefused, match="Choisissez un document de cette structure"):
        operations.tie_evidence(by=cast.leader, trial=trial, document=DocumentFactory())
    operations.untie_evidence(by=cast.leader, trial=trial, document=document)
    assert not trial.documents.exists()


def test_trial_is_told_when_it_begins_pauses_and_ends(cast, visits):
    trial = operations.start_trial(by=cast.leader, trajectory=cast.trajectory_a, title="Tri", started_on=YESTERDAY)
    operations.change_trial(by=cast.leader, trial=trial, state=SUSPENDED, expected_version=1, why="L’été.")
    operations.change_trial(by=cast.leader, trial=trial, state=KEPT, expected_version=2, learnt="On parle.")
    told = visits("staff").open(f"{cast.trajectory_a.get_absolute_url()}histoire/").words
    for words in ("Essai commencé : Tri", "Essai suspendu : Tri", "L’été.", "Essai gardé : Tri", "On parle."):
        assert words in told
    assert "Tri" not in visits("coordinator").open(f"{cast.trajectory_a.get_absolute_url()}histoire/").words
