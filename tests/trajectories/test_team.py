"""Beside an account: notes between those who accompany, remarks of those who read it, modalities of the network."""

import threading

import pytest
from django.db import IntegrityError, connection

from accounts.models import Circle, Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory
from trajectories import operations
from trajectories.models import AccountRemark, AddedModality, RemarkKind, RemarkOutcome, TeamNote


@pytest.fixture
def pair(cast):
    """The intervention that two people led together."""
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    both = [cast.practitioner.person, cast.other_practitioner.person]
    share = {"trajectory": cast.trajectory_a, "account": "Le tri est raconté."}
    return InterventionFactory(created_by=both[0], practitioners=both, share=share)


def note(cast, pair, by, **texts):
    told = {"preparation": "Demander à Nadia.", "debrief": ""} | texts
    return operations.write_team_note(by=by, intervention=pair, trajectory=cast.trajectory_a, **told)


def test_each_of_the_pair_has_their_own_note_and_both_read_the_two(cast, pair):
    mine = note(cast, pair, cast.practitioner)
    note(cast, pair, cast.other_practitioner, preparation="Se taire d’abord.")
    again = note(cast, pair, cast.practitioner, debrief="Elle a parlé.", expected_version=1)
    assert (again.pk, again.version) == (mine.pk, 2)
    for reader in (cast.practitioner, cast.other_practitioner):
        found = TeamNote.objects.visible_to(reader)
        assert [(one.author_id, one.preparation) for one in found] == [
            (cast.practitioner.person_id, "Demander à Nadia."),
            (cast.other_practitioner.person_id, "Se taire d’abord."),
        ]


@pytest.mark.parametrize("who", ["leader", "board", "staff", "coordinator", "leader_b", "other_practitioner"])
def test_notes_of_the_team_are_read_and_written_by_those_who_accompany_only(cast, who):
    made = InterventionFactory(created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a})
    note(cast, made, cast.practitioner)
    assert list(TeamNote.objects.visible_to(getattr(cast, who))) == []
    with pytest.raises(OperationRefused, match="entre personnes qui accompagnent"):
        note(cast, made, getattr(cast, who))


def test_note_says_something_and_is_not_overwritten_by_another_tab(cast, pair):
    with pytest.raises(OperationRefused, match="au moins une ligne"):
        note(cast, pair, cast.practitioner, preparation="")
    note(cast, pair, cast.practitioner)
    for stale in (None, 2):
        with pytest.raises(StaleEdit):
            note(cast, pair, cast.practitioner, preparation="Écrasée ?", expected_version=stale)
    assert TeamNote.objects.get().preparation == "Demander à Nadia."
    with pytest.raises(IntegrityError, match="team_note_says_something"):
        TeamNote.objects.update(preparation="", debrief="")


def remark(cast, pair, by, kind=RemarkKind.CORRECTION, text="C’était lundi."):
    return operations.remark_account(by=by, share=pair.shares.get(), kind=kind, text=text)


def test_leader_asks_for_a_correction_and_those_who_led_it_are_told_without_its_words(cast, pair):
    made = remark(cast, pair, cast.leader)
    assert list(AccountRemark.objects.waiting()) == [made]
    told = Notice.objects.filter(key=f"remark:{made.public_id}")
    assert {one.recipient for one in told} == {cast.practitioner, cast.other_practitioner}
    assert [one.title for one in told if "lundi" in one.title] == []


