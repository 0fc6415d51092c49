"""A circle is widened once whoever writes has read who comes in addition; what was typed waits meanwhile."""

import pytest

from accounts.models import Circle
from efc_platform.shared.pauses import CONFIRMED
from structures.models import LocalRole
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trainings import SessionFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory
from trajectories.models import InterventionShare, Modality, Participation

WIDEN = "Élargir et enregistrer"


@pytest.fixture
def space(cast):
    """An exchange space in which somebody of the team spoke."""
    share = {"trajectory": cast.trajectory_a, "circle": Circle.PARTICIPANTS, "account": "On a parlé vrai."}
    made = InterventionFactory(
        created_by=cast.practitioner.person, modality=Modality.PEER_SPACE, title="À quatre", share=share
    )
    Participation.objects.create(intervention=made, person=cast.staff.person)
    return made


@pytest.fixture
def ines(visits, space):
    visitor = visits("practitioner")
    visitor.open(f"{space.get_absolute_url()}modifier/")
    return visitor


def kept(space) -> tuple[str, str]:
    share = space.shares.get()
    return share.circle, share.account


def test_those_who_come_in_addition_are_named_before_anything_is_written(cast, ines, space):
    page = ines.press("Enregistrer", circle="direction", account="Récrit.\nSur deux lignes.")
    assert page.heading == "Avant d’enregistrer"
    asked = page.section("2 personnes de plus liront ce texte")
    assert "La dirigeance Nadia Roussel" in asked
    assert f"Le conseil d’administration {cast.board.person.display_name}" in asked
    assert kept(space) == ("participants", "On a parlé vrai.")


def test_going_on_writes_all_that_was_typed(ines, space):
    ines.press("Enregistrer", circle="structure", account="Récrit.\nSur deux lignes.", title="À cinq")
    page = ines.press(WIDEN)
    assert page.messages == ["L’intervention est corrigée."]
    assert kept(space) == ("structure", "Récrit.\nSur deux lignes.")
    space.refresh_from_db()
    assert space.title == "À cinq"


def test_coming_back_gives_the_form_as_it_was_typed_and_writes_nothing(ines, space):
    ines.press("Enregistrer", circle="structure", account="Récrit.")
    page = ines.press("Revenir à mon texte")
    assert (page.status, page.heading) == (200, "Corriger cette intervention")
    assert (page.typed("account"), page.typed("circle")) == ("Récrit.", "structure")
    assert kept(space) == ("participants", "On a parlé vrai.")
    ines.press("Enregistrer", circle="participants")
    assert kept(space) == ("participants", "Récrit.")


def test_yes_said_to_some_is_not_said_to_those_who_came_since(cast, ines, space):
    paused = ines.press("Enregistrer", circle="direction")
    MembershipFactory(structure=cast.structure_a, person=UserFactory().person, role=LocalRole.BOARD)
    page = ines.press(WIDEN, page=paused)
    assert page.heading == "Avant d’enregistrer"
    assert "3 personnes de plus liront ce texte" in page.words
    assert kept(space)[0] == "participants"


def test_yes_said_in_advance_to_nobody_opens_nothing(ines, space):
    form = {
        "version": "1",
        "occurred_on": "2024-05-14",
        "minutes": "2 h",
        "modality": "peer_space",
        "account": "Récrit.",
    }
    sent = form | {"circle": "structure", CONFIRMED: ["widen-0123456789abcdef", "health"]}
    response = ines.client.post(f"{space.get_absolute_url()}modifier/", sent)
    assert response.templates[0].name == "pages/pause.html"
    assert kept(space)[0] == "participants"


def test_naming_one_more_person_as_present_opens_the_account_to_them(cast, ines, space):
    staff = cast.staff.person.display_name
    page = ines.press("Enregistrer", with_whom=f"{staff}, Nadia Roussel")
    assert "La dirigeance Nadia Roussel" in page.section("Une personne de plus lira ce texte")
    ines.press(WIDEN)
    assert InterventionShare.objects.readable_by(cast.leader).exists()


def test_narrowing_is_done_at_once_and_says_what_it_cannot_undo(cast, visits):
    share = {"trajectory": cast.trajectory_a, "circle": Circle.STRUCTURE, "account": "Lu par tous."}
    made = InterventionFactory(created_by=cast.practitioner.person, share=share)
    ines = visits("practitioner")
    ines.open(f"{made.get_absolute_url()}modifier/")
    page = ines.press("Enregistrer", circle="direction")
    assert page.messages == [
        "L’intervention est corrigée.",
        "Attention : 2 personnes ne le lisent plus. Ce texte a pu être lu avant : si cela compte, "
        "parlez-en avec elles.",
    ]


def test_correcting_without_touching_the_circle_asks_nothing(ines, space):
    assert ines.press("Enregistrer", account="Mieux dit.").messages == ["L’intervention est corrigée."]


def test_sealing_says_who_will_read(cast, visits):
    draft = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, created_by=cast.leader.person)
    nadia = visits("leader")
    nadia.open(draft.get_absolute_url())
    page = nadia.press("Sceller cette lecture")
    assert "L’équipe d’accompagnement Inès Carrel" in page.section("4 personnes de plus liront ce texte")
    assert nadia.press("Revenir à mon texte").heading.startswith("Lecture du")
    draft.refresh_from_db()
    assert draft.sealed_at is None
    nadia.press("Sceller cette lecture")
    nadia.press("Sceller et partager")
    draft.refresh_from_db()
    assert draft.sealed_at is not None


def test_sealing_alone_is_asked_too_for_it_is_for_good(cast, visits):
    draft = ReadingFactory(trajectory=cast.trajectory_b, levels={"D1": 2}, created_by=cast.leader_b.person)
    visitor = visits("leader_b")
    visitor.open(draft.get_absolute_url())
    assert "Personne de plus ne lira ce texte pour l’instant" in visitor.press("Sceller cette lecture").words
    assert "La lecture est scellée" in visitor.press("Sceller et partager").words


def test_announcing_a_session_to_everybody_is_asked(cast, visits):
    session = SessionFactory(trainers=[cast.trainer.person])
    maud = visits("trainer")
    maud.open(f"{session.get_absolute_url()}modifier/")
    page = maud.press("Enregistrer", is_public="on")
    assert "n’importe qui, même sans compte" in page.section("N’importe qui lira ce texte")
    session.refresh_from_db()
    assert session.is_public is False
    maud.press(WIDEN)
    session.refresh_from_db()
    assert session.is_public is True
