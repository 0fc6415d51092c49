"""Coming into a structure and leaving it: invited, asking by a link, never leaving it without anybody."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Role, User
from accounts.operations import accept_invitation, come_in, end_role
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.models import (
    JOIN_TRANSITIONS,
    JoinLink,
    JoinRequest,
    JoinState,
    LocalRole,
    Membership,
    Structure,
    ties_of,
)
from tests.factories.joining import offer_place
from tests.factories.notices import want_mails
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import AccompanimentFactory, AccompanimentRequestFactory, MembershipFactory

TYPED = {"first_name": "Léa", "last_name": "Morin", "gender": "f", "password": "une rivière traverse le verger"}
ASKED = {"first_name": "Léa", "last_name": "Morin", "email": "lea@essai.example", "role": LocalRole.STAFF}


def letters() -> list[mail.EmailMessage]:
    for job in Job.objects.filter(finished_at=None).order_by("pk"):
        run_job(job.pk)
    return mail.outbox


def again(user: User) -> User:
    """The same, as their next request finds them."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("name", ["coordinator", "practitioner", "leader"])
def test_whoever_leads_accompanies_or_coordinates_invites_to_a_place(cast, name):
    operations.invite_to_structure(
        by=cast.users[name], structure=cast.structure_a, role=LocalRole.STAFF, email="lea@essai.example"
    )
    (sent,) = letters()
    assert "vous invite à rejoindre Alpha, dans l’équipe salariée." in sent.body
    lea = come_in(token=sent.body.partition("/invitation/")[2].partition("/")[0], **TYPED)
    assert ties_of(lea).roles == {cast.structure_a.pk: {LocalRole.STAFF}}


@pytest.mark.parametrize(
    "name", ["board", "staff", "volunteer", "trainer", "leader_b", "former_practitioner", "member"]
)
def test_nobody_else_invites(cast, name):
    with pytest.raises(OperationRefused, match="Vous n’invitez pas dans cette structure"):
        operations.invite_to_structure(
            by=cast.users[name], structure=cast.structure_a, role=LocalRole.LEADER, email="lea@essai.example"
        )
    assert Invitation.objects.count() == 0


def test_invitation_of_a_leader_who_left_no_longer_opens(cast):
    offer_place(cast.structure_a, cast.leader, "lea@essai.example", "jeton")
    cast.structure_a.memberships.filter(person=cast.leader.person).update(until=timezone.localdate())
    with pytest.raises(OperationRefused, match="n’est plus valable"):
        come_in(token="jeton", **TYPED)


def test_somebody_written_down_without_an_account_takes_their_own_place(cast):
    known = MembershipFactory(structure=cast.structure_a, role=LocalRole.STAFF)
    operations.invite_to_structure(
        by=cast.leader, structure=cast.structure_a, role=LocalRole.STAFF, email="lea@essai.example", person=known.person
    )
    (sent,) = letters()
    lea = come_in(token=sent.body.partition("/invitation/")[2].partition("/")[0], **TYPED)
    assert lea.person == known.person
    assert list(Membership.objects.filter(person=lea.person)) == [known]


def test_existing_account_takes_the_place_of_the_one_written_down(cast):
    known = MembershipFactory(structure=cast.structure_a, role=LocalRole.STAFF, since=date(2024, 1, 1))
    lea = UserFactory(email="lea@essai.example")
    offer_place(cast.structure_a, cast.leader, lea.email, "jeton", person=known.person)
    accept_invitation(by=lea, token="jeton")
    assert ties_of(lea).roles == {cast.structure_a.pk: {LocalRole.STAFF}}
    known.refresh_from_db()
    assert known.until == timezone.localdate()


def test_person_of_another_structure_is_not_invited_under_their_row(cast):
    stranger = MembershipFactory(structure=cast.structure_b, role=LocalRole.STAFF).person
    with pytest.raises(OperationRefused, match="n’est plus dans la structure"):
        operations.invite_to_structure(
            by=cast.leader, structure=cast.structure_a, role=LocalRole.STAFF, email="a@essai.example", person=stranger
        )


def test_whoever_asks_sees_nothing_until_a_leader_accepts(cast):
    want_mails(cast.users.values())
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    lea = UserFactory(email="lea@essai.example")
    asked = operations.ask_to_join(link=link, person=lea.person, **ASKED)
    assert list(Structure.objects.visible_to(lea)) == []
    assert sorted(one.to[0] for one in letters()) == ["accompagne@essai.example", "dirige-a@essai.example"]
    assert "Léa" not in mail.outbox[0].body
    operations.accept_join_request(by=cast.leader, asked=asked)
    assert list(Structure.objects.visible_to(again(lea))) == [cast.structure_a]
    assert letters()[-1].subject == "Bienvenue dans Alpha"


