"""A place lent for an hour: asked, granted, seen on every page, closed to what is the person's own, over at once."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessAct, AccessEvent, Role, RoleGrant, SupportSignIn
from accounts.operations import ask_support, end_support, enter_support, grant_support
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from tests.factories.world import World, furnish, give_passwords
from tests.visitor import Visitor
from trajectories.models import Trajectory

REASON = "Vous montrer où ranger un essai."


@pytest.fixture
def asked(cast: Cast) -> SupportSignIn:
    return ask_support(by=cast.coordinator, concerned=cast.leader, reason=REASON)


@pytest.fixture
def granted(cast: Cast, asked: SupportSignIn) -> SupportSignIn:
    return grant_support(by=cast.leader, support=asked)


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner
    return furnish(cast.trajectory_a, practitioner=me.person, drafted_by=me.person, journal_of=me, leader=cast.leader)


@pytest.fixture
def inside(granted: SupportSignIn, cast: Cast, signed_in) -> Visitor:
    """The coordinator, in the leader's place."""
    visitor = Visitor(signed_in(cast.coordinator))
    visitor.open(reverse("support"))
    visitor.press(f"Prendre sa place : {cast.leader.person.display_name}")
    return visitor


def test_person_reads_who_asks_and_why_and_says_yes(cast, signed_in):
    coordinator, leader = Visitor(signed_in(cast.coordinator)), Visitor(signed_in(cast.leader))
    coordinator.open(reverse("support"))
    coordinator.press("Demander son accord", email=cast.leader.email, reason=REASON)
    page = leader.open(reverse("my_account")).links["Qui peut prendre ma place"]
    words = leader.open(page).words
    assert cast.coordinator.person.display_name in words
    assert REASON in words
    leader.press(f"Accepter pour une heure : {cast.coordinator.person.display_name}")
    assert SupportSignIn.objects.get().is_open
    for job in Job.objects.filter(kind="mail").order_by("pk"):
        run_job(job.pk)
    assert [letter.to for letter in mail.outbox] == [[cast.leader.email], [cast.coordinator.email]]
    assert not any(REASON in letter.body for letter in mail.outbox)


def test_nothing_opens_before_the_person_says_yes(cast, asked, signed_in):
    client = signed_in(cast.coordinator)
    assert client.post(reverse("support_enter", args=[asked.public_id])).status_code == 403
    with pytest.raises(OperationRefused):
        enter_support(by=cast.coordinator, support=asked)


def test_place_is_taken_under_a_banner_on_every_page(inside, cast):
    banner = f"vous agissez à la place de {cast.leader.person.display_name}"
    for address in (cast.trajectory_a.get_absolute_url(), reverse("agenda"), reverse("glossary")):
        assert banner in inside.open(address).words


def test_place_sees_what_the_person_sees_and_no_more(inside, cast, world):
    assert inside.open(world.trajectory.get_absolute_url()).status == 200
    assert "trajectory.aim" in inside.page.words
    assert inside.open(cast.structure_b.get_absolute_url()).status == 404
    assert inside.open(reverse("requests")).status == 403


@pytest.mark.parametrize(
    "address",
    [
        "my_account",
        "my_support",
        "account_change_password",
        "account_reauthenticate",
        "journal",
        "notices",
        "notice_rhythms",
        "journal_new",
        "journal_export",
        "support",
        "mfa_index",
        "usersessions_list",
        "my_data",
        "archive_file",
        "leave",
        "agreements",
        "accept_terms",
        "lost_factors",
    ],
)
def test_what_is_the_persons_own_stays_closed(inside, address):
    assert inside.open(reverse(address)).status == 403


def test_session_stays_the_holders_and_their_own_factor_is_enough(inside, cast, settings):
    """A session noted as the person's would be listed as theirs; a factor they have not got is not asked of them."""
    settings.SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.filter(user=cast.leader).delete()
    RoleGrant.objects.create(user=cast.leader, role=Role.PRACTITIONER, since=timezone.localdate())
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert inside.open(reverse("agenda")).status == 200
    assert not UserSession.objects.filter(user=cast.leader).exists()


def test_rights_are_not_changed_from_a_borrowed_place(inside, cast, world):
    assert inside.open(reverse("member_add", args=[cast.structure_a.public_id])).status == 403
    end = reverse("member_end", args=[cast.structure_a.public_id, world.membership.pk])
    assert inside.client.post(end).status_code == 403
    world.membership.refresh_from_db()
    assert world.membership.until is None


def test_what_the_person_writes_to_who_accompanies_them_stays_between_them(inside, cast, world, signed_in):
    talk = world.conversation.get_absolute_url()
    assert "message.text" in Visitor(signed_in(cast.leader)).open(talk).words
    for address in (talk, reverse("messages", args=[cast.structure_a.public_id])):
        page = inside.open(address)
        assert (page.status, "message." in page.words) == (403, False)
    assert inside.client.post(talk, {"text": "En son nom"}).status_code == 403
    assert world.conversation.messages.count() == 2


