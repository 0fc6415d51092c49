"""Second factors: registered, asked for at each sign-in, and never got round."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from tests.accounts.conftest import PASSWORD
from tests.factories.people import SECRET, UserFactory, give_factor
from tests.factories.security import add_passkey
from tests.signing_in import sign_in as open_session
from tests.visitor import Visitor


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture(autouse=True)
def half_minute() -> Iterator[None]:
    """A code read at the end of its half minute would be refused."""
    with time_machine.travel(time.time(), tick=False):
        yield


@pytest.fixture
def coordinator(db) -> User:
    user = UserFactory(email="sonia@rives.example", roles=[Role.COORDINATOR])
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def visitor(client, nadia) -> Visitor:
    return Visitor(open_session(client, nadia))


@pytest.fixture
def register(visitor) -> Callable[[], str]:
    """Follows the page, as one does with a telephone in hand; answers the secret that it shows."""

    def follow() -> str:
        page = visitor.open("/mon-compte/securite/application/")
        secret = re.search(r"cette clé : ((?:[A-Z2-7]{4} ?){8})", page.words)[1].replace(" ", "")
        visitor.press("Mettre en place", code=code_now(secret))
        return secret

    return follow


@pytest.mark.django_db(transaction=True)
def test_application_is_registered_and_gives_recovery_codes(visitor, register, nadia, mailoutbox):
    secret = register()
    assert visitor.page.address == "/mon-compte/securite/codes/"
    assert len(re.findall(r"\b\d{8}\b", visitor.page.words)) == 10
    assert get_adapter().decrypt(Authenticator.objects.get(user=nadia, type="totp").data["secret"]) == secret
    assert [message.subject for message in mailoutbox] == ["Une application à codes protège votre compte"]


def test_recovery_codes_are_shown_once(visitor, register):
    register()
    again = visitor.open("/mon-compte/securite/codes/")
    assert re.findall(r"\b\d{8}\b", again.words) == []


def test_wrong_code_registers_nothing(visitor, nadia):
    visitor.open("/mon-compte/securite/application/")
    page = visitor.press("Mettre en place", code="000000")
    assert "Ce code n’est pas le bon, ou il a déjà servi." in page.words
    assert not Authenticator.objects.filter(user=nadia).exists()


def test_database_holds_no_secret_in_clear(register, nadia):
    secret = register()
    held = {one.type: one.data for one in Authenticator.objects.filter(user=nadia)}
    decrypt = get_adapter().decrypt
    for kept, clear in [
        (held["totp"]["secret"], secret),
        (held["recovery_codes"]["seed"], decrypt(held["recovery_codes"]["seed"])),
    ]:
        assert clear not in kept
        assert decrypt(kept) == clear


def test_same_secret_is_never_sealed_twice_alike():
    adapter = get_adapter()
    assert adapter.encrypt(SECRET) != adapter.encrypt(SECRET)


def test_sign_in_asks_for_the_second_factor(client, sign_in, coordinator):
    response = sign_in(coordinator.email)
    assert response.url == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated
    client.post(response.url, {"code": code_now()})
    assert get_user(client) == coordinator


def test_server_that_lost_its_key_says_that_the_code_is_not_at_fault(client, sign_in, coordinator, settings):
    response = sign_in(coordinator.email)
    settings.JOURNAL_KEYS = ["autre:" + "A" * 43 + "="]
    code = code_now()
    answer = client.post(response.url, {"code": code})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Le serveur n’a plus la clé qui ouvre votre second facteur" in page
    assert code not in page
    assert not get_user(client).is_authenticated


def test_code_serves_once(client, sign_in, coordinator):
    code = code_now()
    for asker in (client, Client()):
        asker.post(reverse("account_login"), {"login": coordinator.email, "password": PASSWORD})
        asker.post(reverse("mfa_authenticate"), {"code": code})
    assert get_user(client).is_authenticated
    assert not get_user(asker).is_authenticated


@pytest.mark.parametrize("steps", [-1, 1])
def test_code_of_another_half_minute_is_refused(client, sign_in, coordinator, steps):
    sign_in(coordinator.email)
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not get_user(client).is_authenticated


def test_recovery_code_stands_in_for_the_application_once(client, coordinator):
    code = Authenticator.objects.get(user=coordinator, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        asker = Client()
        asker.post(reverse("account_login"), {"login": coordinator.email, "password": PASSWORD})
        asker.post(reverse("mfa_authenticate"), {"code": code})
        assert get_user(asker).is_authenticated is expected


def test_new_password_does_not_go_round_the_second_factor(client, coordinator, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": coordinator.email})
    link = re.search(r"(/mot-de-passe/nouveau/\S+)", mailoutbox[0].body)[1]
    new = "une toute autre phrase longue"
    client.post(client.get(link).url, {"password1": new, "password2": new})
    assert not get_user(client).is_authenticated
    response = client.post(reverse("account_login"), {"login": coordinator.email, "password": new})
    assert response.url == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated


def test_code_by_mail_does_not_go_round_the_second_factor(client, nadia, mailoutbox):
    give_factor(nadia)
    client.post(reverse("account_request_login_code"), {"email": nadia.email})
    code = re.search(r"^(\S+)$", mailoutbox[0].body.partition("demandé\u00a0:")[2].strip(), re.MULTILINE)[1]
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated


def test_remembered_browser_is_trusted_with_nothing(client, sign_in, coordinator):
    sign_in(coordinator.email, remember="on")
    client.post(reverse("mfa_authenticate"), {"code": code_now(), "trust": "on", "action": "trust"})
    client.post(reverse("account_logout"))
    assert sign_in(coordinator.email, remember="on").url == reverse("mfa_authenticate")


@pytest.mark.django_db(transaction=True)
def test_registering_ends_what_was_opened_elsewhere(visitor, register, nadia):
    """Somebody who had only the password may be there."""
    elsewhere = open_session(Client(), nadia)
    register()
    assert get_user(visitor.client) == nadia
    assert not get_user(elsewhere).is_authenticated


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PRACTITIONER])
def test_removing_the_factor_that_a_role_asks_for_closes_the_platform_again(client, role, db):
    user = UserFactory(roles=[role])
    open_session(client, user)
    assert client.get(reverse("structures")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(reverse("structures")).url == reverse("second_factor")


def test_word_above_the_pages_tells_what_is_asked_from_what_will_be(client, settings, db):
    user = UserFactory(roles=[Role.PRACTITIONER], roles__with_factor=False)
    open_session(client, user)
    settings.SECOND_FACTOR_REQUIRED = True
    assert "Votre rôle demande un second facteur" in client.get(reverse("second_factor")).content.decode()
    settings.SECOND_FACTOR_REQUIRED = False
    assert "Votre rôle demandera un second facteur" in client.get(reverse("second_factor")).content.decode()


def test_code_by_mail_is_closed_to_whoever_a_second_factor_is_asked_of(client, coordinator, nadia, mailoutbox):
    pages = []
    for email in (coordinator.email, nadia.email, "personne@rives.example"):
        asker = Client()
        response = asker.post(reverse("account_request_login_code"), {"email": email}, follow=True)
        pages.append((response.redirect_chain, re.sub(r'value="\w{64}"', "", response.content.decode())))
    assert pages[0] == pages[1] == pages[2]
    assert [(one.to[0], one.subject) for one in mailoutbox] == [
        (coordinator.email, "Connectez-vous avec votre mot de passe"),
        (nadia.email, "Votre code de connexion"),
    ]


def test_passkey_is_renamed_and_removed_by_its_owner_alone(visitor, nadia, mailoutbox):
    key, other = add_passkey(nadia), add_passkey(UserFactory())
    visitor.open(reverse("mfa_edit_webauthn", args=[key.pk]))
    visitor.press("Enregistrer", name="Tablette")
    assert "Tablette" in visitor.page.section("Second facteur")
    visitor.open(reverse("mfa_remove_webauthn", args=[key.pk]))
    visitor.press("Retirer cette clé")
    assert [message.subject for message in mailoutbox] == ["Une clé d’accès est retirée de votre compte"]
    assert visitor.open(reverse("mfa_remove_webauthn", args=[other.pk])).status == 404


def test_sensitive_pages_ask_again_who_one_is(client, nadia):
    client.force_login(nadia)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "change_address"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate")), name