def test_whoever_asks_without_an_account_is_invited_once_accepted(cast):
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    response = Client().post(reverse("join", args=[link.code]), ASKED)
    assert response.url == reverse("join_asked")
    operations.accept_join_request(by=cast.practitioner, asked=JoinRequest.objects.get())
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.membership_offer.role) == ("lea@essai.example", LocalRole.STAFF)


def test_signed_in_one_asks_in_ones_own_name_whatever_is_sent(cast, signed_in):
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    forged = ASKED | {"state": "accepted", "person": cast.leader.person_id, "structure": cast.structure_b.pk}
    signed_in(cast.nobody).post(reverse("join", args=[link.code]), forged)
    asked = JoinRequest.objects.get()
    assert (asked.person, asked.email, asked.state) == (cast.nobody.person, cast.nobody.email, JoinState.WAITING)
    assert asked.structure == cast.structure_a


def test_asking_again_while_it_waits_changes_nothing(cast):
    want_mails(cast.users.values())
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    first = operations.ask_to_join(link=link, **ASKED)
    second = operations.ask_to_join(link=link, **ASKED | {"role": LocalRole.LEADER})
    assert (first, second.role, JoinRequest.objects.count()) == (second, LocalRole.STAFF, 1)
    assert len(letters()) == 2


def test_declined_opens_nothing_and_cannot_be_decided_twice(cast):
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    asked = operations.ask_to_join(link=link, person=cast.nobody.person, **ASKED)
    operations.decline_join_request(by=cast.leader, asked=asked)
    with pytest.raises(OperationRefused, match="déjà déclinée"):
        operations.accept_join_request(by=cast.leader, asked=asked)
    assert ties_of(cast.nobody).joined == set()


def test_every_state_of_a_request_to_join_has_its_transitions():
    assert set(JOIN_TRANSITIONS) == set(JoinState)


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "leader_b"])
def test_request_is_decided_by_a_leader_or_its_practitioner_only(cast, name):
    link = operations.renew_join_link(by=cast.leader, structure=cast.structure_a)
    asked = operations.ask_to_join(link=link, **ASKED)
    for decide in (operations.accept_join_request, operations.decline_join_request):
        with pytest.raises(OperationRefused, match="Seules la direction"):
            decide(by=cast.users[name], asked=asked)
    with pytest.raises(OperationRefused, match="Seules la direction"):
        operations.renew_join_link(by=cast.users[name], structure=cast.structure_a)


def test_changed_or_closed_link_leads_nowhere(cast):
    first = operations.renew_join_link(by=cast.leader, structure=cast.structure_a).code
    second = operations.renew_join_link(by=cast.leader, structure=cast.structure_a).code
    assert [Client().get(reverse("join", args=[code])).status_code for code in (first, second)] == [404, 200]
    operations.close_join_link(by=cast.leader, structure=cast.structure_a)
    assert (Client().get(reverse("join", args=[second])).status_code, JoinLink.objects.count()) == (404, 0)


def test_last_leader_leaves_only_once_somebody_answers_for_the_structure(cast):
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Bêta"):
        operations.leave_structure(by=cast.leader_b, structure=cast.structure_b)
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Bêta"):
        operations.end_membership(by=cast.coordinator, membership=cast.structure_b.memberships.get())
    charged = AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person)
    operations.put_in_charge(by=cast.coordinator, accompaniment=charged)
    operations.leave_structure(by=cast.leader_b, structure=cast.structure_b)
    assert ties_of(again(cast.leader_b)).joined == set()


def test_practitioner_in_charge_stays_until_another_answers_for_the_structure(cast):
    operations.leave_structure(by=cast.leader, structure=cast.structure_a)
    charged = cast.structure_a.accompaniments.current().get()
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Alpha"):
        operations.end_accompaniment(by=cast.coordinator, accompaniment=charged)
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Alpha"):
        end_role(by=cast.coordinator, grant=cast.practitioner.role_grants.get())
    MembershipFactory(structure=cast.structure_a, person=cast.nobody.person, role=LocalRole.LEADER)
    end_role(by=cast.coordinator, grant=cast.practitioner.role_grants.get())
    assert ties_of(again(cast.practitioner)).accompanied == set()


