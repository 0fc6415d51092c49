"""Who changed what: told in words, to each what they may read; a text that was removed is put back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Circle
from structures.models import Structure
from tests.factories.cast import Cast
from tests.factories.world import World, furnish
from tests.visitor import Visitor
from trajectories.models import InterventionShare, Reading, Trajectory, Trial

# Each write at its own moment: within one transaction all would be of the same, and the latest not first.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner
    return furnish(cast.trajectory_a, practitioner=me.person, drafted_by=me.person, journal_of=me, leader=cast.leader)


def history(world: World) -> str:
    return reverse("trajectory_history", args=[world.trajectory.public_id])


def test_what_a_person_changed_is_told_with_their_name_and_both_texts(cast, world, signed_in):
    leader = Visitor(signed_in(cast.leader))
    leader.open(reverse("words", args=[world.trajectory.public_id]))
    leader.press("Enregistrer", aim="Une autre visée")
    words = leader.open(history(world)).words
    assert f"{cast.leader.person.display_name} a modifié la trajectoire" in words
    assert "La visée provisoire : avant et après Avant trajectory.aim Après Une autre visée" in words


@pytest.mark.parametrize(
    ("empty", "button", "label"),
    [
        (lambda world: Trajectory.objects.filter(pk=world.trajectory.pk).update(aim=""), "aim", "trajectory.aim"),
        (
            lambda world: InterventionShare.objects.filter(circle=Circle.STRUCTURE).update(account=""),
            "account",
            "share.account.structure",
        ),
    ],
)
def test_removed_text_is_put_back_after_both_were_shown(cast, world, signed_in, empty, button, label):
    empty(world)
    visitor = Visitor(signed_in(cast.practitioner))
    visitor.open(history(world))
    visitor.click("Rétablir ce texte")
    assert "Rien n’est écrit." in visitor.page.section("Aujourd’hui")
    assert label in visitor.page.section("Ce qui serait rétabli")
    visitor.press("Rétablir ce texte")
    assert visitor.page.messages == ["Le texte est rétabli."]
    saved = (
        Trajectory.objects.get(pk=world.trajectory.pk).aim,
        world.interventions[Circle.STRUCTURE].shares.get().account,
    )
    assert saved == ("trajectory.aim", "share.account.structure")


def test_what_was_learnt_is_put_back_and_the_state_stays(cast, world, signed_in):
    Trial.objects.filter(pk=world.trial.pk).update(learnt="")
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(history(world))
    visitor.click("Rétablir ce texte")
    visitor.press("Rétablir ce texte")
    trial = Trial.objects.get(pk=world.trial.pk)
    assert (trial.learnt, trial.state, trial.ended_on) == ("trial.learnt", world.trial.state, world.trial.ended_on)


def test_presentation_of_the_sheet_is_put_back(cast, world, signed_in):
    Structure.objects.filter(pk=world.structure.pk).update(presentation="")
    visitor = Visitor(signed_in(cast.leader))
    # Events of one transaction are told at one moment: which page has it is of no account here.
    address = reverse("structure_history", args=[world.structure.public_id])
    pages = (visitor.open(f"{address}?page={number}") for number in range(1, 5))
    next(page for page in pages if "Rétablir ce texte" in page.links)
    visitor.click("Rétablir ce texte")
    visitor.press("Rétablir ce texte")
    assert Structure.objects.get(pk=world.structure.pk).presentation == "structure.presentation"


def test_text_edited_meanwhile_is_not_overwritten_unseen(cast, world, signed_in):
    Trajectory.objects.filter(pk=world.trajectory.pk).update(aim="")
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(history(world))
    visitor.click("Rétablir ce texte")
    Trajectory.objects.filter(pk=world.trajectory.pk).update(aim="Écrite entre-temps", version=7)
    visitor.press("Rétablir ce texte")
    assert "Écrite entre-temps" in visitor.page.section("Aujourd’hui")
    assert Trajectory.objects.get(pk=world.trajectory.pk).aim == "Écrite entre-temps"


@pytest.mark.parametrize(("name", "status"), [("staff", 403), ("board", 403), ("coordinator", 404), ("leader_b", 404)])
def test_only_those_who_may_edit_put_back(cast, world, signed_in, name, status):
    Trajectory.objects.filter(pk=world.trajectory.pk).update(aim="")
    event = Trajectory.pgh_event_model.objects.filter(pgh_obj_id=world.trajectory.pk).latest("pgh_id")
    address = reverse("text_restore", args=[world.trajectory.public_id, "mots", event.pgh_id, "aim"])
    assert signed_in(cast.users[name]).get(address).status_code == status
    assert signed_in(cast.leader).get(address).status_code == 200


def test_version_written_for_fewer_readers_stays_theirs(cast, world, signed_in):
    """What the practitioners kept among themselves is not told because the account was opened since."""
    share = world.interventions[Circle.TEAM].shares.get()
    InterventionShare.objects.filter(pk=share.pk).update(circle=Circle.STRUCTURE, account="Pour tout le monde")
    told = Visitor(signed_in(cast.staff)).open(history(world)).words
    assert "Pour tout le monde" in told
    assert "share.account.team" not in told
    assert "share.account.team" in Visitor(signed_in(cast.practitioner)).open(history(world)).words


def test_coordination_reads_dates_and_no_text(cast, world, signed_in):
    told = Visitor(signed_in(cast.coordinator)).open(f"{history(world)}?page=2").words
    assert "a ouvert la trajectoire" in told
    assert not any(words in told for words in ("trajectory.aim", "trial.", "share.", "next_step."))


def test_draft_is_no_event_nor_is_a_view_of_a_blind_round_and_one_that_was_opened_is_told_once(cast, world, signed_in):
    ines = Visitor(signed_in(cast.practitioner))
    told = [ines.open(f"{history(world)}?page={number}").words for number in (1, 2, 3)]
    assert len(set(told)) == 3
    shared = Reading.objects.shared().count()
    assert (" ".join(told).count("a scellé une lecture"), shared) == (3, 3)
    assert Reading.objects.exclude(shared_at__isnull=False).exclude(sealed_at=None).exists()


def test_members_who_came_and_left_are_told(cast, world, signed_in):
    words = Visitor(signed_in(cast.staff)).open(reverse("structure_history", args=[world.structure.public_id])).words
    assert f"a inscrit {world.membership.person.display_name} dans la structure (bénévolat)" in words


def test_ten_thousand_events_are_paged_in_as_many_queries(cast, world, signed_in):
    client, address = signed_in(cast.leader), history(world)
    client.get(address)

    def queries(page: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{address}?page={page}").status_code == 200
        return len(captured)

    for number in range(90):
        Trajectory.objects.filter(pk=world.trajectory.pk).update(aim=f"Visée {number}")
    few = queries(2)
    columns = ", ".join(
        column.column
        for column in Trajectory.pgh_event_model._meta.concrete_fields
        if column.name not in {"pgh_id", "aim"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO trajectories_trajectoryevent (aim, {columns}) SELECT 'Visée ' || n, {columns}"
            " FROM trajectories_trajectoryevent, generate_series(1, 10000) AS n"
            " WHERE pgh_id = (SELECT max(pgh_id) FROM trajectories_trajectoryevent)"
        )
    assert queries(2) == few
    assert queries(300) == few
