"""The pages of whoever is not signed in: what they say, what they leave behind, and the form anyone may send."""

import uuid

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from efc_platform.pages.example import LEVELS, READS
from efc_platform.pages.glossary import BY_SLUG
from efc_platform.templatetags.french import long_date
from structures.models import AccompanimentRequest
from tests.factories.structures import CohortFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, TrainingFactory, whole_day
from tests.visitor import Page

PAGES = ["home", "public_sessions", "ask_for_support", "support_asked"]
LEA = {"person_name": "Léa Morin", "message": "Nous voudrions en parler.", "email": "lea@plateau.example"}
FRAMEWORK = settings.BASE_DIR / "trajectories" / "framework_data"
AN_HOUR_OF_ONE, AN_HOUR_OF_ALL = 5, 30


def page(client: Client, name: str) -> Page:
    response = client.get(reverse(name))
    return Page(response.status_code, reverse(name), response.content.decode())


def send(client: Client, *, address: str = "192.0.2.1", forwarded: str = "", **typed):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    data = LEA | {"client_key": uuid.uuid4()} | typed
    return client.post(reverse("ask_for_support"), data, REMOTE_ADDR=address, headers=headers)


def requests_kept() -> int:
    return AccompanimentRequest.objects.count()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_open_and_opens_no_session(db, client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response.cookies.keys() == ({settings.CSRF_COOKIE_NAME} if name == "ask_for_support" else set())


@pytest.mark.parametrize("name", PAGES)
def test_page_describes_itself_or_has_nothing_to_be_found_for(db, client, name):
    said = client.get(reverse(name)).content.decode().count('<meta name="description" content="')
    assert said == (0 if name == "support_asked" else 1)


@pytest.mark.parametrize("sessions", [1, 3])
def test_front_page_asks_for_sessions_and_nothing_of_who_looks(db, client, sessions):
    SessionFactory.create_batch(sessions, is_public=True)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) == 4
    elsewhere = [one["sql"] for one in asked if "trainings_" not in one["sql"]]
    assert [sql.partition(" FROM ")[2].split()[0] for sql in elsewhere] == ['"backstage_organisation"']


def test_stranger_finds_three_ways_on_and_no_other(db, client):
    front = page(client, "home")
    navigation = next(one for one in front.tree.iter("nav") if one.get("aria-label") == "Navigation principale")
    assert [one.get("href") for one in navigation.iter("a")] == [reverse("public_sessions"), reverse("ask_for_support")]
    assert front.links["Se connecter"] == reverse("account_login")
    assert front.links["Être accompagné·e"] == reverse("ask_for_support")


def test_words_of_the_field_lead_to_their_definition(db, client):
    words = {one.split("#")[1] for one in page(client, "home").links.values() if "#" in one and "glossaire" in one}
    assert len(words) >= 10
    assert words - BY_SLUG.keys() == set()


def test_picture_is_said_to_be_invented_and_stands_beside_its_table_and_its_words(db, client):
    response = client.get("/")
    front = Page(response.status_code, "/", response.content.decode())
    told = front.section("Un exemple inventé")
    assert told.startswith("Le Petit Plateau n’existe pas")
    assert "<title" in response.content.decode().split("Un exemple inventé")[1]
    (table,) = front.tree.iter("table")
    rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["", "Départ", "Direction", "Équipe", "Accompagnement"]
    assert rows[7] == [
        "Écosystème territorial",
        "1 · Déjà-là",
        "3 · Expérimentation",
        "1 · Déjà-là",
        "2 · Mise en question",
    ]
    assert rows[8][3] == "pas assez d’éléments"


def test_example_speaks_the_words_of_the_framework():
    framework = yaml.safe_load((FRAMEWORK / "referentiel-efc.yaml").read_text())
    rows = [row for axis in framework["axes"] for row in axis["dimensions"]]
    dimensions = [(row["short_name"], row["spoke_name"]) for row in rows]
    assert [(read.name, read.spoke) for read in READS] == dimensions
    assert [level for level in LEVELS if level not in str(framework)] == []
    assert {value for read in READS for value in read.values} <= {None, *range(1, len(LEVELS) + 1)}


@pytest.fixture
def discovery(db):
    """A session open to anyone, with two places left of three."""
    training = TrainingFactory(title="Découvrir l’EFC", summary="Une journée pour voir.", audience="Tout le monde.")
    session = SessionFactory(training=training, is_public=True, capacity=3, place="Lens")
    EnrolmentFactory(session=session)
    return session