def test_leader_without_an_account_answers_for_nothing(cast):
    MembershipFactory(structure=cast.structure_b, person=PersonFactory(), role=LocalRole.LEADER)
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Bêta"):
        operations.leave_structure(by=cast.leader_b, structure=cast.structure_b)


def test_others_leave_as_they_wish_and_a_stranger_has_nothing_to_leave(cast):
    operations.leave_structure(by=cast.staff, structure=cast.structure_a)
    assert ties_of(again(cast.staff)).joined == set()
    with pytest.raises(OperationRefused, match="Vous ne faites pas partie"):
        operations.leave_structure(by=cast.nobody, structure=cast.structure_a)


def test_structures_left_alone_are_found(cast):
    assert list(Structure.objects.left_alone()) == []
    User.objects.filter(pk=cast.leader_b.pk).update(is_active=False)
    assert list(Structure.objects.left_alone()) == [cast.structure_b]
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person, is_lead=False)
    assert list(Structure.objects.left_alone()) == [cast.structure_b]


def test_one_already_alone_is_left_by_nobody(cast):
    """An import may lack somebody: only leaving has a rule."""
    alone = Structure.objects.create(name="Gamma")
    held = AccompanimentFactory(structure=alone, practitioner=cast.practitioner.person, is_lead=False)
    operations.end_accompaniment(by=cast.coordinator, accompaniment=held)
    assert ties_of(again(cast.practitioner)).accompanied == {cast.structure_a.pk}


def test_request_becomes_a_structure_entrusted_and_its_writer_is_invited(cast):
    asked = AccompanimentRequestFactory(person_name="Léa Morin", email="lea@essai.example")
    opened = operations.welcome_request(
        by=cast.coordinator, request=asked, name="Le Plateau", expected_version=1, practitioner=cast.practitioner.person
    )
    asked.refresh_from_db()
    assert (asked.state, asked.structure, asked.is_over) == ("welcomed", opened, True)
    held = opened.accompaniments.get()
    assert (held.practitioner, held.is_lead) == (cast.practitioner.person, True)
    lea = come_in(token=letters()[-1].body.partition("/invitation/")[2].partition("/")[0], **TYPED)
    assert ties_of(lea).roles == {opened.pk: {LocalRole.LEADER}}


def test_request_without_an_address_or_already_taken_care_of_becomes_nothing(cast):
    called = AccompanimentRequestFactory(email="", phone="06 39 98 12 34")
    with pytest.raises(OperationRefused, match="n’a pas laissé d’adresse"):
        operations.welcome_request(by=cast.coordinator, request=called, name="Ailleurs", expected_version=1)
    asked = AccompanimentRequestFactory(email="lea@essai.example")
    operations.answer_request(by=cast.coordinator, request=asked, answer="Bonjour.", expected_version=1)
    with pytest.raises(StaleEdit):
        operations.welcome_request(by=cast.coordinator, request=asked, name="Ailleurs", expected_version=1)
    with pytest.raises(OperationRefused, match="Seule la coordination"):
        operations.welcome_request(by=cast.practitioner, request=asked, name="Ailleurs", expected_version=2)
    assert set(Structure.objects.values_list("name", flat=True)) == {"Alpha", "Bêta"}


def test_list_of_structures_left_alone_says_what_to_do(cast, signed_in):
    alone = Structure.objects.create(name="Gamma")
    AccompanimentFactory(structure=alone, practitioner=cast.practitioner.person, is_lead=False)
    page = signed_in(cast.coordinator).get(reverse("orphans")).content.decode()
    assert "Gamma" in page
    assert "Alpha" not in page
    assert reverse("structure_invite", args=[alone.public_id]) in page


def test_network_people_are_found_by_name_and_role_given_by_a_press(cast, signed_in):
    found = UserFactory(email="zoe@essai.example", person__first_name="Zoé", person__last_name="Éluard")
    claire = signed_in(cast.coordinator)
    page = claire.get(reverse("people"), {"q": "zoe elu"}).content.decode()
    assert "zoe@essai.example" in page
    assert "forme@essai.example" not in page
    claire.post(reverse("role_give", args=[found.person.public_id]), {"role": Role.TRAINER})
    assert again(found).roles == {Role.TRAINER}
    claire.post(reverse("role_end", args=[found.person.public_id, found.role_grants.get().pk]))
    assert again(found).roles == set()
