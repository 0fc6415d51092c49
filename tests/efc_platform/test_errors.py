"""What a person sees when something is refused or fails, and that none of their words is lost."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from efc_platform.shared.errors import OperationRefused

TEXT = "Deux arbitrages invisibles sont apparus <b>au tri</b>,\nl’équipe les a nommés."
ESCAPED = "Deux arbitrages invisibles sont apparus &lt;b&gt;au tri&lt;/b&gt;,\nl’équipe les a nommés."
SECRET = "secret-qui-ne-doit-pas-revenir"
FORM = {"presentation": TEXT, "password": SECRET, "csrfmiddlewaretoken": "jeton-a-taire", "version": "87"}


@login_not_required
def refuses(request):
    raise OperationRefused("Cette période n’a pas encore commencé.", field="period_start")


@login_not_required
def forbids(request):
    raise PermissionDenied


@login_not_required
def fails(request):
    raise RuntimeError("détail que personne ne doit lire")


@login_not_required
def waits_in_vain(request):
    """Longer than the database lets a statement last."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(5)")


@login_not_required
def reads_the_form(request):
    return HttpResponse(request.POST.get("presentation", ""))


def writes(request):
    return HttpResponse("écrit")


urlpatterns = [
    path("refuse/", refuses),
    path("interdit/", forbids),
    path("echoue/", fails),
    path("attend/", waits_in_vain),
    path("lit/", reads_the_form),
    path("ecrit/", writes),
    path("", include("efc_platform.urls")),
]
handler400 = "efc_platform.shared.errors.bad_request"
handler403 = "efc_platform.shared.errors.forbidden"
handler404 = "efc_platform.shared.errors.not_found"
handler429 = "efc_platform.shared.errors.too_many"
handler500 = "efc_platform.shared.errors.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def quiet_client() -> Client:
    """Answers with the error page, as a server does, rather than raise."""
    return Client(raise_request_exception=False)


def shows_only_the_text(response) -> bool:
    page = response.content.decode()
    assert SECRET not in page
    assert "jeton-a-taire" not in page
    assert 'value="87"' not in page
    return ESCAPED in page


def test_refusal_says_its_sentence_and_gives_the_text_back(client, db):
    response = client.post("/refuse/", FORM)
    assert response.status_code == 409
    assert "Cette période n’a pas encore commencé." in response.content.decode()
    assert shows_only_the_text(response)


def test_text_given_back_is_named_as_the_form_named_it(client, db):
    page = client.post("/refuse/", FORM).content.decode()
    assert ">Présentation</label>" in page
    assert "presentation" not in page


def test_identifiers_are_not_shown_as_if_they_had_been_typed(client, db):
    page = client.post("/refuse/", {"client": "0b1d3ff1-6c7e-4f7a-9a39-6f2a5c1f6f0e"}).content.decode()
    assert "Ce que vous aviez écrit" not in page


@pytest.mark.parametrize("name", ["code", "credential"])
def test_what_opens_an_account_once_is_not_given_back(client, db, name):
    page = client.post("/refuse/", {name: "492817", "presentation": TEXT}).content.decode()
    assert "492817" not in page
    assert "Code de la salle" not in page
    assert ESCAPED in page


def test_session_that_ended_gives_the_text_back(client, db):
    response = client.post("/ecrit/", FORM)
    assert response.status_code == 403
    assert "Votre session s’est terminée" in response.content.decode()
    assert shows_only_the_text(response)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("referer", "back_to"),
    [
        ("http://testserver/structures/?mot=rive", "http%3A%2F%2Ftestserver%2Fstructures%2F%3Fmot%3Drive"),
        ("https://evil.example/", "%2F"),
        ("", "%2F"),
    ],
)
def test_session_that_ended_offers_to_sign_in_beside_and_come_back(client, db, referer, back_to):
    page = client.post("/ecrit/", FORM, headers={"Referer": referer}).content.decode()
    assert f'<a href="/connexion/?next={back_to}" target="_blank" rel="noopener">' in page


def test_session_that_ended_on_a_mere_button_promises_no_text(client, db):
    page = client.post("/ecrit/", {"csrfmiddlewaretoken": "jeton-a-taire"}).content.decode()
    assert "Rien n’est perdu" not in page