def announced_on(shown: Page) -> list[str]:
    """The titles of what may be asked for."""
    return [one.removeprefix("Demander une place : ").split(",")[0] for one in shown.links if "une place : " in one]


@pytest.mark.parametrize("name", ["home", "public_sessions"])
def test_session_open_to_anyone_is_announced_with_what_one_needs_to_come(client, discovery, name):
    shown = page(client, name)
    for said in (
        "Une journée pour voir.",
        "Pour qui : Tout le monde.",
        "2 places",
        "de 9 h à 12 h puis de 14 h à 17 h",
        "Lens",
    ):
        assert said in shown.words
    assert announced_on(shown) == ["Découvrir l’EFC"]


@pytest.mark.parametrize("name", ["home", "public_sessions"])
def test_other_sessions_are_not_announced(client, discovery, name):
    SessionFactory(is_public=False)
    SessionFactory(cohort=CohortFactory())
    SessionFactory(is_public=True, cancelled_at=timezone.now())
    SessionFactory(is_public=True, slots=whole_day(-3))
    assert announced_on(page(client, name)) == ["Découvrir l’EFC"]


def test_front_page_shows_the_next_three_and_leads_to_the_others(db, client):
    for days in (9, 8, 7, 6):
        SessionFactory(training__title=f"Dans {days} jours", is_public=True, slots=whole_day(days))
    front = page(client, "home")
    assert announced_on(front) == ["Dans 6 jours", "Dans 7 jours", "Dans 8 jours"]
    assert front.links["Toutes les sessions ouvertes"] == reverse("public_sessions")
    assert len(announced_on(page(client, "public_sessions"))) == 4


def test_full_session_says_so_and_can_still_be_asked_about(client, discovery):
    EnrolmentFactory.create_batch(2, session=discovery)
    shown = page(client, "public_sessions")
    assert "complet" in shown.words
    assert [label for label in shown.links if label.startswith("Écrire quand même")]


def test_place_is_asked_for_in_words_that_the_address_does_not_choose(cast, client, discovery):
    label = next(one for one in page(client, "public_sessions").links if one.startswith("Demander une place"))
    address = page(client, "public_sessions").links[label]
    asked = f"Découvrir l’EFC, {long_date(discovery.begins_at)}"
    assert asked in client.get(address).content.decode()
    assert client.post(address, LEA | {"client_key": uuid.uuid4()}).status_code == 302
    assert AccompanimentRequest.objects.get().session_wanted == asked


def test_session_nobody_announced_is_not_asked_for(cast, client):
    hidden = SessionFactory(training__title="Entre nous")
    for wanted in (hidden.public_id, "pirate", uuid.uuid4(), "\x00"):
        address = f"{reverse('ask_for_support')}?session={wanted}"
        assert "Vous demandez une place" not in client.get(address).content.decode()
        assert client.post(address, LEA | {"client_key": uuid.uuid4()}).status_code == 302
    assert set(AccompanimentRequest.objects.values_list("session_wanted", flat=True)) == {""}


def test_no_session_is_said_plainly_with_a_way_on(db, client):
    assert "Aucune session ouverte" in page(client, "home").section("Prochaines sessions ouvertes")
    empty = page(client, "public_sessions")
    assert "Aucune session n’est annoncée pour l’instant" in empty.words
    assert empty.links["Écrire à la coordination"] == reverse("ask_for_support")


def test_signed_in_person_keeps_their_own_home(cast, signed_in):
    assert "Un exemple inventé" not in signed_in(cast.nobody).get("/").content.decode()


def test_person_writes_and_is_thanked(cast, client):
    response = send(client, structure_name="Le Petit Plateau", phone="06 39 98 12 34")
    assert (response.status_code, response.url) == (302, reverse("support_asked"))
    kept = AccompanimentRequest.objects.get()
    assert (kept.person_name, kept.structure_name, kept.message, kept.email, kept.phone) == (
        "Léa Morin",
        "Le Petit Plateau",
        "Nous voudrions en parler.",
        "lea@plateau.example",
        "06 39 98 12 34",
    )
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert Notice.objects.get().recipient == cast.coordinator


def test_form_sent_twice_is_written_once_and_thanked_twice(cast, client):
    key = uuid.uuid4()
    answers = [send(client, client_key=key) for _ in range(2)]
    assert [one.url for one in answers] == [reverse("support_asked")] * 2
    assert requests_kept() == 1


