"""Nothing confidential opens to whoever's role asks for a second factor, until it is registered."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from accounts.permissions import TABLE, needs_second_factor
from tests.access_matrix import MATRIX, OPEN, Line
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory
from tests.factories.world import World, furnish, give_passwords
from tests.signing_in import sign_in

# The terms, and their own security: what is left to do, and nothing of anybody else.
BEFORE = {
    "accept_terms",
    "account_change_password",
    "account_reauthenticate",
    "change_address",
    "confirm_address",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "open_session_end",
    "second_factor",
    "usersessions_list",
}
# The home page is theirs; a link that a structure passed on, or that an invitation holds, says whose it is.
NAMED = {"home", "readyz", "join", "appointment_answer"}
TYPED = "Un texte qui ne doit pas être perdu."


@pytest.fixture(autouse=True)
def refusals_are_expected(caplog) -> None:
    caplog.set_level("ERROR", "django.request")


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner.person
    people = {"practitioner": me, "drafted_by": me, "trainer": cast.trainer.person}
    made = furnish(cast.trajectory_a, **people, journal_of=cast.practitioner, leader=cast.leader)
    give_passwords(cast.users.values())
    return made


@pytest.fixture(params=[Role.COORDINATOR, Role.PRACTITIONER])
def unfactored(request, cast, world, client):
    """A session of somebody who has the role, stands where the role is of use, and has no second factor."""
    user = UserFactory(roles=[request.param], roles__with_factor=False)
    if request.param == Role.PRACTITIONER:
        AccompanimentFactory(structure=cast.structure_a, practitioner=user.person)
    return sign_in(client, user)


def shut(method: str) -> Iterator[Line]:
    return (line for line in MATRIX if line.method == method and line.address not in OPEN | BEFORE)


def address_of(line: Line, world: World) -> str:
    return reverse(line.address, kwargs=kwargs_of(line.about, world))


def test_every_page_leads_to_registering_one(unfactored, world):
    answers = {address_of(line, world): unfactored.get(address_of(line, world)) for line in shut("GET")}
    assert len(answers) > 60
    assert {one: answer.status_code for one, answer in answers.items() if answer.status_code != 302} == {}
    assert {answer.url for answer in answers.values()} == {reverse("second_factor")}


def test_every_form_gives_typed_words_back_and_writes_nothing(unfactored, world):
    wrong = []
    for line in shut("POST"):
        with transaction.atomic():
            response = unfactored.post(address_of(line, world), {"text": TYPED})
            transaction.set_rollback(True)
        if response.status_code != 403 or TYPED not in response.content.decode():
            wrong.append(line.address)
    assert wrong == []


def test_fragment_leaves_for_the_page(unfactored, world):
    response = unfactored.get(reverse("structures"), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (403, reverse("second_factor"))


def test_their_own_security_opens(unfactored, world):
    for name in ("mfa_index", "second_factor", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list"):
        assert unfactored.get(reverse(name)).status_code == 200, name


def test_home_is_confidential_too(unfactored, world):
    assert unfactored.get("/").url == reverse("second_factor")


def test_open_pages_show_nothing_of_a_structure(unfactored, world):
    open_pages = [line for line in MATRIX if line.method == "GET" and line.address in OPEN - NAMED]
    told = [line.address for line in open_pages if "structure.name" in _words(unfactored, address_of(line, world))]
    assert told == []


def _words(client, address: str) -> str:
    # The logo of the organisation is open too: a picture, without a word.
    return b"".join(client.get(address)).decode(errors="replace")


def test_roles_that_are_asked_for_one_are_read_in_the_table_of_acts(db):
    asked = {role for role in Role if needs_second_factor(UserFactory(roles=[role], roles__with_factor=False))}
    assert asked == {Role.COORDINATOR, Role.PRACTITIONER}
    opening = {
        standing for part in TABLE for one in part.acts.values() if one.beyond_ones_own for standing in one.open_to
    }
    assert asked == opening & set(Role.values)


@pytest.mark.parametrize("name", ["leader", "staff", "trainer", "member"])
def test_nobody_else_is_asked_for_one(cast, world, signed_in, name):
    assert signed_in(cast.users[name]).get(reverse("agenda")).status_code == 200


def test_demonstration_only_reminds(settings, cast, world, client):
    settings.SECOND_FACTOR_REQUIRED = False
    user = UserFactory(roles=[Role.COORDINATOR], roles__with_factor=False)
    page = sign_in(client, user).get(reverse("structures"))
    assert page.status_code == 200
    assert reverse("second_factor") in page.content.decode()
    assert reverse("second_factor") not in sign_in(client, cast.coordinator).get(reverse("structures")).content.decode()
