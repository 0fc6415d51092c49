"""Every answer of every address carries the same protections, whoever asks and however it ends."""

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.world import World, furnish, give_passwords
from tests.signing_in import sign_in

PROTECTIONS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
}
# A file somebody receives is no page: opened in place, it may do nothing.
POLICY_OF_FILES = {"sandbox": [], "default-src": ["'none'"], "frame-ancestors": ["'none'"]}
# What signing in with a passkey asks of the browser; the platform asks for nothing else.
OF_PASSKEYS = {"publickey-credentials-get", "publickey-credentials-create"}
KINDS = ("charset=utf-8", 'charset="utf-8"', "application/pdf", "image/svg+xml", "image/png")
EMPTY_FORM = {"csrfmiddlewaretoken": "x"}
HTMX = {"HX-Request": "true"}
WAYS = {
    "practitioner": [("get", {}), ("post", {})],
    "anonymous": [("get", {}), ("get", HTMX), ("head", {}), ("post", {}), ("post", HTMX), ("delete", {})],
}


@pytest.fixture
def world(cast: Cast, caplog) -> World:
    # Hundreds of refusals would bury what a failure has to say.
    caplog.set_level("CRITICAL", "django.request")
    give_passwords(cast.users.values())
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)


def faults_of(response) -> list[str]:
    """What misses among the protections that every answer carries."""
    wrong = [name for name, value in PROTECTIONS.items() if response.get(name) != value]
    rules = [rule.split() for rule in response.get("Content-Security-Policy", "").split(";")]
    expected = POLICY_OF_FILES if "attachment" in response.get("Content-Disposition", "") else POLICY
    if {name: sorted(sources) for name, *sources in filter(None, rules)} != expected:
        wrong.append("Content-Security-Policy")
    features = dict(one.strip().split("=") for one in response.get("Permissions-Policy", "=").split(","))
    wrong += [name for name, allowed in features.items() if allowed != "()" and name not in OF_PASSKEYS]
    if len(features) < 20 or not {features[name] for name in OF_PASSKEYS & set(features)} <= {"()", "(self)"}:
        wrong.append("Permissions-Policy")
    if response.status_code == 200 and not response.get("Content-Type", "").endswith(KINDS):
        wrong.append("Content-Type")
    if response.get("Access-Control-Allow-Origin"):
        wrong.append("Access-Control-Allow-Origin")
    return wrong


def ask_everything(world: World, user: User | None, ways: list[tuple[str, dict]]) -> dict[str, list[str]]:
    """What misses, by request; each one starts from the same session and leaves nothing behind."""
    client, found = Client(raise_request_exception=False), {}
    key = sign_in(client, user).cookies[settings.SESSION_COOKIE_NAME].value if user else ""
    for address, about in dict.fromkeys((line.address, line.about) for line in MATRIX):
        for method, headers in ways:
            client.cookies.clear()
            if key:
                client.cookies[settings.SESSION_COOKIE_NAME] = key
            with transaction.atomic():
                form = EMPTY_FORM if method == "post" else None
                url = reverse(address, kwargs=kwargs_of(about, world))
                response = getattr(client, method)(url, form, headers=headers)
                transaction.set_rollback(True)
            # Read to its end, a download closes its file.
            list(response)
            wrong = faults_of(response)
            # What a calendar follows is compared with what it holds, by whoever has its address.
            kept = ("private", "no-store") if address == "agenda_feed" else ("no-store",)
            if key and not any(one in response.get("Cache-Control", "") for one in kept):
                wrong.append("Cache-Control")
            if response.status_code >= 500:
                wrong.append(f"status {response.status_code}")
            found[f"{method} {'htmx ' if headers else ''}{url}"] = wrong
    return found


@pytest.mark.parametrize("name", WAYS)
def test_every_answer_is_protected_and_no_page_of_a_person_is_kept(cast, world, name):
    found = ask_everything(world, cast.users.get(name), WAYS[name])
    assert len(found) > len(WAYS[name]) * len({line.address for line in MATRIX})
    assert {request: wrong for request, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("name", ["css/app.css", "js/app.js", "img/favicon.svg"])
def test_static_file_is_protected_too(settings, name):
    """A drawing opened by itself is a document as well."""
    assert find(name)
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    response = Client().get(f"/static/{name}")
    assert (response.status_code, faults_of(response)) == (200, [])
    list(response)


def test_static_file_that_is_not_there_and_a_folder_are_not_listed(settings, db):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    found = [Client().get(f"/static/{name}") for name in ("", "css/", "css", "nulle-part.css", "../manage.py")]
    assert [(one.status_code, faults_of(one)) for one in found] == [(404, [])] * len(found)


def test_unknown_host_is_refused_and_the_refusal_is_protected(db):
    response = Client(raise_request_exception=False).get("/connexion/", headers={"host": "evil.example"})
    assert (response.status_code, faults_of(response)) == (400, [])


def test_session_that_cannot_be_read_ends_in_a_protected_page(settings):
    """No `db` fixture: it fails before the view, where few middlewares are still around."""
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    response = client.get("/mon-compte/")
    assert (response.status_code, faults_of(response), response["Cache-Control"]) == (500, [], "no-store")


def test_leaving_plain_http_is_protected(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/connexion/")
    assert (response.status_code, faults_of(response)) == (301, [])


def test_an_answer_without_its_protections_is_noticed(settings, db):
    """What the other tests lean on can fail."""
    ours = ("csp.", "efc_platform.shared.headers", "django.middleware.clickjacking", "django.middleware.security")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith(ours)]
    assert set(faults_of(Client().get("/connexion/"))) == {
        *PROTECTIONS,
        "Content-Security-Policy",
        "",
        "Permissions-Policy",
    }


def test_trace_gives_nothing_back_of_what_was_sent(cast, signed_in, caplog):
    """Above all not the cookies that came with it."""
    caplog.set_level("CRITICAL", "django.request")
    give_passwords([cast.leader])
    addresses = dict.fromkeys(reverse(line.address) for line in MATRIX if line.about is None)
    for client in (Client(), signed_in(cast.leader)):
        session = client.cookies.get(settings.SESSION_COOKIE_NAME)
        for address in addresses:
            answer = client.trace(address, headers={"X-Essai": "un-mot-a-ne-pas-rendre"})
            assert b"un-mot-a-ne-pas-rendre" not in answer.content
            assert not session or session.value.encode() not in answer.content
            if session:
                client.cookies[settings.SESSION_COOKIE_NAME] = session.value