def test_correction_is_answered_once_with_what_became_of_it(cast, pair):
    made = remark(cast, pair, cast.leader)
    with pytest.raises(OperationRefused, match="corrigé, ou gardé tel quel"):
        operations.answer_remark(by=cast.practitioner, remark=made, answer="Merci.")
    with pytest.raises(OperationRefused, match="quelques mots"):
        operations.answer_remark(by=cast.practitioner, remark=made, answer="", outcome=RemarkOutcome.KEPT)
    answered = operations.answer_remark(by=cast.practitioner, remark=made, answer="", outcome=RemarkOutcome.CORRECTED)
    assert (answered.outcome, answered.answered_by) == ("corrected", cast.practitioner.person)
    assert Notice.objects.filter(recipient=cast.leader, key=f"remark:{made.public_id}:answered").count() == 1
    with pytest.raises(StaleEdit, match="déjà répondu"):
        operations.answer_remark(by=cast.other_practitioner, remark=made, answer="Aussi.", outcome=RemarkOutcome.KEPT)
    assert list(AccountRemark.objects.waiting()) == []


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one_and_the_other_is_told(cast, pair):
    made, said = remark(cast, pair, cast.leader), []

    def answer(by):
        try:
            operations.answer_remark(by=by, remark=made, answer=f"Par {by.pk}", outcome=RemarkOutcome.KEPT)
            said.append("written")
        except StaleEdit as refusal:
            said.append(refusal.message)
        connection.close()

    threads = [threading.Thread(target=answer, args=(by,)) for by in (cast.practitioner, cast.other_practitioner)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["Quelqu’un a déjà répondu à cette remarque.", "written"]


@pytest.mark.parametrize("who", ["practitioner", "coordinator", "leader_b", "staff"])
def test_remark_is_for_the_people_of_the_structure_who_read_the_account(cast, pair, who):
    pair.shares.update(circle=Circle.DIRECTION)
    with pytest.raises(OperationRefused, match="ne lisez plus ce compte rendu"):
        remark(cast, pair, getattr(cast, who))


def test_only_those_who_led_it_answer(cast, pair):
    made = remark(cast, pair, cast.leader)
    pair.practitioners.set([cast.practitioner.person])
    for who in (cast.other_practitioner, cast.leader, cast.coordinator):
        with pytest.raises(OperationRefused, match="qui ont mené cette intervention"):
            operations.answer_remark(by=who, remark=made, answer="Non.", outcome=RemarkOutcome.KEPT)


def test_remark_on_a_narrowed_account_is_read_no_more_than_it(cast, pair):
    remark(cast, pair, cast.staff, kind=RemarkKind.COMMENT)
    assert AccountRemark.objects.visible_to(cast.leader).count() == 1
    pair.shares.update(circle=Circle.TEAM)
    assert AccountRemark.objects.visible_to(cast.leader).count() == 0
    assert AccountRemark.objects.visible_to(cast.practitioner).count() == 1


def test_network_adds_a_modality_that_forms_offer_and_pages_name(cast):
    added = operations.add_modality(by=cast.coordinator, name="Marche commune")
    made = InterventionFactory(modality="other", added_modality=added, title="")
    assert (made.heading, made.code) == ("Marche commune", f"reseau-{added.pk}")
    changed = operations.change_modality(
        by=cast.coordinator, modality=added, name="Marche", is_retired=True, expected_version=1
    )
    made.refresh_from_db()
    assert (made.kind, changed.retired_on is None) == ("Marche", False)
    with pytest.raises(StaleEdit):
        operations.change_modality(
            by=cast.coordinator, modality=added, name="Autrement", is_retired=False, expected_version=1
        )


@pytest.mark.parametrize("name", ["marche commune", "RENCONTRE de partenaires"])
def test_modality_has_a_name_of_its_own(cast, name):
    operations.add_modality(by=cast.coordinator, name="Marche commune")
    with pytest.raises(OperationRefused, match="porte déjà ce nom") as refusal:
        operations.add_modality(by=cast.coordinator, name=name)
    assert refusal.value.field == "name"


def test_modality_of_the_network_stands_under_another(cast):
    added = AddedModality.objects.create(name="Marche")
    with pytest.raises(IntegrityError, match="added_modality_is_another"):
        InterventionFactory(modality="peer_space", added_modality=added)


def test_practitioner_keeps_no_modality_of_the_network(cast):
    with pytest.raises(OperationRefused, match="à la coordination"):
        operations.add_modality(by=cast.practitioner, name="Marche")