def test_session_that_ended_before_reading_leads_to_sign_in(client, db):
    assert client.get("/ecrit/?page=2").url == "/connexion/?next=/ecrit/%3Fpage%3D2"


def test_htmx_read_after_the_session_leaves_for_sign_in_and_comes_back(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/structures/?mot=rive"}
    response = client.get("/ecrit/", headers=headers)
    assert response.status_code == 403
    assert response["HX-Redirect"] == "/connexion/?next=http%3A%2F%2Ftestserver%2Fstructures%2F%3Fmot%3Drive"


def test_htmx_read_from_elsewhere_is_not_sent_back_there(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/"}
    assert client.get("/ecrit/", headers=headers)["HX-Redirect"] == "/connexion/?next=%2F"


def test_htmx_write_after_the_session_leaves_the_page_and_tells_it(client, db):
    response = client.post("/ecrit/", FORM, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert response["HX-Trigger"] == "session-ended"
    assert "HX-Redirect" not in response


def test_stale_form_gives_the_text_back(db):
    response = Client(enforce_csrf_checks=True).post("/lit/", FORM, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "Cette page n’est plus à jour" in response.content.decode()
    assert shows_only_the_text(response)


def test_form_of_another_site_is_not_shown_as_the_persons_words(db):
    response = Client(enforce_csrf_checks=True).post("/lit/", FORM, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert not shows_only_the_text(response)


def test_forbidden_page_gives_the_text_back(client, db):
    response = client.post("/interdit/", FORM)
    assert response.status_code == 403
    assert shows_only_the_text(response)


def test_unknown_address_is_said_in_french(client, db):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "<h1>Cette page n’existe pas</h1>" in response.content.decode()


def test_too_much_text_is_told_as_such_even_where_the_token_could_not_be_read(db, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = Client(enforce_csrf_checks=True)
    client.get("/connexion/")
    response = client.post("/lit/", {"presentation": "x" * 200})
    assert response.status_code == 413
    assert "C’est trop lourd" in response.content.decode()


def test_too_many_fields_are_a_bad_request(client, db, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    response = client.post("/lit/", {"a": 1, "b": 2, "c": 3})
    assert response.status_code == 400
    assert "Cette demande n’a pas été comprise" in response.content.decode()


def test_too_many_tries_are_told_to_wait(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client.post("/connexion/", {"login": "a@b.example", "password": SECRET})
    response = client.post("/connexion/", {"login": "a@b.example", "password": SECRET})
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Un peu trop vite" in response.content.decode()
    assert SECRET not in response.content.decode()


def test_failure_gives_the_text_back_without_its_cause(quiet_client, db):
    response = quiet_client.post("/echoue/", FORM)
    assert response.status_code == 500
    assert shows_only_the_text(response)
    assert "détail que personne" not in response.content.decode()


def test_database_that_takes_too_long_is_said_to_pass_and_gives_the_text_back(quiet_client, transactional_db):
    response = quiet_client.post("/attend/", FORM)
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    page = response.content.decode()
    assert "Rien n’est perdu" in page
    assert "acceptez d’envoyer à nouveau le formulaire" in page
    assert shows_only_the_text(response)


def test_reading_that_takes_too_long_promises_no_form(quiet_client, transactional_db):
    response = quiet_client.get("/attend/")
    assert response.status_code == 503
    assert "Rechargez cette page dans quelques secondes." in response.content.decode()
    assert "formulaire" not in response.content.decode()


def test_failure_page_needs_no_database(quiet_client, settings):
    """No `db` fixture: reading the session raises, as it does when the database is away."""
    quiet_client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    response = quiet_client.post("/ecrit/", FORM)
    assert response.status_code == 500
    assert "Un incident est survenu de notre côté" in response.content.decode()
    assert shows_only_the_text(response)


def test_failure_page_survives_the_loss_of_its_template(quiet_client, settings, tmp_path):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    response = quiet_client.get("/echoue/")
    assert response.status_code == 500
    assert "Un incident est survenu de notre côté" in response.content.decode()
