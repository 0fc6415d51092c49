"""Forgetting a password, and changing it."""

import re

import pytest
from django.contrib.auth import get_user
from django.urls import reverse

from accounts.passwords import KnownPasswordValidator
from tests.accounts.conftest import PASSWORD

NEW = "une toute autre phrase longue"


def ask_for_link(client, email: str):
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def link_in(message) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/mot-de-passe/nouveau/\S+)", message.body)[1]


def follow(client, link: str) -> str:
    """Opens the link of the mail; answers the address of the form, which no longer holds the key."""
    return client.get(link).url


def choose(client, link: str, password: str = NEW):
    return client.post(follow(client, link), {"password1": password, "password2": password})


def test_known_and_unknown_addresses_are_answered_alike(client, nadia, mailoutbox):
    known = ask_for_link(client, "nadia@rives.example")
    unknown = ask_for_link(client, "personne@rives.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert [message.to for message in mailoutbox] == [["nadia@rives.example"]]


def test_closed_account_gets_no_link(client, nadia, mailoutbox):
    nadia.is_active = False
    nadia.save()
    ask_for_link(client, nadia.email)
    assert mailoutbox == []


def test_mail_server_away_does_not_tell_who_has_an_account(client, nadia, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask_for_link(client, nadia.email).content == ask_for_link(client, "personne@rives.example").content


def test_mail_is_in_french_and_greets_by_name(client, nadia, mailoutbox):
    ask_for_link(client, nadia.email)
    assert mailoutbox[0].subject == "Choisir un nouveau mot de passe"
    assert mailoutbox[0].body.startswith("Bonjour Nadia,\n")
    assert mailoutbox[0].body.rstrip().endswith("sur la page «\u00a0Mot de passe oublié\u00a0».")


def test_host_of_the_request_has_no_say_in_the_link(client, nadia, mailoutbox, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": nadia.email}, headers={"Host": "evil.example"})
    assert "evil.example" not in mailoutbox[0].body


def test_link_leads_to_a_new_password_that_works(client, nadia, sign_in, mailoutbox):
    ask_for_link(client, nadia.email)
    response = choose(client, link_in(mailoutbox[0]))
    assert response.url == reverse("account_reset_password_from_key_done")
    assert not get_user(client).is_authenticated
    sign_in(password=NEW)
    assert get_user(client) == nadia
    assert mailoutbox[1].subject == "Votre mot de passe a changé"


def test_key_leaves_the_address_bar_before_the_form_is_shown(client, nadia, mailoutbox):
    ask_for_link(client, nadia.email)
    link = link_in(mailoutbox[0])
    account = link.removeprefix("/mot-de-passe/nouveau/").split("-")[0]
    assert follow(client, link) == f"/mot-de-passe/nouveau/{account}-choisir/"


def test_link_works_once(client, nadia, mailoutbox):
    ask_for_link(client, nadia.email)
    link = link_in(mailoutbox[0])
    choose(client, link)
    assert "Ce lien n’est plus valable" in client.get(link).content.decode()


@pytest.mark.parametrize("weak", ["court", "motdepasse", "nadia@rives.example"])
def test_weak_password_is_refused(client, nadia, mailoutbox, weak):
    ask_for_link(client, nadia.email)
    response = choose(client, link_in(mailoutbox[0]), weak)
    assert response.status_code == 200
    assert response.context["form"].errors["password1"]


def test_reset_lifts_the_refusal_of_too_many_tries(client, nadia, sign_in, mailoutbox):
    for _ in range(5):
        sign_in(password="autre chose")
    ask_for_link(client, nadia.email)
    choose(client, link_in(mailoutbox[0]))
    sign_in(password=NEW)
    assert get_user(client) == nadia


def test_reset_closes_sessions_open_elsewhere(client, nadia, sign_in, mailoutbox, django_user_model):
    sign_in()
    elsewhere = type(client)()
    ask_for_link(elsewhere, nadia.email)
    choose(elsewhere, link_in(mailoutbox[0]))
    assert not get_user(client).is_authenticated


def test_changing_asks_for_the_present_password(client, nadia, sign_in):
    sign_in()
    response = client.post(
        reverse("account_change_password"), {"oldpassword": "autre chose", "password1": NEW, "password2": NEW}
    )
    assert response.context["form"].errors["oldpassword"] == ["Ce n’est pas votre mot de passe actuel."]


def test_changing_closes_the_session_and_says_so_by_mail(client, nadia, sign_in, mailoutbox):
    sign_in()
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": "le chemin passe par la rive", "password1": NEW, "password2": NEW},
    )
    assert response.url == reverse("account_login")
    assert not get_user(client).is_authenticated
    assert [message.subject for message in mailoutbox] == ["Votre mot de passe a changé"]


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "my_account"])
def test_pages_of_an_account_are_closed_to_visitors(client, db, name):
    assert client.get(reverse(name)).url == f"{reverse('account_login')}?next={reverse(name)}"


@pytest.mark.parametrize(
    ("weak", "because"),
    [
        ("court et bon", None),
        ("trop court", "Ce mot de passe est trop court"),
        ("!!sunshine!!2024", "parmi les plus essayés"),
        ("motdepasse-2026-motdepasse", "C’est surtout «\u00a0motdepasse\u00a0»"),
        ("Trajectoires-EFC-2026", "C’est surtout «\u00a0trajectoires\u00a0»"),
        ("Économie de la fonctionnalité", "C’est surtout «\u00a0fonctionnalite\u00a0»"),
        ("nadia.roussel.1980", "C’est surtout «\u00a0roussel\u00a0»"),
        ("1234567890123456", "Des chiffres seuls se devinent"),
        ("nadia range ses outils le mardi", None),
        ("a" * 30 + "été" * 30, None),
    ],
)
def test_what_leans_on_worn_words_is_refused_beside_the_field(client, nadia, sign_in, weak, because):
    """And nothing is asked of its letters: no capital, no figure, no sign, as long as one likes."""
    sign_in()
    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    if because is None:
        assert response.url == reverse("account_login")
    else:
        assert because in response.context["form"].errors["password1"][0]


def test_list_of_the_most_tried_passwords_is_long_and_at_hand():
    assert len(KnownPasswordValidator().known) > 10_000


def test_somebody_without_a_password_chooses_one_by_mail(client, nadia):
    """There is none to prove that they know."""
    nadia.set_unusable_password()
    nadia.save()
    client.force_login(nadia)
    assert client.get(reverse("account_change_password")).url == reverse("account_reset_password")
