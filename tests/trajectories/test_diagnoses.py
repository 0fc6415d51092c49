"""The shared diagnosis: written by two, proposed, validated by the leaders; once proposed a version never changes."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Category, Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import LocalRole
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import DiagnosisAnswer, Opinion, SharedDiagnosis
from trajectories.story import story_of

TEXTS = {
    "where_we_are": "Les tournées se décident au bureau.",
    "strengths": "Un binôme se passe les clés.",
    "tensions": "Le devis presse tout le monde.",
    "question": "Qui peut dire non à une tournée ?",
}


@pytest.fixture
def write(cast):
    def writing(name: str = "practitioner", *, version: int | None = None, **changed: str) -> SharedDiagnosis:
        texts = TEXTS | changed
        return operations.write_diagnosis(
            by=cast.users[name], trajectory=cast.trajectory_a, expected_version=version, **texts
        )

    return writing


@pytest.fixture
def propose(cast):
    def proposing(draft: SharedDiagnosis, by: str = "practitioner") -> SharedDiagnosis:
        return operations.propose_diagnosis(by=cast.users[by], diagnosis=draft, expected_version=draft.version)

    return proposing


@pytest.fixture
def answer(cast):
    def answering(one: SharedDiagnosis, opinion: Opinion, *, by=None, words: str = "") -> DiagnosisAnswer:
        return operations.answer_diagnosis(
            by=by or cast.leader, diagnosis=one, expected_number=one.number, opinion=opinion, words=words
        )

    return answering


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def second_leader(cast):
    user = UserFactory()
    MembershipFactory(structure=cast.structure_a, person=user.person, role=LocalRole.LEADER)
    return user


def seen_by(cast, name: str) -> list[int]:
    return [one.number for one in SharedDiagnosis.objects.visible_to(cast.users[name])]


def test_draft_is_written_by_two_a_stale_edit_shows_both(cast, write):
    draft = write()
    again = write("leader", version=1, question="Qui décide ?")
    assert (again.pk, again.number, again.version, again.question) == (draft.pk, 1, 2, "Qui décide ?")
    for version in (1, None):
        with pytest.raises(StaleEdit):
            write(version=version)
    for name in ("coordinator", "board", "staff", "other_practitioner"):
        with pytest.raises(OperationRefused, match="écrivent le diagnostic"):
            write(name, version=2)


def test_each_state_has_its_readers(cast, write, propose, answer):
    draft = write()
    readers = ("practitioner", "leader", "board", "staff", "volunteer", "coordinator", "leader_b", "other_practitioner")

    def reading() -> set[str]:
        return {name for name in readers if seen_by(cast, name)}

    assert reading() == {"practitioner", "leader"}
    proposed = propose(draft)
    assert reading() == {"practitioner", "leader", "board"}
    answer(proposed, Opinion.VALIDATES)
    assert reading() == {"practitioner", "leader", "board", "staff", "volunteer"}


def test_practitioner_proposes_the_version_that_was_read(cast, write, propose):
    draft = write()
    with pytest.raises(OperationRefused, match="Seules les personnes qui accompagnent"):
        propose(draft, by="leader")
    write("leader", version=1)
    with pytest.raises(StaleEdit, match="relisez-le"):
        propose(draft)
    draft.refresh_from_db()
    first = propose(draft)
    assert propose(first).proposed_at == first.proposed_at
    told = Notice.objects.filter(key__startswith="diagnosis")
    assert [(one.recipient, one.category) for one in told] == [(cast.leader, Category.STEPS)]


def test_database_keeps_what_was_proposed(write, propose):
    one = propose(write())
    for touch in (
        lambda: SharedDiagnosis.objects.filter(pk=one.pk).update(tensions="Aucune"),
        lambda: SharedDiagnosis.objects.filter(pk=one.pk).update(number=4),
        lambda: SharedDiagnosis.objects.filter(pk=one.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            touch()


def test_one_leader_validates_and_another_asks_for_a_change(cast, write, propose, answer):
    """Validated once a leader does and none asks for a change; the last answer of each is the one that counts."""
    one, other = propose(write()), second_leader(cast)
    answer(one, Opinion.VALIDATES)
    one.refresh_from_db()
    assert one.validated_at is not None
    with pytest.raises(OperationRefused, match="Dites ce que vous voudriez changer"):
        answer(one, Opinion.ASKS, by=other, words=" ")
    answer(one, Opinion.ASKS, by=other, words="Les bénévoles n’y sont pas.")
    one.refresh_from_db()
    assert one.validated_at is None
    answer(one, Opinion.VALIDATES, by=other)
    one.refresh_from_db()
    assert one.validated_at is not None


@pytest.mark.parametrize("name", ["practitioner", "board", "staff", "coordinator", "leader_b"])
def test_only_leaders_answer(cast, write, propose, answer, name):
    with pytest.raises(OperationRefused, match="Seule la direction"):
        answer(propose(write()), Opinion.VALIDATES, by=cast.users[name])


def test_change_after_validation_is_another_version_to_validate(cast, write, propose, answer):
    first = propose(write())
    answer(first, Opinion.VALIDATES)
    second = propose(write(question="Qui porte la question ?"))
    assert (second.number, seen_by(cast, "staff"), seen_by(cast, "board")) == (2, [1], [2, 1])
    with pytest.raises(StaleEdit, match="Une autre version a été proposée"):
        answer(first, Opinion.VALIDATES)
    answer(second, Opinion.VALIDATES)
    assert seen_by(cast, "staff") == [2, 1]


def test_change_that_is_asked_for_is_told_to_those_who_write(cast, write, propose, answer):
    answer(propose(write()), Opinion.ASKS, words="Les bénévoles n’y sont pas.")
    told = Notice.objects.get(title__startswith="Un changement est demandé")
    assert (told.recipient, "bénévoles" in told.title) == (cast.practitioner, False)


def test_pages_go_from_the_draft_to_the_validation(cast, visits):
    practitioner, leader = visits("practitioner"), visits("leader")
    address = reverse("diagnosis", args=[cast.trajectory_a.public_id])
    page = practitioner.press("Enregistrer", page=practitioner.open(f"{address}ecrire/"), **TEXTS)
    assert "Version 1, brouillon" in page.words
    page = practitioner.press("Proposer à la direction", page=page)
    assert page.messages == ["Le diagnostic est proposé : la direction est prévenue."]
    asked = leader.press("Demander ce changement", page=leader.open(address), ask="1")
    assert "Dites ce que vous voudriez changer" in asked.errors()["words"]
    done = leader.press("Je valide cette version", page=asked)
    assert done.messages == ["Merci : votre réponse est gardée."]
    assert "Version 1, validée le" in done.words
    assert TEXTS["strengths"] in visits("staff").open(address).words
    assert "validé le" in visits("staff").open(cast.trajectory_a.get_absolute_url()).section("Le cadre")


def test_answer_to_a_version_overtaken_keeps_its_words(cast, write, propose, visits):
    propose(write())
    leader, address = visits("leader"), reverse("diagnosis", args=[cast.trajectory_a.public_id])
    page = leader.open(address)
    propose(write(question="Une autre question ?"))
    shown = leader.press("Demander ce changement", page=page, ask="1", words="Trop vite.")
    assert "Une autre version a été proposée" in shown.words
    assert shown.typed("words").strip() == "Trop vite."
    assert "Une autre question ?" in shown.words
    assert DiagnosisAnswer.objects.count() == 0


def test_story_tells_it_once_validated_to_whoever_reads_it(cast, write, propose, answer):
    one = propose(write())
    assert [moment for moment in story_of(cast.trajectory_a, cast.leader) if moment.kind == "diagnosis"] == []
    answer(one, Opinion.VALIDATES)
    told = [moment for moment in story_of(cast.trajectory_a, cast.staff) if moment.kind == "diagnosis"]
    assert [(moment.title, moment.summary) for moment in told] == [("Diagnostic partagé validé", TEXTS["question"])]
    assert [moment for moment in story_of(cast.trajectory_a, cast.coordinator) if moment.kind == "diagnosis"] == []
