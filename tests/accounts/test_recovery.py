"""A lost second factor, given back by two people."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now, timedelta

from accounts.models import LostFactor, LostFactorState, Role, User
from accounts.operations import ask_for_lost_factor, close_account, refuse_lost_factor, vouch_for_lost_factor
from efc_platform.backstage.models import Job
from efc_platform.shared.errors import OperationRefused
from tests.accounts.conftest import PASSWORD
from tests.factories.people import UserFactory, give_factor
from tests.signing_in import sign_in as open_session
from tests.visitor import Visitor


@pytest.fixture
def people(db) -> dict[str, User]:
    roles = {"first": Role.COORDINATOR, "second": Role.COORDINATOR, "practitioner": Role.PRACTITIONER}
    return {name: UserFactory(email=f"{name}@rives.example", roles=[role]) for name, role in roles.items()} | {
        "other": UserFactory(email="other@rives.example", roles=[Role.PRACTITIONER]),
        "member": UserFactory(email="member@rives.example", roles=[Role.MEMBER]),
    }


@pytest.fixture
def asked(nadia, people) -> LostFactor:
    give_factor(nadia)
    return ask_for_lost_factor(by=nadia)


def mailed() -> set[tuple[str, str]]:
    return {(one.payload["to"], one.payload["subject"]) for one in Job.objects.filter(kind="mail")}


def has_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def test_person_asks_after_their_password_and_before_anything_opens(nadia, people):
    give_factor(nadia)
    visitor = Visitor(Client())
    visitor.client.post(reverse("account_login"), {"login": nadia.email, "password": PASSWORD})
    visitor.open(reverse("mfa_authenticate"))
    visitor.click("J’ai perdu mon second facteur et mes codes de secours")
    page = visitor.press("Demander à retrouver l’accès")
    assert "deux personnes doivent confirmer" in page.words
    assert LostFactor.objects.get().user == nadia
    assert not get_user(visitor.client).is_authenticated
    assert mailed() == {
        (nadia.email, "Vous demandez à retrouver l’accès"),
        ("first@rives.example", "Quelqu’un a perdu son second facteur"),
        ("second@rives.example", "Quelqu’un a perdu son second facteur"),
    }


def test_stranger_cannot_ask(client, db):
    assert client.post(reverse("lost_factor")).url == reverse("account_login")


@pytest.mark.parametrize("pair", [("first", "second"), ("first", "practitioner"), ("practitioner", "first")])
def test_two_people_give_the_access_back(client, nadia, asked, people, pair):
    open_session(client, nadia)
    vouch_for_lost_factor(by=people[pair[0]], lost_factor=asked)
    assert has_factor(nadia)
    assert get_user(client) == nadia
    vouch_for_lost_factor(by=people[pair[1]], lost_factor=asked)
    assert not has_factor(nadia)
    assert not get_user(client).is_authenticated
    assert mailed() >= {
        (nadia.email, "Votre accès est rendu"),
        ("first@rives.example", "Second facteur perdu\u00a0: accès rendu"),
        ("second@rives.example", "Second facteur perdu\u00a0: accès rendu"),
    }


def test_same_person_does_not_count_twice(asked, people, nadia):
    vouch_for_lost_factor(by=people["first"], lost_factor=asked)
    with pytest.raises(OperationRefused, match="une autre personne"):
        vouch_for_lost_factor(by=people["first"], lost_factor=asked)
    assert has_factor(nadia)


def test_two_who_accompany_are_not_enough(asked, people, nadia):
    vouch_for_lost_factor(by=people["practitioner"], lost_factor=asked)
    with pytest.raises(OperationRefused, match="de la coordination"):
        vouch_for_lost_factor(by=people["other"], lost_factor=asked)
    assert has_factor(nadia)


def test_others_cannot_answer(asked, people, nadia):
    for operation in (vouch_for_lost_factor, refuse_lost_factor):
        with pytest.raises(OperationRefused):
            operation(by=people["member"], lost_factor=asked)


def test_nobody_vouches_for_themselves(people):
    asked = ask_for_lost_factor(by=people["first"])
    with pytest.raises(OperationRefused, match="soi-même"):
        vouch_for_lost_factor(by=people["first"], lost_factor=asked)


def test_voucher_whose_account_was_closed_meanwhile_no_longer_counts(asked, people, nadia):
    vouch_for_lost_factor(by=people["practitioner"], lost_factor=asked)
    close_account(by=people["first"], user=people["practitioner"])
    vouch_for_lost_factor(by=people["first"], lost_factor=asked)
    assert has_factor(nadia)
    vouch_for_lost_factor(by=people["second"], lost_factor=asked)
    assert not has_factor(nadia)


@pytest.mark.parametrize("name", ["first", "practitioner"])
def test_either_refuses_and_that_ends_it(asked, people, nadia, name):
    vouch_for_lost_factor(by=people["second"], lost_factor=asked)
    refuse_lost_factor(by=people[name], lost_factor=asked)
    with pytest.raises(OperationRefused, match="n’attend plus"):
        vouch_for_lost_factor(by=people["first"], lost_factor=asked)
    assert has_factor(nadia)
    assert (nadia.email, "Votre demande n’est pas acceptée") in mailed()


def test_request_lasts_three_days_then_can_be_made_again(asked, people, nadia):
    vouch_for_lost_factor(by=people["first"], lost_factor=asked)
    with time_machine.travel(now() + timedelta(days=3, seconds=1)):
        with pytest.raises(OperationRefused, match="n’attend plus"):
            vouch_for_lost_factor(by=people["second"], lost_factor=asked)
        again = ask_for_lost_factor(by=nadia)
    assert (again.pk != asked.pk, again.vouchings.count(), has_factor(nadia)) == (True, 0, True)
    asked.refresh_from_db()
    assert asked.state == LostFactorState.EXPIRED


def test_asking_twice_is_one_request(asked, nadia):
    assert ask_for_lost_factor(by=nadia) == asked


def test_page_confirms_then_says_who_did(asked, people, nadia):
    first, second = (Visitor(open_session(Client(), people[name])) for name in ("first", "second"))
    first.open("/personnes/second-facteur-perdu/")
    first.click("Nadia Roussel")
    first.press("J’ai vérifié que c’est bien elle")
    assert first.page.messages == ["C’est noté : une seconde personne doit encore confirmer pour Nadia Roussel."]
    page = second.open(reverse("lost_factor_request", args=[asked.public_id]))
    assert f"Confirmé par {people['first'].person.display_name}" in page.words
    second.press("J’ai vérifié que c’est bien elle")
    assert second.page.messages == ["La demande de Nadia Roussel est close : accès rendu."]
    assert not has_factor(nadia)


def test_page_asks_again_who_one_is(asked, people):
    client = Client()
    client.force_login(people["first"])
    response = client.get(reverse("lost_factor_request", args=[asked.public_id]))
    assert response.url.startswith(reverse("mfa_reauthenticate"))


def test_history_keeps_the_request_and_who_vouched(asked, people):
    for name in ("first", "second"):
        vouch_for_lost_factor(by=people[name], lost_factor=asked)
    assert list(asked.events.order_by("pgh_id").values_list("state", flat=True)) == ["open", "given_back"]
    kept = [one.events.get().by_id for one in asked.vouchings.all()]
    assert kept == [people["first"].pk, people["second"].pk]
