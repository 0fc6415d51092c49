"""Who presides, whom one calls first, how they are reached, and one tap from a name to an invitation."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Invitation
from accounts.operations import accept_invitation
from efc_platform.shared.errors import OperationRefused
from structures import operations
from structures.models import LocalRole, Membership
from structures.permissions import can_see_addresses
from structures.queries import current_members
from tests.factories.joining import offer_place
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import MembershipFactory
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def yves(cast) -> Membership:
    """On the board of A, without an account, with an address and a number."""
    person = PersonFactory(first_name="Yves", last_name="Le Bihan", email="yves@essai.example", phone="02 96 00 00 01")
    return MembershipFactory(structure=cast.structure_a, person=person, role=LocalRole.BOARD, function="trésorier")


def contacts(cast) -> list[str]:
    return [one.person.first_name for one in current_members(cast.structure_a) if one.is_usual_contact]


def line_of(visitor: Visitor, cast, name: str = "Yves Le Bihan") -> str:
    words = visitor.open(cast.structure_a.get_absolute_url()).section("Les personnes")
    return words[words.index(name) :]


def test_one_tap_makes_somebody_the_usual_contact_and_another_tap_no_longer(cast, yves, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(cast.structure_a.get_absolute_url())
    assert visitor.press("En faire le contact habituel : Yves Le Bihan").messages == [
        "Yves Le Bihan est le contact habituel de la structure."
    ]
    assert contacts(cast) == ["Yves"]
    visitor.open(cast.structure_a.get_absolute_url())
    visitor.press("N’est plus le contact : Yves Le Bihan")
    assert contacts(cast) == []


def test_structure_has_one_usual_contact(cast, yves):
    other = MembershipFactory(structure=cast.structure_a)
    for place in (yves, other):
        operations.set_usual_contact(by=cast.practitioner, membership=place, is_contact=True)
    assert contacts(cast) == [other.person.first_name]
    with pytest.raises(IntegrityError, match="one_usual_contact_a_structure"), transaction.atomic():
        Membership.objects.filter(pk=yves.pk).update(is_usual_contact=True)


def test_contact_who_left_leaves_the_place_to_another(cast, yves):
    operations.set_usual_contact(by=cast.leader, membership=yves, is_contact=True)
    operations.end_membership(by=cast.leader, membership=yves)
    assert contacts(cast) == []
    other = MembershipFactory(structure=cast.structure_a)
    operations.set_usual_contact(by=cast.leader, membership=other, is_contact=True)
    assert contacts(cast) == [other.person.first_name]


def test_several_of_the_board_preside_and_nobody_else(cast, yves, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(cast.structure_a.get_absolute_url())
    visitor.press("Indiquer la présidence : Yves Le Bihan")
    co_president = Membership.objects.get(person=cast.board.person)
    operations.set_presidency(by=cast.leader, membership=co_president, presides=True)
    assert cast.structure_a.memberships.filter(presides=True).count() == 2
    with pytest.raises(OperationRefused, match="conseil d’administration"):
        operations.set_presidency(
            by=cast.leader, membership=Membership.objects.get(person=cast.staff.person), presides=True
        )
    with pytest.raises(IntegrityError, match="whoever_presides_sits_on_the_board"), transaction.atomic():
        Membership.objects.filter(person=cast.staff.person).update(presides=True)
    assert "préside" in line_of(visitor, cast).split("Retirer")[0]
    visitor.press("Ne préside plus : Yves Le Bihan")
    assert cast.structure_a.memberships.filter(presides=True).get() == co_president


def test_whoever_presides_is_written_down_at_once(cast, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(f"/structures/{cast.structure_a.public_id}/personnes/ajouter/")
    page = visitor.press("Ajouter", first_name="Rose", role="staff", presides="on")
    assert page.errors()["presides"].startswith("Une association est présidée par quelqu’un de son conseil")
    visitor.press("Ajouter", role="board", presides="on", phone="02 96 00 00 02")
    place = cast.structure_a.memberships.get(presides=True)
    assert (place.person.first_name, place.person.phone) == ("Rose", "02 96 00 00 02")


def test_those_who_keep_the_sheet_change_it_and_see_how_to_reach_people(cast, yves, signed_in):
    keepers = {"coordinator", "practitioner", "leader"}
    assert {name for name, user in cast.users.items() if can_see_addresses(user, cast.structure_a)} == keepers
    for name in ("board", "staff", "other_practitioner"):
        for operation, value in (
            (operations.set_usual_contact, {"is_contact": True}),
            (operations.set_presidency, {"presides": True}),
        ):
            with pytest.raises(OperationRefused, match="ne tenez pas la fiche"):
                operation(by=cast.users[name], membership=yves, **value)
    reach = "yves@essai.example · 02 96 00 00 01"
    assert reach in line_of(Visitor(signed_in(cast.practitioner)), cast)
    assert reach not in line_of(Visitor(signed_in(cast.staff)), cast)


def test_one_tap_invites_somebody_whose_address_is_known_to_the_place_they_have(cast, yves, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(cast.structure_a.get_absolute_url())
    page = visitor.press("Inviter Yves Le Bihan à se connecter")
    assert page.messages == ["L’invitation part à yves@essai.example ; elle vaut sept jours."]
    invitation = Invitation.objects.get(person=yves.person)
    offer = invitation.membership_offer
    assert (invitation.email, offer.role, offer.function) == ("yves@essai.example", LocalRole.BOARD, "trésorier")
    line = line_of(visitor, cast).split("Retirer")[0]
    assert "invitation envoyée" in line
    assert "Inviter" not in line


def test_invitation_tapped_twice_says_that_one_already_waits(cast, yves, signed_in):
    client = signed_in(cast.leader)
    address = f"/structures/{cast.structure_a.public_id}/personnes/{yves.pk}/inviter/"
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    assert Invitation.objects.filter(person=yves.person).count() == 1


def test_somebody_without_an_address_is_asked_for_it(cast, signed_in):
    place = MembershipFactory(structure=cast.structure_a, person__first_name="Lise", person__last_name="")
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(cast.structure_a.get_absolute_url())
    page = visitor.click("Inviter Lise à se connecter")
    assert (page.typed("first_name"), page.typed("role")) == ("Lise", place.role)


def test_whoever_has_an_account_is_not_invited_again(cast, signed_in):
    place = Membership.objects.get(person=cast.staff.person)
    place.person.email = "a@essai.example"
    place.person.save()
    client = signed_in(cast.leader)
    client.post(f"/structures/{cast.structure_a.public_id}/personnes/{place.pk}/inviter/")
    assert not Invitation.objects.filter(person=place.person).exists()


def test_account_that_takes_the_place_of_a_contact_is_the_contact(cast, yves):
    operations.set_usual_contact(by=cast.leader, membership=yves, is_contact=True)
    operations.set_presidency(by=cast.leader, membership=yves, presides=True)
    user = UserFactory(email="yves@essai.example", person__first_name="Yves-Marie")
    offer_place(cast.structure_a, cast.leader, user.email, "jeton", person=yves.person, local_role=LocalRole.BOARD)
    accept_invitation(by=user, token="jeton")
    assert contacts(cast) == ["Yves-Marie"]
    assert cast.structure_a.memberships.current().get(presides=True).person == user.person


def test_two_sheets_made_one_keep_one_contact_and_both_people(cast, yves):
    other = MembershipFactory()
    for place in (yves, other):
        operations.set_usual_contact(by=cast.coordinator, membership=place, is_contact=True)
    operations.merge_structures(by=cast.coordinator, kept=cast.structure_a, merged=other.structure, taken={})
    assert contacts(cast) == ["Yves"]
    assert cast.structure_a.memberships.current().filter(person=other.person).exists()


def test_history_says_who_was_made_the_contact(cast, yves, signed_in):
    operations.set_usual_contact(by=cast.leader, membership=yves, is_contact=True)
    told = Visitor(signed_in(cast.staff)).open(f"/structures/{cast.structure_a.public_id}/historique/").words
    assert "a changé Yves Le Bihan dans la structure" in told
    assert "Contact habituel" in told
