"""Next steps: who keeps them, until when, what becomes of them, and who sees that one is late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.people import PersonFactory
from tests.factories.trajectories import NextStepFactory, TrialFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import NextStep

LATE = timezone.localdate() - timedelta(days=3)


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def at(cast):
    return f"{cast.trajectory_a.get_absolute_url()}prochains-pas/"


def readers(cast, step) -> set[str]:
    return {name for name, user in cast.users.items() if step in NextStep.objects.visible_to(user)}


def test_late_promise_is_seen_by_whoever_keeps_it_and_those_who_steer(cast):
    step = NextStepFactory(trajectory=cast.trajectory_a, due_on=LATE, owner=cast.volunteer.person)
    assert readers(cast, step) == {"practitioner", "leader", "volunteer"}
    operations.complete_next_step(by=cast.volunteer, step=step)
    assert readers(cast, step) == {"practitioner", "leader", "board", "staff", "volunteer"}


def test_late_promise_is_shown_late_to_them_only(cast, visits, at):
    NextStepFactory(trajectory=cast.trajectory_a, text="Rappeler la mairie", due_on=LATE, owner=cast.staff.person)
    for name, sees in (("leader", True), ("staff", True), ("board", False), ("volunteer", False)):
        page = visits(name).open(at)
        assert ("Rappeler la mairie" in page.words, "depuis le" in page.words) == (sees, sees)
        assert ("Rappeler la mairie" in visits(name).open(cast.trajectory_a.get_absolute_url()).words) == sees


def test_promise_is_given_to_somebody_of_the_structure_or_named_in_words(cast, visits, at):
    nadia = visits("leader")
    nadia.open(at)
    nadia.press("Ajouter", text="Écrire", owner=str(cast.staff.person.pk))
    nadia.press("Ajouter", text="Prêter la salle", owner="", owner_words="la mairie")
    assert [(one.text, one.owner_name) for one in NextStep.objects.order_by("pk")] == [
        ("Écrire", cast.staff.person.display_name),
        ("Prêter la salle", "la mairie"),
    ]
    page = nadia.press("Ajouter", text="Les deux", owner=str(cast.staff.person.pk), owner_words="la mairie")
    assert page.errors() == {"owner_words": "Choisissez une personne dans la liste, ou écrivez un nom, pas les deux."}


def test_promise_is_not_given_to_a_stranger(cast):
    with pytest.raises(OperationRefused, match="ni de la structure ni de son accompagnement") as refusal:
        operations.add_next_step(by=cast.leader, trajectory=cast.trajectory_a, text="Un pas", owner=PersonFactory())
    assert refusal.value.field == "owner"


def test_promise_of_a_trial_is_of_the_same_trajectory(cast, visits):
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo")
    nadia = visits("leader")
    nadia.open(trial.get_absolute_url())
    nadia.click("Ajouter un prochain pas")
    nadia.press("Ajouter", text="Noter les fins de journée")
    assert NextStep.objects.get().trial == trial
    assert "Noter les fins de journée" in nadia.open(trial.get_absolute_url()).section("Ses prochains pas")
    with pytest.raises(OperationRefused, match="Choisissez un essai de cette trajectoire"):
        operations.add_next_step(
            by=cast.leader, trajectory=cast.trajectory_a, text="x", trial=TrialFactory(trajectory=cast.trajectory_b)
        )


def test_promise_rewritten_by_two_keeps_both_texts(cast, visits, at):
    step = NextStepFactory(trajectory=cast.trajectory_a, text="Appeler", owner=cast.leader.person)
    nadia = visits("leader")
    nadia.open(at)
    nadia.click("Reprendre : Appeler")
    told = {"by": cast.practitioner, "step": step, "expected_version": 1}
    operations.edit_next_step(**told, text="Appeler Nora", owner=cast.staff.person)
    page = nadia.press("Enregistrer", text="Appeler la mairie")
    assert "Appeler Nora Ce que vous avez écrit Appeler la mairie" in page.section(
        "Ce texte a changé entre-temps : Prochain pas"
    )
    nadia.press("Enregistrer")
    assert (NextStep.objects.get().text, NextStep.objects.get().owner) == ("Appeler la mairie", cast.leader.person)
    with pytest.raises(StaleEdit):
        operations.edit_next_step(**told, text="Trop tard")


def test_whoever_left_still_keeps_what_they_promised_when_the_rest_is_edited(cast):
    gone = PersonFactory()
    step = NextStepFactory(trajectory=cast.trajectory_a, owner=gone)
    edited = operations.edit_next_step(by=cast.leader, step=step, expected_version=1, text="Mieux dit", owner=gone)
    assert (edited.text, edited.owner) == ("Mieux dit", gone)


def test_promise_is_set_aside_with_a_word_and_taken_up_again(cast, visits, at):
    step = NextStepFactory(trajectory=cast.trajectory_a, text="Appeler")
    nadia = visits("leader")
    nadia.open(reverse("next_step_edit", args=[step.public_id]))
    nadia.click("Le laisser de côté, en disant pourquoi")
    assert nadia.press("Laisser de côté", why=" ").errors() == {"why": "Ce champ est obligatoire."}
    page = nadia.press("Laisser de côté", why="La mairie a répondu.")
    assert "La mairie a répondu." in page.section("Laissé de côté")
    assert "Appeler" not in page.section("À faire")
    assert not NextStep.objects.open().exists()
    assert nadia.press("Remettre à faire : Appeler").messages == ["C’est remis à faire."]
    again = NextStep.objects.get()
    assert (again.is_open, again.set_aside_why, again.set_aside_by) == (True, "", None)


def test_promise_kept_is_not_set_aside_nor_the_other_way(cast):
    step = NextStepFactory(trajectory=cast.trajectory_a)
    operations.complete_next_step(by=cast.leader, step=step)
    with pytest.raises(OperationRefused, match="n’est plus à faire"):
        operations.set_aside_next_step(by=cast.leader, step=step, expected_version=2, why="Trop tard")
    operations.complete_next_step(by=cast.leader, step=step, done=False)
    operations.set_aside_next_step(by=cast.leader, step=step, expected_version=3, why="Inutile")
    assert operations.complete_next_step(by=cast.leader, step=step).done_at is None


def test_whoever_keeps_a_promise_ticks_it_from_their_home(cast, visits):
    step = NextStepFactory(trajectory=cast.trajectory_a, text="Appeler Nora", owner=cast.staff.person)
    NextStepFactory(trajectory=cast.trajectory_a, text="Pas le mien")
    oumou = visits("staff")
    page = oumou.open("/")
    assert ("Appeler Nora" in page.words, "Pas le mien" in page.words) == (True, False)
    oumou.press("Fait : Appeler Nora")
    step.refresh_from_db()
    assert step.done_by == cast.staff.person


def test_home_of_a_practitioner_begins_with_what_they_promised(cast, visits):
    soon, later = timezone.localdate() + timedelta(days=1), timezone.localdate() + timedelta(days=9)
    NextStepFactory(trajectory=cast.trajectory_a, text="Celui de Nadia", due_on=soon, owner=cast.leader.person)
    NextStepFactory(trajectory=cast.trajectory_a, text="Le mien", due_on=later, owner=cast.practitioner.person)
    words = visits("practitioner").open("/").words
    assert words.index("Le mien") < words.index("Celui de Nadia")
