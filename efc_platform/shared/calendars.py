"""iCalendar as other programs read it: invitations (RFC 5545, 5546, 6047) and calendars to follow."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCER = "-//Trajectoires EFC//Agenda//FR"
# What follows a calendar is asked to come back no more often than this.
REFRESHED = timedelta(hours=4)


@dataclass(frozen=True)
class Mailbox:
    """Somebody with an address; `sent_by` is the address that writes for them."""

    name: str
    address: str
    sent_by: str = ""


@dataclass(frozen=True)
class Happening:
    """One thing with its day, or its hours. `uid` and `sequence` are what a program recognises it and its revisions
    by; `stamp` is when it was last revised; `answer` is what the guest said (PARTSTAT)."""

    uid: str
    begins: datetime | date
    ends: datetime | date
    summary: str
    stamp: datetime
    sequence: int = 0
    is_cancelled: bool = False
    url: str = ""
    place: str = ""
    about: str = ""
    organiser: Mailbox | None = None
    guest: Mailbox | None = None
    answer: str = "NEEDS-ACTION"

    def cancelled(self) -> "Happening":
        return replace(self, is_cancelled=True)


def write_invitation(method: str, happening: Happening) -> str:
    """A message to one guest, who alone is named in it: REQUEST, or CANCEL."""
    calendar = _calendar([happening])
    calendar.add("method", method)
    return calendar.to_ical().decode()


def write_calendar(name: str, happenings: Iterable[Happening]) -> bytes:
    """What somebody follows. Without METHOD: nobody is asked for anything."""
    calendar = _calendar(happenings)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText("PT4H"))
    return calendar.to_ical()


def unfolded(written: str) -> str:
    """One line for one property, so that words are found in it whole."""
    return written.replace("\r\n ", "").replace("\r\n\t", "")


def folded(written: str) -> tuple[str, str]:
    """The method, and the text as it travels: no line above 75 octets."""
    calendar = Calendar.from_ical(written)
    return str(calendar["METHOD"]), calendar.to_ical().decode()


def _calendar(happenings: Iterable[Happening]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for one in happenings:
        calendar.add_component(_event(one))
    return calendar


def _event(one: Happening) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", _instant(one.stamp))
    event.add("dtstart", _instant(one.begins))
    event.add("dtend", _instant(one.ends))
    event.add("sequence", one.sequence)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    event.add("summary", one.summary)
    for name, value in (("url", one.url), ("location", one.place), ("description", one.about)):
        if value:
            event.add(name, value)
    # A day that is due takes none of one's time.
    event.add("transp", "OPAQUE" if isinstance(one.begins, datetime) else "TRANSPARENT")
    _add_people(event, one)
    return event


def _instant(value: datetime | date) -> datetime | date:
    """In universal time, which every program reads alike and which needs no description of a zone."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _add_people(event: Event, one: Happening) -> None:
    if one.organiser:
        address = _address(one.organiser)
        if one.organiser.sent_by:
            address.params["SENT-BY"] = f"mailto:{one.organiser.sent_by}"
        event["ORGANIZER"] = address
    if one.guest:
        address = _address(one.guest)
        address.params |= {"ROLE": vText("REQ-PARTICIPANT"), "CUTYPE": vText("INDIVIDUAL")}
        address.params |= {"PARTSTAT": vText(one.answer), "RSVP": vText("TRUE")}
        event.add("attendee", address, encode=False)


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        address.params["CN"] = vText(mailbox.name)
    return address
