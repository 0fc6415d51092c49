"""The agenda by month and by week, the moments two people share, and the private address of one's calendar."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from efc_platform.shared.logs import DiscreetFormatter
from structures.models import LocalRole
from tests.factories.structures import AccompanimentFactory, CohortFactory, MembershipFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, at
from tests.factories.trajectories import AppointmentFactory, NextStepFactory
from tests.visitor import Visitor
from trainings.operations import Slot
from trajectories.models import Answer, Appointment

# A Monday.
NOW = datetime(2024, 11, 18, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def meet(cast, *people, days: int = 3, hour: int = 9, **more) -> Appointment:
    starts_at = timezone.localtime(NOW).replace(hour=hour, minute=0) + timedelta(days=days)
    made = AppointmentFactory(trajectory=cast.trajectory_a, starts_at=starts_at, minutes=120, **more)
    for person in people:
        made.guests.create(person=person, answer=Answer.YES)
    return made


def test_month_is_a_table_of_whole_weeks_with_what_each_day_holds(cast, visit):
    meet(cast, subject="Relire les comptes", days=3)
    page = visit("leader").open("/agenda/?vue=mois&le=2024-11-02")
    cells = ["".join(one.itertext()) for one in page.tree.iter("td")]
    assert (page.heading, len(cells)) == ("Agenda", 35)
    assert cells[0].strip() == "28"
    assert [cell for cell in cells if "Relire les comptes" in cell] == ["jeudi 219\u00a0h Relire les comptes"]


def test_week_says_which_day_is_today(visit):
    days = [
        " ".join("".join(one.itertext()).split())
        for one in visit("leader").open("/agenda/?vue=semaine").tree.iter("dt")
    ]
    assert [day for day in days if day.endswith("aujourd’hui")] == ["Lundi 18 novembre, aujourd’hui"]


def test_month_leads_to_the_one_before_and_the_one_after(visit):
    page = visit("leader").open("/agenda/?vue=mois&le=2024-12-31")
    assert page.links["Novembre 2024"] == "/agenda/?vue=mois&le=2024-11-01"
    assert page.links["Janvier 2025"] == "/agenda/?vue=mois&le=2025-01-01"


def test_day_that_holds_much_says_how_much_more_and_leads_to_its_week(cast, visit):
    for hour in (8, 10, 14, 16):
        meet(cast, subject=f"À {hour} heures", days=3, hour=hour)
    page = visit("leader").open("/agenda/?vue=mois")
    assert ("À 10 heures" in page.words, "À 14 heures" in page.words) == (True, False)
    assert "et 2 de plus le 21 novembre" in page.links
    week = visit("leader").open(page.links["et 2 de plus le 21 novembre"])
    assert "À 16 heures" in week.words


def test_month_past_still_tells_what_was(cast, visit):
    meet(cast, subject="Le premier jour", days=-10)
    assert "Le premier jour" in visit("leader").open("/agenda/?vue=mois").words


@pytest.mark.parametrize("asked", ["2024-02-30", "hier", "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("view", ["mois", "semaine"])
def test_day_that_is_none_is_today(visit, asked, view):
    page = visit("leader").open(f"/agenda/?vue={view}&le={asked}")
    assert (page.status, "ovembre 2024" in page.words) == (200, True)


def test_one_may_look_at_one_kind_alone(cast, visit):
    meet(cast, subject="Une rencontre")
    NextStepFactory(trajectory=cast.trajectory_a, text="Une promesse", due_on=timezone.localdate())
    for view in ("liste", "mois", "semaine"):
        found = {}
        for kind in ("", "rencontres", "pas"):
            words = visit("leader").open(f"/agenda/?vue={view}&genre={kind}").words
            found[kind] = ("Une rencontre" in words, "Une promesse" in words)
        assert found == {"": (True, True), "rencontres": (True, False), "pas": (False, True)}


def test_cancelled_meeting_is_struck(cast, visit):
    meet(cast, subject="Sous la neige", cancelled_at=NOW, cancelled_because="La neige")
    for view in ("liste", "mois", "semaine"):
        page = visit("leader").open(f"/agenda/?vue={view}")
        assert ["".join(one.itertext()) for one in page.tree.iter("s")] == ["Sous la neige"]


def test_dates_of_the_cohort_are_told_to_those_who_do_not_go_yet(cast, visit):
    slots = [Slot(at(9, days=5), 180)]
    session = SessionFactory(training__title="Pour la promotion", slots=slots, cohort=CohortFactory())
    session.cohort.places.create(structure=cast.structure_a, since=timezone.localdate())
    look = "/agenda/?vue=semaine&genre=promotions&le=2024-11-23"
    assert "Pour la promotion" in visit("staff").open(look).words
    EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    assert "Pour la promotion" not in visit("staff").open(look).words


def test_meeting_that_took_place_is_to_be_noted_by_whoever_accompanies(cast, visit):
    made = meet(cast, cast.practitioner.person, cast.leader.person, days=-2)
    page = visit("practitioner").open("/agenda/")
    link = next(url for label, url in page.links.items() if label.startswith("Noter la rencontre"))
    assert link.endswith(f"?trajectoire={cast.trajectory_a.public_id}&rendez-vous={made.public_id}")
    assert "À noter" in visit("practitioner").open("/").words
    assert "À noter" not in visit("leader").open("/agenda/").words


def cells(page) -> dict[str, list[str]]:
    rows = [row for row in page.tree.iter("tr") if row.find("td") is not None]
    return {"".join(row.find("th").itertext()): ["".join(one.itertext()) for one in row.iter("td")] for row in rows}


@pytest.fixture
def colleague(cast):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    return cast.other_practitioner.person


def test_moments_of_two_are_free_when_neither_has_anything(cast, visit, colleague):
    first = colleague.first_name
    meet(cast, cast.practitioner.person, days=1, hour=9)
    meet(cast, colleague, days=1, hour=14, subject="Son affaire")
    meet(cast, colleague, cast.practitioner.person, days=2, hour=12)
    session = SessionFactory(trainers=[colleague], slots=[Slot(at(9, days=3), 180)])
    page = visit("practitioner").open(f"/agenda/moments-libres/?avec={colleague.public_id}")
    found = cells(page)
    assert len(found) == 10
    assert found["lundi 18\u00a0novembre"] == ["libre", "libre"]
    assert found["mardi 19\u00a0novembre"] == ["vous\u00a0: occupé·e", f"{first}\u00a0: occupé·e"]
    assert found["mercredi 20\u00a0novembre"] == ["occupé·es tous les deux"] * 2
    assert found["jeudi 21\u00a0novembre"] == [f"{first}\u00a0: occupé·e", "libre"]
    assert ("Son affaire" in page.words, session.training.title in page.words) == (False, False)


def test_declined_or_cancelled_meeting_takes_nobodys_time(cast, visit, colleague):
    declined = meet(cast, colleague, days=1)
    declined.guests.update(answer=Answer.NO)
    meet(cast, colleague, days=1, cancelled_at=NOW, cancelled_because="La neige")
    page = visit("practitioner").open(f"/agenda/moments-libres/?avec={colleague.public_id}")
    assert cells(page)["mardi 19\u00a0novembre"] == ["libre", "libre"]


def test_moments_of_somebody_one_accompanies_nothing_with_stay_theirs(cast, visit):
    meet(cast, cast.leader.person, days=1)
    for other in (cast.leader.person, cast.other_practitioner.person):
        page = visit("practitioner").open(f"/agenda/moments-libres/?avec={other.public_id}")
        assert (cells(page), "Vous accompagnez en solo" in page.words) == ({}, True)


def make_address(visitor: Visitor, **typed) -> str:
    visitor.open("/agenda/adresse/")
    page = visitor.press("Faire mon adresse", **typed)
    [address] = ["".join(one.itertext()) for one in page.tree.iter("code")]
    return address.partition("/agenda/")[2]


def test_calendar_follows_ones_own_meetings_and_never_says_what_about(cast, visit, client):
    meet(cast, cast.leader.person, subject="Le secret", place="Cachée")
    meet(cast, cast.leader.person, days=5, cancelled_at=NOW, cancelled_because="La neige")
    meet(cast, cast.staff.person, days=6)
    NextStepFactory(trajectory=cast.trajectory_a, text="Promis", owner=cast.leader.person, due_on=timezone.localdate())
    answer = client.get(f"/agenda/{make_address(visit('leader'))}")
    written = answer.content.decode()
    events = Calendar.from_ical(answer.content).events
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [(one["SUMMARY"], one["STATUS"]) for one in events] == [
        ("Rencontre", "CONFIRMED"),
        ("Rencontre", "CANCELLED"),
        ("Prochain pas", "CONFIRMED"),
    ]
    assert [word for word in ("secret", "Cachée", "neige", "Promis", "Alpha") if word in written] == []
    assert "METHOD" not in Calendar.from_ical(answer.content)


def test_calendar_names_the_structures_for_whoever_chose_so(cast, visit, client):
    meet(cast, cast.leader.person)
    address = make_address(visit("leader"), names_structures="on")
    [event] = Calendar.from_ical(client.get(f"/agenda/{address}").content).events
    assert event["SUMMARY"] == "Rencontre · Alpha"


def test_calendar_that_did_not_change_is_not_sent_again(cast, visit, client):
    made, path = meet(cast, cast.leader.person), f"/agenda/{make_address(visit('leader'))}"
    etag = client.get(path)["ETag"]
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        again = client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        Appointment.objects.filter(pk=made.pk).update(starts_at=made.starts_at + timedelta(hours=1))
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_address_closed_remade_or_of_a_closed_account_opens_nothing(cast, visit, client):
    leader = visit("leader")
    first = f"/agenda/{make_address(leader)}"
    leader.open("/agenda/adresse/")
    page = leader.press("Faire une autre adresse")
    second = "/agenda/" + next("".join(one.itertext()) for one in page.tree.iter("code")).partition("/agenda/")[2]
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    leader.open("/agenda/adresse/")
    leader.press("Fermer mon adresse")
    assert client.get(second).status_code == 404
    third = f"/agenda/{make_address(leader)}"
    assert client.get(third).status_code == 200
    cast.leader.is_active = False
    cast.leader.save()
    assert client.get(third).status_code == 404


def test_address_is_kept_as_a_digest_and_shown_once(cast, visit):
    leader = visit("leader")
    token = make_address(leader).removeprefix("flux/").removesuffix(".ics")
    feed = cast.leader.agenda_feed
    assert (len(token) >= 43, len(feed.digest), token in feed.digest) == (True, 64, False)
    assert token not in leader.open("/agenda/adresse/").words


def test_log_does_not_keep_the_address():
    said = ("/agenda/flux/abc.ics",)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", said, None)
    assert DiscreetFormatter("%(message)s").format(record) == "Not Found: /agenda/flux/…"


def test_somebody_who_left_the_structure_follows_its_meetings_no_more(cast, visit, client):
    gone = MembershipFactory(structure=cast.structure_a, person=cast.nobody.person, role=LocalRole.STAFF)
    meet(cast, cast.nobody.person)
    path = f"/agenda/{make_address(visit('nobody'))}"
    assert len(Calendar.from_ical(client.get(path).content).events) == 1
    gone.until = timezone.localdate()
    gone.save()
    assert Calendar.from_ical(client.get(path).content).events == []


def test_links_lead_somewhere(cast, visit):
    page = visit("practitioner").open("/agenda/")
    assert page.links["Trouver un moment à deux"] == reverse("free_places")
    assert page.links["Dans mon calendrier"] == reverse("agenda_address")
