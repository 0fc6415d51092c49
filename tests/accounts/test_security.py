"""One's own security page: sessions that one ends, an address that one changes."""

import re

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now, timedelta

from accounts.models import User
from accounts.operations import ask_for_new_address, change_address
from accounts.tasks import forget_ended_sessions
from efc_platform.backstage.models import Job
from efc_platform.shared.errors import OperationRefused
from tests.accounts.conftest import PASSWORD
from tests.factories.people import UserFactory
from tests.factories.security import open_elsewhere
from tests.signing_in import sign_in as open_session
from tests.visitor import Visitor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def visitor(client, nadia) -> Visitor:
    return Visitor(open_session(client, nadia))


def devices(client: Client) -> list[str]:
    return [one.device for one in client.get(reverse("usersessions_list")).context["sessions"]]


def mails() -> list[tuple[str, str, str]]:
    return [(one.payload["to"], one.payload["subject"], one.payload["body"]) for one in Job.objects.filter(kind="mail")]


def test_session_is_listed_with_the_device_it_was_opened_on(nadia):
    client = Client(headers={"User-Agent": FIREFOX})
    client.post(reverse("account_login"), {"login": nadia.email, "password": PASSWORD})
    page = Visitor(client).open("/mon-compte/securite/sessions/")
    assert "Firefox, sur Linux cette session" in page.words
    assert "depuis l’adresse 127.0.0.1" in page.words


def test_one_session_is_ended_and_its_next_request_is_a_strangers(visitor, nadia):
    elsewhere = open_session(Client(), nadia)
    theirs = UserSession.objects.get(session_key=elsewhere.session.session_key)
    visitor.client.post(reverse("open_session_end", args=[theirs.pk]))
    assert elsewhere.get(reverse("my_account")).url.startswith(reverse("account_login"))
    assert get_user(visitor.client) == nadia


def test_all_the_others_are_ended_at_once(visitor, nadia):
    others = [open_session(Client(), nadia) for _ in range(2)]
    visitor.open("/mon-compte/securite/sessions/")
    visitor.press("Mettre fin à toutes les autres")
    assert visitor.page.messages == ["Les autres sessions sont fermées."]
    assert [get_user(one).is_authenticated for one in (visitor.client, *others)] == [True, False, False]


def test_session_of_somebody_else_is_neither_seen_nor_ended(visitor):
    theirs = open_elsewhere(UserFactory())
    assert devices(visitor.client) == ["Un navigateur"]
    assert visitor.client.post(reverse("open_session_end", args=[theirs.pk])).status_code == 404
    assert theirs.exists()


def test_ended_sessions_are_forgotten_by_the_clock(visitor, nadia):
    visitor.client.logout()
    kept = open_elsewhere(nadia)
    forget_ended_sessions()
    assert list(UserSession.objects.all()) == [kept]


@pytest.mark.parametrize(("pauses", "is_open"), [([59], True), ([61], False), ([50] * 14, True), ([50] * 15, False)])
def test_session_lasts_an_hour_without_a_page_and_twelve_hours_in_all(client, nadia, pauses, is_open):
    with time_machine.travel(now(), tick=False) as clock:
        open_session(client, nadia)
        for minutes in pauses:
            clock.shift(timedelta(minutes=minutes))
            response = client.get(reverse("my_account"))
    assert (response.status_code == 200) is is_open


def test_page_notes_at_most_every_five_minutes_that_the_session_is_used(client, nadia):
    with time_machine.travel(now(), tick=False) as clock:
        open_session(client, nadia)
        seen = []
        for minutes in (1, 5):
            clock.shift(timedelta(minutes=minutes))
            client.get(reverse("my_account"))
            seen.append(UserSession.objects.get(user=nadia).last_seen_at)
    assert seen[1] - seen[0] == timedelta(minutes=6)


def test_new_address_is_proved_by_its_link_and_told_to_the_old_one(visitor, nadia):
    visitor.open("/mon-compte/securite/adresse/")
    visitor.press("Recevoir un lien à cette adresse", email="Nadia@Ailleurs.example")
    [(to, _subject, body)] = mails()
    assert to == "nadia@ailleurs.example"
    assert User.objects.get().email == "nadia@rives.example"
    visitor.open(re.search(r"(/mon-compte/securite/adresse/\S+)", body)[1])
    assert User.objects.get().email == "nadia@rives.example"
    visitor.press("Confirmer cette adresse")
    user = User.objects.get()
    assert (user.email, user.person.email) == ("nadia@ailleurs.example", "nadia@ailleurs.example")
    assert mails()[1][:2] == ("nadia@rives.example", "L’adresse de votre compte a changé")


def link_sent(user: User, email: str) -> str:
    ask_for_new_address(by=user, email=email)
    return re.search(r"/mon-compte/securite/adresse/(\S+)/", mails()[-1][2])[1]


def test_link_serves_once_for_a_day_and_for_its_account_alone(nadia):
    token = link_sent(nadia, "nadia@ailleurs.example")
    with pytest.raises(OperationRefused):
        change_address(by=UserFactory(), token=token)
    with time_machine.travel(now() + timedelta(days=1, seconds=1)), pytest.raises(OperationRefused):
        change_address(by=nadia, token=token)
    change_address(by=nadia, token=token)
    with pytest.raises(OperationRefused):
        change_address(by=nadia, token=token)


def test_page_does_not_tell_that_an_address_has_an_account(visitor, nadia):
    UserFactory(email="prise@rives.example")
    for email in ("prise@rives.example", "libre@rives.example"):
        visitor.open("/mon-compte/securite/adresse/")
        page = visitor.press("Recevoir un lien à cette adresse", email=email)
        assert page.messages == [f"Un lien est parti vers {email} : ouvrez-le pour confirmer."]
    assert [subject for _to, subject, _body in mails()] == [
        "Cette adresse a déjà un compte",
        "Confirmer votre nouvelle adresse",
    ]


def test_address_taken_meanwhile_stays_with_whoever_took_it(nadia):
    token = link_sent(nadia, "nadia@ailleurs.example")
    UserFactory(email="nadia@ailleurs.example")
    with pytest.raises(OperationRefused, match="Un compte existe déjà"):
        change_address(by=nadia, token=token)
    assert User.objects.get(pk=nadia.pk).email == "nadia@rives.example"


def test_same_address_is_refused_beside_the_field(visitor):
    visitor.open("/mon-compte/securite/adresse/")
    page = visitor.press("Recevoir un lien à cette adresse", email="NADIA@rives.example")
    assert page.errors() == {"email": "C’est déjà l’adresse de votre compte."}


def test_signing_out_empties_what_the_browser_kept(visitor):
    assert visitor.client.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache"'


def test_no_administration_site_is_installed(db, settings):
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert Client().get("/admin/").status_code == 404