def test_form_changed_after_it_was_sent_is_shown_again(cast, client):
    key = uuid.uuid4()
    send(client, client_key=key)
    response = send(client, client_key=key, message="Une autre idée.")
    assert response.status_code == 200
    assert "est déjà parti" in response.content.decode()
    assert Page(200, "", response.content.decode()).typed("message") == "Une autre idée."


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"person_name": ""}, {"person_name": "Ce champ est obligatoire."}),
        ({"message": ""}, {"message": "Ce champ est obligatoire."}),
        ({"email": "lea"}, {"email": "Saisissez une adresse de courriel valide."}),
        ({"phone": "appelez"}, {"phone": "Écrivez le numéro en chiffres, par exemple 06 39 98 12 34."}),
    ],
)
def test_refusal_stands_beside_its_field(cast, client, typed, errors):
    response = send(client, **typed)
    assert response.status_code == 200
    assert Page(200, "", response.content.decode()).errors() == errors
    assert requests_kept() == 0


def test_one_way_to_be_answered_is_asked_beside_the_address(cast, client):
    shown = Page(200, "", send(client, email="", person_name="").content.decode())
    assert set(shown.errors()) == {"email", "person_name"}
    assert shown.typed("message") == LEA["message"]
    assert send(client, email="", phone="+33 6 39 98 12 34").status_code == 302


def test_message_has_a_length_that_somebody_can_read(cast, client):
    assert send(client, message="é" * 3000).status_code == 302
    assert send(client, message="é" * 3001).status_code == 200
    assert requests_kept() == 1


def test_hidden_field_is_hidden_from_everybody(db, client):
    decoy = next(one for one in page(client, "ask_for_support").tree.iter("div") if one.get("class") == "decoy")
    (field,) = decoy.iter("input")
    assert (decoy.get("aria-hidden"), field.get("tabindex"), field.get("autocomplete")) == ("true", "-1", "off")
    assert ".decoy{display:none}" in (settings.BASE_DIR / "static/css/app.css").read_text()


def test_program_is_answered_as_a_person_and_nothing_is_written(cast, client):
    person, program = send(client), send(client, website="https://pub.example")
    assert (person.status_code, person.url) == (program.status_code, program.url)
    assert requests_kept() == 1
    assert Notice.objects.count() == 1


def test_sixth_message_of_one_address_in_an_hour_is_given_back(cast, client):
    assert [send(client).status_code for _ in range(AN_HOUR_OF_ONE)] == [302] * AN_HOUR_OF_ONE
    typed = {"message": "Tout ce que\nj’avais écrit.", "structure_name": "Le Petit Plateau"}
    response = send(client, **typed)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (429, "3600", "no-store")
    shown = Page(429, "", response.content.decode())
    assert shown.heading == "Votre message n’est pas parti"
    fields = [one for one in shown.tree.iter() if one.get("id", "").startswith("typed-")]
    given_back = {(one.text or one.get("value", "")).strip() for one in fields}
    assert given_back == {"Léa Morin", "lea@plateau.example", *typed.values()}
    assert requests_kept() == AN_HOUR_OF_ONE
    assert send(client, address="192.0.2.2").status_code == 302


def test_forged_header_does_not_make_another_address(cast, client):
    sent = [send(client, forwarded=f"198.51.100.{rank}").status_code for rank in range(AN_HOUR_OF_ONE + 1)]
    assert sent == [302] * AN_HOUR_OF_ONE + [429]


def test_behind_a_proxy_the_address_it_saw_counts_whatever_was_forged_before_it(cast, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [send(client, forwarded=f"198.51.100.{rank}, 203.0.113.7").status_code for rank in range(6)]
    assert forged == [302] * AN_HOUR_OF_ONE + [429]
    assert send(client, forwarded="203.0.113.8").status_code == 302


def test_all_addresses_together_have_a_limit_too(cast, client):
    sent = [send(client, address=f"192.0.2.{rank}").status_code for rank in range(AN_HOUR_OF_ALL + 1)]
    assert sent == [302] * AN_HOUR_OF_ALL + [429]


def test_form_to_be_corrected_is_not_counted(cast, client):
    assert {send(client, person_name="").status_code for _ in range(AN_HOUR_OF_ONE + 1)} == {200}
    assert send(client).status_code == 302


def test_page_that_says_no_names_who_can_be_reached(cast, client, settings):
    settings.PUBLISHER_CONTACT = "bonjour@vallees.example"
    for _ in range(AN_HOUR_OF_ONE):
        send(client)
    assert "bonjour@vallees.example" in send(client).content.decode()