def test_journal_stays_shut_to_whoever_holds_its_authors_place(cast, world, signed_in):
    support = ask_support(by=cast.coordinator, concerned=cast.practitioner, reason=REASON)
    grant_support(by=cast.practitioner, support=support)
    visitor = Visitor(signed_in(cast.coordinator))
    visitor.client.post(reverse("support_enter", args=[support.public_id]))
    own = Visitor(signed_in(cast.practitioner))
    address = reverse("intervention", args=[world.page.intervention.public_id])
    assert "journal.facts" in own.open(address).words
    page = visitor.open(address)
    assert (page.status, "journal." in page.words) == (200, False)
    assert visitor.open(reverse("journal_entry", args=[world.page.public_id])).status == 403


def test_what_is_done_is_written_in_both_names(inside, cast):
    inside.open(reverse("words", args=[cast.trajectory_a.public_id]))
    inside.press("Enregistrer", aim="Une visée")
    event = Trajectory.pgh_event_model.objects.select_related("pgh_context").latest("pgh_id")
    assert (event.aim, event.pgh_context.metadata["user"], event.pgh_context.metadata["held_by"]) == (
        "Une visée",
        cast.leader.pk,
        cast.coordinator.pk,
    )
    told = inside.open(reverse("trajectory_history", args=[cast.trajectory_a.public_id])).words
    names = (one.person.display_name for one in (cast.coordinator, cast.leader))
    assert "{}, à la place de {}, a modifié la trajectoire".format(*names) in told


def test_structure_sees_that_a_place_was_taken(inside, cast, signed_in):
    (event,) = AccessEvent.objects.filter(act=AccessAct.SIGNED_IN_AS)
    assert (event.by, event.structure) == (cast.coordinator, cast.structure_a.public_id)
    words = Visitor(signed_in(cast.practitioner)).open(reverse("looks", args=[cast.structure_a.public_id])).words
    assert f"a pris la place de {cast.leader.person.display_name}, avec son accord" in words


def test_place_is_given_back_by_the_button_of_any_page(inside, cast):
    inside.open(reverse("agenda"))
    inside.press("Rendre sa place")
    assert inside.open(reverse("requests")).status == 200
    assert SupportSignIn.objects.get().ended_at is not None


def test_person_ends_it_at_once(inside, cast, granted):
    end_support(by=cast.leader, support=granted)
    assert inside.open(reverse("requests")).status == 200
    assert "à la place de" not in inside.page.words


def test_hour_ends_it(inside, cast):
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert inside.open(reverse("requests")).status == 200


def test_coordinator_who_is_no_longer_one_holds_nothing(inside, cast):
    cast.coordinator.role_grants.update(until=timezone.localdate())
    assert inside.open(cast.trajectory_a.get_absolute_url()).status == 404


def test_disabled_account_lends_nothing(inside, cast):
    cast.leader.is_active = False
    cast.leader.save()
    assert inside.open(reverse("requests")).status == 200


def test_another_coordinator_cannot_take_the_place(granted, signed_in):
    other = UserFactory(roles=[Role.COORDINATOR])
    assert signed_in(other).post(reverse("support_enter", args=[granted.public_id])).status_code == 404


@pytest.mark.parametrize("name", ["coordinator", "practitioner", "board"])
def test_only_the_person_says_yes(cast, asked, name):
    with pytest.raises(OperationRefused):
        grant_support(by=cast.users[name], support=asked)


@pytest.mark.parametrize("name", ["practitioner", "leader", "trainer", "nobody"])
def test_only_coordination_asks(cast, name):
    with pytest.raises(OperationRefused):
        ask_support(by=cast.users[name], concerned=cast.staff, reason=REASON)


def test_coordinators_place_is_never_lent(cast):
    with pytest.raises(OperationRefused):
        ask_support(by=cast.coordinator, concerned=UserFactory(roles=[Role.COORDINATOR]), reason=REASON)


def test_asked_twice_is_asked_once(cast, asked):
    with pytest.raises(OperationRefused):
        ask_support(by=cast.coordinator, concerned=cast.leader, reason=REASON)


def test_button_asks_again_who_one_is_and_leads_back_to_its_page(cast, asked, client):
    give_passwords([cast.leader])
    client.force_login(cast.leader)
    answer = client.post(reverse("support_grant", args=[asked.public_id]))
    assert answer.url == f"{reverse('account_reauthenticate')}?next=%2Fmon-compte%2Fsoutien%2F"
    asked.refresh_from_db()
    assert asked.is_waiting
