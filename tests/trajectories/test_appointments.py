"""Appointments: planned, moved, cancelled with a word; who is invited answers, and an intervention comes of it."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Notice
from efc_platform.backstage import mails
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Membership
from tests.factories.people import PersonFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.appointments import appointment_values
from trajectories.invitations import answer_url
from trajectories.models import Answer, Appointment, Place

NOW = datetime(2024, 11, 20, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan(cast):
    def made(*people, **values) -> Appointment:
        chosen = {"starts_at": LATER, "minutes": 90, "subject": "Relire les écarts", "place": "À l’atelier"} | values
        return operations.plan_appointment(
            by=cast.practitioner, trajectory=cast.trajectory_a, guests=[one.person for one in people], **chosen
        )

    return made


def change(by, appointment: Appointment, *people, **values) -> Appointment:
    names = ("starts_at", "minutes", "subject", "place", "link", "modality")
    kept = {name: getattr(appointment, name) for name in names}
    return operations.edit_appointment(
        by=by,
        appointment=appointment,
        expected_version=appointment.version,
        guests=[one.person for one in people],
        **kept | values,
    )


def answers(appointment: Appointment) -> dict[str, str]:
    return {one.person.display_name: one.answer for one in appointment.guests.select_related("person")}


def letters() -> list:
    """Each mail that left, the oldest first."""
    for job in Job.objects.filter(kind="mail").order_by("pk"):
        run_job(job.pk)
    return list(mail.outbox)


def parts_of(letter) -> list:
    """As a mail reader takes it apart, from what went over the wire."""
    return list(message_from_bytes(letter.message().as_bytes(linesep="\r\n")).walk())


def calendars() -> list[tuple[str, Calendar]]:
    """To whom each went, and the iCalendar part as the reader parses it."""
    found = []
    for letter in letters():
        parts = [one for one in parts_of(letter) if one.get_content_type() == "text/calendar"]
        found += [(letter.to[0], Calendar.from_ical(one.get_payload(decode=True))) for one in parts]
    return found


def event_of(calendar: Calendar):
    [event] = calendar.events
    return event


def test_nobody_is_invited_but_whoever_plans(cast, plan):
    assert answers(plan()) == {cast.practitioner.person.display_name: Answer.YES}
    assert letters() == []


def test_only_people_around_the_structure_are_invited(cast, plan):
    with pytest.raises(OperationRefused, match="On invite les personnes de la structure") as refusal:
        plan(cast.leader, cast.leader_b)
    assert (refusal.value.field, Appointment.objects.count()) == ("guests", 0)


def test_invitation_is_a_request_that_calendars_understand(cast, plan):
    made = plan(cast.leader, link="https://visio.example/salle")
    [letter] = letters()
    [part] = [one for one in parts_of(letter) if one.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    [file] = [one for one in parts_of(letter) if one.get_filename()]
    assert (file.get_filename(), file.get_payload(decode=True)) == ("invitation.ics", part.get_payload(decode=True))
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    event = event_of(calendar)
    assert event["UID"] == f"{made.public_id}@trajectoires-efc"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (LATER, LATER + timedelta(minutes=90))
    assert event["DTSTAMP"].dt == NOW
    assert event["SUMMARY"] == "Relire les écarts · Alpha"
    assert event["LOCATION"] == "À l’atelier"
    assert "https://visio.example/salle" in event["DESCRIPTION"]


def test_guest_alone_is_named_beside_whoever_invites(cast, plan):
    plan(cast.leader, cast.staff)
    for to, calendar in calendars():
        event = event_of(calendar)
        assert str(event["ATTENDEE"]) == f"mailto:{to}"
        assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
        assert event["ATTENDEE"].params["RSVP"] == "TRUE"
        assert str(event["ORGANIZER"]) == f"mailto:{cast.practitioner.email}"
        assert event["ORGANIZER"].params["CN"] == cast.practitioner.person.display_name
        assert event["ORGANIZER"].params["SENT-BY"].startswith("mailto:")
    assert [to for to, _calendar in calendars()] == [cast.leader.email, cast.staff.email]


def test_lines_are_folded_and_end_as_the_standard_wants(cast, plan):
    plan(cast.leader, subject="é" * 150, place="Ici, là ; ou \\ ailleurs")
    [letter] = letters()
    [file] = [one.get_payload(decode=True) for one in parts_of(letter) if one.get_filename()]
    lines = file.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    assert event_of(Calendar.from_ical(file))["LOCATION"] == "Ici, là ; ou \\ ailleurs"


def test_name_of_whoever_leaves_is_forgotten_in_the_calendar_of_a_mail_that_waits(cast, plan):
    cast.practitioner.person.first_name, cast.practitioner.person.last_name = "Inès", "de la Fontaine-Saint-Martin"
    cast.practitioner.person.save()
    plan(cast.leader)
    mails.erase_name(name="Inès de la Fontaine-Saint-Martin")
    [(_to, calendar)] = calendars()
    assert event_of(calendar)["ORGANIZER"].params["CN"] == "une personne partie"


def test_moving_it_sends_a_higher_revision_and_asks_again(cast, plan):
    made = plan(cast.leader, cast.staff)
    operations.answer_appointment(by=cast.leader, appointment=made, answer=Answer.YES)
    changed = change(cast.practitioner, made, cast.leader, cast.staff, starts_at=LATER + timedelta(days=1))
    assert set(answers(changed).values()) == {Answer.YES, Answer.WAITING}
    assert answers(changed)[cast.practitioner.person.display_name] == Answer.YES
    sent = [(to, event_of(one)) for to, one in calendars()]
    assert [event["SEQUENCE"] for _to, event in sent] == [0, 0, 1, 1]
    assert len({event["UID"] for _to, event in sent}) == 1
    assert sent[2][1]["DTSTART"].dt == LATER + timedelta(days=1)


def test_saving_without_a_change_tells_nobody(cast, plan):
    made = plan(cast.leader)
    before = len(letters())
    assert change(cast.practitioner, made, cast.leader).sequence == 0
    assert len(letters()) == before


def test_another_place_keeps_the_answers(cast, plan):
    made = plan(cast.leader)
    operations.answer_appointment(by=cast.leader, appointment=made, answer=Answer.YES)
    assert set(answers(change(cast.practitioner, made, cast.leader, place="À la mairie")).values()) == {Answer.YES}


def test_who_is_no_longer_invited_receives_a_cancellation_and_may_be_invited_again(cast, plan):
    made = plan(cast.leader, cast.staff)
    changed = change(cast.practitioner, made, cast.leader)
    change(cast.practitioner, changed, cast.leader, cast.staff)
    sent = [(to, one["METHOD"], event_of(one)["SEQUENCE"]) for to, one in calendars() if to == cast.staff.email]
    assert sent == [
        (cast.staff.email, "REQUEST", 0),
        (cast.staff.email, "CANCEL", 1),
        (cast.staff.email, "REQUEST", 1),
    ]


def test_cancelled_appointment_stays_with_its_reason_and_calendars_drop_it(cast, plan):
    made = operations.cancel_appointment(by=cast.leader, appointment=plan(cast.staff), because="La neige")
    assert list(Appointment.objects.upcoming()) == []
    assert (made.cancelled_by, made.cancelled_because) == (cast.leader.person, "La neige")
    to, calendar = calendars()[-1]
    event = event_of(calendar)
    assert (to, calendar["METHOD"]) == (cast.staff.email, "CANCEL")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    for refused in (
        lambda: operations.cancel_appointment(by=cast.leader, appointment=made, because="Encore"),
        lambda: change(cast.leader, made),
        lambda: operations.answer_appointment(by=cast.staff, appointment=made, answer=Answer.YES),
    ):
        with pytest.raises(OperationRefused, match="annulé"):
            refused()


def test_past_appointment_is_not_changed_any_more(cast, plan):
    made = plan(cast.leader)
    with time_machine.travel(LATER + timedelta(days=1), tick=False), pytest.raises(OperationRefused, match="est passé"):
        change(cast.practitioner, made, cast.leader)


def test_edit_overtaken_by_another_is_stale(cast, plan):
    made = plan(cast.leader)
    change(cast.leader, made, cast.leader, place="Ailleurs")
    with pytest.raises(StaleEdit):
        change(cast.practitioner, made, cast.leader, place="Ici")


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "volunteer", "leader_b", "other_practitioner"])
def test_who_does_not_steer_neither_moves_nor_cancels_it(cast, plan, name):
    made, user = plan(cast.staff), cast.users[name]
    for refused in (
        lambda: change(user, made, place="Ailleurs"),
        lambda: operations.cancel_appointment(by=user, appointment=made, because="Non"),
        lambda: operations.set_reminders(by=user, appointment=made, paused=True),
    ):
        with pytest.raises(OperationRefused, match="Seules la direction"):
            refused()


def test_planner_learns_of_an_answer_and_not_which(cast, plan):
    made = plan(cast.leader)
    operations.answer_appointment(by=cast.leader, appointment=made, answer=Answer.NO)
    operations.answer_appointment(by=cast.leader, appointment=made, answer=Answer.NO)
    [told] = Notice.objects.filter(recipient=cast.practitioner)
    assert told.title == "Une réponse à votre invitation · Alpha"
    with pytest.raises(OperationRefused, match="personnes invitées"):
        operations.answer_appointment(by=cast.staff, appointment=made, answer=Answer.YES)


def test_what_it_became_is_not_told_to_whoever_left(cast, plan):
    made = plan(cast.staff)
    Membership.objects.filter(person=cast.staff.person).update(until=timezone.localdate())
    before = len(letters())
    change(cast.practitioner, made, cast.staff, place="Un autre lieu")
    assert len(letters()) == before


def test_somebody_without_an_account_answers_by_the_link_of_their_mail(cast, plan, client):
    guest = PersonFactory(email="sans-compte@essai.example")
    MembershipFactory(structure=cast.structure_a, person=guest)
    made = operations.plan_appointment(
        by=cast.practitioner, trajectory=cast.trajectory_a, starts_at=LATER, minutes=60, subject="x", guests=[guest]
    )
    [letter] = letters()
    link = answer_url(made.guests.get(person=guest))
    assert (letter.to, link in letter.body) == (["sans-compte@essai.example"], True)
    visitor = Visitor(client)
    path = link.removeprefix("http://testserver").partition("/rendez-vous")[2]
    visitor.open(f"/rendez-vous{path}")
    assert answers(made)[guest.display_name] == Answer.WAITING
    page = visitor.press("Je viens")
    assert "votre réponse : vient" in page.words
    assert answers(made)[guest.display_name] == Answer.YES


def test_link_of_somebody_else_or_of_nobody_opens_nothing(plan, cast, client):
    made = plan(cast.leader)
    token = answer_url(made.guests.get(person=cast.leader.person)).rstrip("/").rpartition("/")[2]
    assert client.get(reverse("appointment_answer", args=[f"{token}x"])).status_code == 404
    change(cast.practitioner, made)
    assert client.get(reverse("appointment_answer", args=[token])).status_code == 404


def test_coordination_sees_when_and_where_but_not_what_about_nor_who(cast, plan, signed_in):
    made = plan(cast.leader, link="https://visio.example/salle")
    seen = Visitor(signed_in(cast.coordinator)).open(made.get_absolute_url()).words
    read = Visitor(signed_in(cast.staff)).open(made.get_absolute_url()).words
    for words in ("Relire les écarts", "visio.example", cast.leader.person.display_name):
        assert (words in read, words in seen) == (True, False)
    assert "À l’atelier" in seen


def test_page_lets_one_answer_change_and_cancel(cast, plan, signed_in):
    made = plan(cast.leader)
    nadia = Visitor(signed_in(cast.leader))
    nadia.open(made.get_absolute_url())
    page = nadia.press("Peut-être")
    assert "Votre réponse : viendra peut-être." in page.section("Venez-vous ?")
    nadia.click("Modifier")
    page = nadia.press("Enregistrer", place="À la mairie", version="1")
    assert "À la mairie" in page.section("En pratique")
    nadia.click("Annuler ce rendez-vous")
    page = nadia.press("Annuler ce rendez-vous", because="La neige")
    assert "Ce rendez-vous est annulé. La neige" in page.words


def test_two_people_who_edit_see_both_texts(cast, plan, signed_in):
    made = plan(cast.leader)
    ines = Visitor(signed_in(cast.practitioner))
    ines.open(reverse("appointment_edit", args=[made.public_id]))
    change(cast.leader, made, cast.leader, place="Ailleurs")
    page = ines.press("Enregistrer", place="Ici")
    assert "Ailleurs" in page.words
    assert page.typed("place") == "Ici"


def test_intervention_starts_from_what_the_appointment_knows(cast, plan):
    made = plan(cast.leader, cast.staff, modality="partner_meeting")
    operations.answer_appointment(by=cast.staff, appointment=made, answer=Answer.NO)
    assert appointment_values(made) == {
        "occurred_on": timezone.localdate(LATER),
        "minutes": 90,
        "modality": "partner_meeting",
        "title": "Relire les écarts",
        "location": "À l’atelier",
        "place": Place.ON_SITE,
        "with_whom": cast.leader.person.display_name,
    }


def test_modality_of_the_network_is_planned_read_and_noted(cast, signed_in):
    added = operations.add_modality(by=cast.coordinator, name="Marche commune")
    client = signed_in(cast.practitioner)
    page = Visitor(client)
    page.open(reverse("appointment_new", args=[cast.trajectory_a.public_id]))
    typed = {"starts_at": "2024-11-29T09:00", "minutes": "2 h", "subject": "Le long du canal"}
    page.press("Enregistrer", modality=f"reseau-{added.pk}", **typed)
    made = Appointment.objects.get()
    assert (made.modality, made.added_modality) == ("other", added)
    assert "<dd>Marche commune</dd>" in client.get(made.get_absolute_url()).content.decode()
    operations.change_modality(by=cast.coordinator, modality=added, name="Marche", is_retired=True, expected_version=1)
    edited = client.get(reverse("appointment_edit", args=[made.public_id])).context["form"]
    assert dict(edited.fields["modality"].choices)[edited["modality"].value()] == "Marche"
    assert appointment_values(made)["modality"] == f"reseau-{added.pk}"


def test_past_appointment_is_to_be_noted_by_who_went_until_it_is(cast, plan):
    made = plan(cast.leader)
    assert list(Appointment.objects.to_note(cast.practitioner)) == []
    with time_machine.travel(LATER + timedelta(hours=3), tick=False):
        assert list(Appointment.objects.to_note(cast.practitioner)) == [made]
        held = InterventionFactory(created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a})
        operations.appointment_held(by=cast.practitioner, appointment=made, intervention=held)
        assert list(Appointment.objects.to_note(cast.practitioner)) == []
        with pytest.raises(OperationRefused, match="est passé"):
            operations.cancel_appointment(by=cast.practitioner, appointment=made, because="Non")


def test_intervention_elsewhere_does_not_say_that_it_took_place(cast, plan):
    elsewhere = InterventionFactory(share={"trajectory": cast.trajectory_b})
    with pytest.raises(OperationRefused, match="ne concerne pas"):
        operations.appointment_held(by=cast.practitioner, appointment=plan(), intervention=elsewhere)
    ours = InterventionFactory(share={"trajectory": cast.trajectory_a})
    with pytest.raises(OperationRefused, match="Seules les personnes qui accompagnent"):
        operations.appointment_held(by=cast.leader, appointment=plan(), intervention=ours)


def test_list_strikes_what_is_cancelled_and_offers_to_note_what_is_past(cast, plan, signed_in):
    operations.cancel_appointment(by=cast.leader, appointment=plan(), because="La neige")
    plan(starts_at=NOW + timedelta(days=1))
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        page = Visitor(signed_in(cast.practitioner)).open(reverse("appointments", args=[cast.trajectory_a.public_id]))
    assert len(list(page.tree.iter("s"))) == 1
    assert [text for text in page.links if text.startswith("Noter cette intervention")] != []


def test_list_goes_on_after_its_first_page(cast, plan, signed_in):
    for day in range(1, 22):
        plan(starts_at=NOW + timedelta(days=day))
    visitor = Visitor(signed_in(cast.practitioner))
    page = visitor.open(reverse("appointments", args=[cast.trajectory_a.public_id]))
    [following] = [one for one in page.tree.iter("a") if one.get("rel") == "next"]
    assert following.get("href") == "?page=2"
    assert visitor.open(page.address + "?page=2").status == 200
