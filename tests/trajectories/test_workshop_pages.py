"""The wall, the phones and what is read afterwards, through the pages."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.cast import Cast
from tests.factories.workshops import answer, hold
from tests.visitor import Page, Visitor
from trajectories import operations
from trajectories.models import Workshop, WorkshopAnswer
from trajectories.views.phones import MOST_WRONG


@pytest.fixture
def workshop(cast: Cast) -> Workshop:
    return hold(cast, "D3", "D1", is_open=True)


@pytest.fixture
def visits(cast, signed_in) -> Callable[[str], Visitor]:
    return lambda name: Visitor(signed_in(cast.users[name]))


def phone_page(workshop: Workshop) -> str:
    return reverse("workshop_phone", args=[workshop.code])


def enter(workshop: Workshop) -> Visitor:
    """A phone that nobody knows, before the page of the workshop."""
    phone = Visitor(Client(enforce_csrf_checks=True))
    phone.open(phone_page(workshop))
    return phone


def wall(visitor: Visitor, workshop: Workshop) -> Page:
    return visitor.open(reverse("workshop_projection", args=[workshop.public_id]))


def close(cast: Cast, workshop: Workshop) -> None:
    workshop.refresh_from_db()
    operations.close_question(by=cast.practitioner, workshop=workshop, expected_version=workshop.version)


def test_practitioner_opens_one_on_dimensions_in_the_order_they_gave(cast, visits):
    ines = visits("practitioner")
    ines.open(reverse("readings", args=[cast.trajectory_a.public_id]))
    ines.click("Ateliers de lecture")
    ines.click("Ouvrir un atelier")
    page = ines.press("Ouvrir l’atelier", **{"expected": "12", "place-D4": "1", "place-D1": "2"})
    made = Workshop.objects.get()
    assert page.address == made.get_absolute_url()
    assert [one.dimension.code for one in made.questions.all()] == ["D4", "D1"]
    projected = ines.click("Projeter")
    assert made.written_code in projected.words
    assert "La question n’est pas encore ouverte" in projected.words


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"place-D1": "1"}, "expected"), ({"expected": "2"}, "expected"), ({"expected": "61"}, "expected")]
    + [({"expected": "8"}, "place-D1"), ({"expected": "8", "place-D1": "12"}, "place-D1")],
)
def test_form_says_what_is_missing_beside_its_field(cast, visits, typed, field):
    ines = visits("practitioner")
    ines.open(reverse("workshop_new", args=[cast.trajectory_a.public_id]))
    page = ines.press("Ouvrir l’atelier", **typed)
    assert field in page.errors()
    assert Workshop.objects.count() == 0


def test_form_sent_twice_opens_one_workshop(cast, visits):
    ines = visits("practitioner")
    form = ines.open(reverse("workshop_new", args=[cast.trajectory_a.public_id]))
    for _ in range(2):
        ines.press("Ouvrir l’atelier", page=form, **{"expected": "8", "place-D1": "1"})
    assert Workshop.objects.count() == 1


def test_wall_tells_how_many_have_answered_and_nothing_else_while_it_is_open(workshop, visits):
    ines = visits("practitioner")
    for rank in range(6):
        answer(workshop, f"phone-{rank}", "5", "Une ligne.")
    page = wall(ines, workshop)
    assert "6 réponses" in page.words
    assert "Une ligne." not in page.html
    assert "Répartition" not in page.html


def test_wall_tells_the_distribution_with_its_table_once_it_is_closed(workshop, visits):
    ines = visits("practitioner")
    for rank, choice in enumerate(["1", "1", "2", "2", "3", "not_applicable"]):
        answer(workshop, f"phone-{rank}", choice)
    wall(ines, workshop)
    page = ines.press("Clore la question")
    assert "Répartition : déjà-là 2, mise en question 2, expérimentation 1" in page.html.replace("\u00a0", " ")
    assert "Réponses par repère" in page.words
    assert "Pas de moyenne" in page.words


def test_four_answers_show_no_distribution(workshop, visits):
    ines = visits("practitioner")
    for rank in range(4):
        answer(workshop, f"phone-{rank}", "2")
    wall(ines, workshop)
    page = ines.press("Clore la question")
    assert "Moins de cinq personnes ont pris position" in page.words
    assert "Répartition" not in page.html
    assert "Répartition" not in visits("leader").open(workshop.get_absolute_url()).html


def test_wall_asks_again_and_is_answered_by_nothing_when_nothing_is_new(cast, workshop, signed_in):
    client, url = signed_in(cast.practitioner), reverse("workshop_projection", args=[workshop.public_id])
    asked = {"headers": {"HX-Request": "true"}}
    seen = {"vu": 0, "version": workshop.version}
    assert client.get(url, seen, **asked).status_code == 204
    answer(workshop, "phone", "2")
    part = client.get(url, seen, **asked)
    assert (part.status_code, "1 réponse<" in part.content.decode(), b"<html" in part.content) == (200, True, False)
    close(cast, workshop)
    assert client.get(url, seen, **asked)["HX-Refresh"] == "true"
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    assert client.get(url, seen, **asked)["HX-Redirect"] == workshop.get_absolute_url()


def test_button_pressed_twice_goes_on_once(workshop, visits):
    ines = visits("practitioner")
    page = wall(ines, workshop)
    ines.press("Clore la question", page=page)
    again = ines.press("Clore la question", page=page)
    assert "L’atelier a avancé entre-temps" in again.words
    ines.press("Dimension suivante")
    workshop.refresh_from_db()
    assert (workshop.place, workshop.version) == (1, 4)


def test_phone_answers_without_an_account_and_finds_its_answer_again(workshop):
    phone = enter(workshop)
    page = phone.press("Répondre", choice="2", line="Le tri à deux.")
    assert "Votre réponse est comptée : Mise en question" in page.words
    again = phone.open(phone_page(workshop))
    assert "Le tri à deux." in again.words
    changed = phone.click("Changer ma réponse")
    assert changed.typed("line") == "Le tri à deux."
    phone.press("Changer ma réponse", choice="pass", line="")
    only = WorkshopAnswer.objects.get()
    assert (only.choice, only.line) == ("pass", "")


def test_phone_keeps_one_cookie_that_its_workshop_alone_reads(workshop):
    client = Client()
    client.get(phone_page(workshop))
    cookie = client.cookies["atelier"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (phone_page(workshop), True, "Lax")
    assert cookie["max-age"] == 12 * 3600
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    client.get(phone_page(workshop))
    assert client.cookies["atelier"].value == cookie.value


def test_cookie_of_another_workshop_is_nothing(cast, workshop):
    other = hold(cast, "D1", is_open=True)
    phone = Client()
    phone.get(phone_page(other))
    stolen = phone.cookies["atelier"].value
    phone.cookies["atelier"] = stolen
    phone.cookies["atelier"]["path"] = phone_page(workshop)
    page = phone.post(phone_page(workshop), {"place": 0, "choice": "2"})
    assert (page.status_code, WorkshopAnswer.objects.count()) == (200, 0)
    assert "envoyez votre réponse encore une fois" in page.content.decode()
    assert phone.cookies["atelier"].value != stolen


def test_forged_cookie_is_nothing(workshop):
    phone = Client()
    phone.cookies["atelier"] = f"{workshop.code}.moi:signature"
    phone.post(phone_page(workshop), {"place": 0, "choice": "2"})
    assert WorkshopAnswer.objects.count() == 0


def test_form_of_another_site_is_refused(workshop, caplog):
    caplog.set_level("CRITICAL", "django.request")
    phone = enter(workshop)
    assert phone.client.post(phone_page(workshop), {"place": 0, "choice": "2"}).status_code == 403
    assert WorkshopAnswer.objects.count() == 0


def test_answer_without_a_choice_is_asked_for(workshop):
    page = enter(workshop).press("Répondre", line="Un fait.")
    assert "Choisissez une réponse." in page.words
    assert page.typed("line") == "Un fait."


def test_late_answer_is_told_and_shown_where_the_room_is(cast, workshop):
    phone = enter(workshop)
    close(cast, workshop)
    page = phone.press("Répondre", choice="2")
    assert "Cette question est close : votre réponse n’a pas pu être comptée." in page.words
    assert "La question 1 est close. Regardez l’écran de la salle" in page.words
    workshop.refresh_from_db()
    operations.next_question(by=cast.practitioner, workshop=workshop, expected_version=workshop.version)
    assert "La question 2 va s’ouvrir" in phone.open(phone_page(workshop)).words


def test_answer_to_the_question_before_is_not_taken_for_the_one_that_is_open(cast, workshop):
    phone = enter(workshop)
    form = phone.page
    close(cast, workshop)
    for move in (operations.next_question, operations.open_question):
        workshop.refresh_from_db()
        move(by=cast.practitioner, workshop=workshop, expected_version=workshop.version)
    page = phone.press("Répondre", page=form, choice="2", line="Le tri à deux.")
    assert "Cette question est close" in page.words
    assert "Vous aviez écrit : « Le tri à deux. »." in page.words
    assert (page.typed("line"), "checked" in page.html) == ("", False), "nothing of it is in the new form"
    assert workshop.questions.get(place=1).dimension.question.split()[0] in page.heading
    assert WorkshopAnswer.objects.count() == 0


def test_line_that_speaks_of_health_is_paused_once(workshop):
    phone = enter(workshop)
    page = phone.press("Répondre", choice="2", line="Paul est en dépression.")
    assert page.heading == "Avant d’enregistrer"
    assert WorkshopAnswer.objects.count() == 0


def test_waiting_phone_looks_again_without_a_script(cast):
    page = enter(hold(cast, "D1")).page
    assert '<noscript><meta http-equiv="refresh" content="6"></noscript>' in page.html
    assert "data-look-again" in page.html
    asking = enter(hold(cast, "D1", is_open=True)).page
    assert "refresh" not in asking.html, "nobody is interrupted while they write"


def test_phone_page_names_nobody_and_no_structure(cast, workshop):
    page = enter(workshop).page
    for name in (cast.structure_a.name, cast.practitioner.person.display_name, cast.practitioner.email):
        assert name not in page.html


def test_phone_page_is_light(workshop):
    assert len(enter(workshop).page.html.encode()) < 20_000


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {2} "])
def test_code_is_typed_as_one_likes(workshop, typed):
    code = typed.format(workshop.code, workshop.written_code, workshop.written_code.lower())
    phone = Visitor(Client())
    assert phone.open(f"{reverse('workshop_code')}?code={code}").address == phone_page(workshop)


def test_code_of_a_workshop_that_ended_opens_nothing_and_says_so(cast, workshop, caplog):
    caplog.set_level("CRITICAL", "django.request")
    inside, url = enter(workshop), phone_page(workshop)
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    was_in, late = inside.open(url), Visitor(Client()).open(url)
    assert (was_in.status, was_in.heading) == (404, "Cet atelier est terminé")
    assert (late.status, late.heading) == (404, "Ce code n’ouvre aucun atelier")
    assert late.heading == Visitor(Client()).open("/s/AAAABBBB/").heading, "ended or unknown, nothing tells them apart"


def test_code_dies_after_twelve_hours(workshop, caplog):
    caplog.set_level("CRITICAL", "django.request")
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert Client().get(phone_page(workshop)).status_code == 404


def test_whoever_tries_many_codes_is_slowed_and_the_room_behind_the_same_address_is_not(workshop, caplog):
    caplog.set_level("CRITICAL", "django.request")
    inside = enter(workshop)
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        wrong = [Client().get(f"/s/AAAA{rank:04d}/".replace("0", "Z")).status_code for rank in range(MOST_WRONG)]
        assert set(wrong) == {404}
        assert Client().get("/s/AAAAZZZZ/").status_code == 429
        assert Client().get(phone_page(workshop)).status_code == 429, "a right guess would tell it"
        assert "Votre réponse est comptée" in inside.press("Répondre", choice="2").words
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert Client().get(phone_page(workshop)).status_code == 200


def test_many_phones_of_one_address_come_in(workshop):
    assert {Client().get(phone_page(workshop)).status_code for _ in range(MOST_WRONG + 10)} == {200}


def test_under_five_the_wall_says_to_talk_and_leads_to_writing(cast, visits):
    held, ines = hold(cast, "D2", expected=4), visits("practitioner")
    page = wall(ines, held)
    assert "Moins de cinq : on se parle" in page.words
    assert "/s/" not in page.html
    written = ines.press("Écrire ensemble sur cette dimension")
    assert written.address.endswith("/D2/")
    assert "L’équipe en parle de vive voix." in written.section("Ce que la salle a répondu")


def test_reading_of_the_team_is_written_beside_what_the_room_answered(cast, workshop, visits):
    ines = visits("practitioner")
    for rank in range(5):
        answer(workshop, f"phone-{rank}", "4", "Le tri à deux." if rank == 0 else "")
    close(cast, workshop)
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    ines.open(workshop.get_absolute_url())
    ines.press("Écrire la lecture de l’équipe")
    draft = workshop.trajectory.readings.get()
    page = ines.open(reverse("positioning", args=[draft.public_id, "D3"]))
    assert "Le tri à deux." in page.section("Ce que la salle a répondu")
    checked = re.findall(r'name="answer" value="(\w*)"[^>]* checked', page.html)
    assert checked == [""], "the level is chosen by people"
    assert "cours d’écriture" in visits("leader").open(workshop.get_absolute_url()).words


@pytest.mark.parametrize("name", ["leader", "board", "staff", "volunteer"])
def test_those_who_read_the_trajectory_read_what_the_workshop_gave(cast, workshop, visits, name):
    for rank in range(5):
        answer(workshop, f"phone-{rank}", "4", "Le tri à deux." if rank == 0 else "")
    visitor = visits(name)
    running = visitor.open(workshop.get_absolute_url())
    assert "Cette question est ouverte." in running.words
    assert workshop.code not in running.html
    assert "Le tri à deux." not in running.html
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    page = visitor.open(workshop.get_absolute_url())
    assert "Le tri à deux." in page.words
    assert "structuration 5" in page.html


def test_line_that_names_somebody_is_taken_away(cast, workshop, visits):
    for rank in range(5):
        answer(workshop, f"phone-{rank}", "4", "Paul dort." if rank == 0 else "")
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    ines = visits("practitioner")
    ines.open(workshop.get_absolute_url())
    assert "Paul dort." not in ines.press("La retirer").html
    assert not workshop.questions.get(place=0).lines.exists()
