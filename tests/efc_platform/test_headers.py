"""Every kind of answer carries the same protections."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@login_not_required
def fails(request):
    raise RuntimeError


@login_not_required
def may_be_kept(request):
    return HttpResponse("à garder", headers={"Cache-Control": "max-age=60"})


@login_not_required
def says_nothing(request):
    return HttpResponse("sans consigne")


urlpatterns = [
    path("echoue/", fails),
    path("a-garder/", may_be_kept),
    path("sans-consigne/", says_nothing),
    path("", include("efc_platform.urls")),
]
handler400 = "efc_platform.shared.errors.bad_request"
handler404 = "efc_platform.shared.errors.not_found"
handler500 = "efc_platform.shared.errors.server_error"

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def quiet_client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/connexion/", 200),
        ("get", "/mon-compte/", 302),
        ("post", "/mon-compte/", 403),
        ("get", "/nulle-part/", 404),
        ("post", "/healthz", 405),
        ("get", "/echoue/", 500),
        ("get", "/healthz", 200),
    ],
)
def test_every_answer_is_protected(quiet_client, method, address, status):
    response = getattr(quiet_client, method)(address)
    assert response.status_code == status
    assert {name: response.get(name) for name in EXPECTED} == EXPECTED
    assert "camera=()" in response["Permissions-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_request_that_is_too_large_is_protected(quiet_client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = quiet_client.post("/connexion/", {"login": "x" * 200})
    assert response.status_code == 413
    assert {name: response.get(name) for name in EXPECTED} == EXPECTED


def test_nothing_of_a_session_is_kept_by_the_browser(quiet_client, settings):
    quiet_client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert quiet_client.get("/sans-consigne/")["Cache-Control"] == "no-store"
    assert quiet_client.get("/echoue/")["Cache-Control"] == "no-store"


def test_view_that_says_how_long_is_listened_to(quiet_client, settings):
    quiet_client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert quiet_client.get("/a-garder/")["Cache-Control"] == "max-age=60"


def test_answer_to_nobody_in_particular_may_be_kept(quiet_client):
    assert "Cache-Control" not in quiet_client.get("/sans-consigne/")
