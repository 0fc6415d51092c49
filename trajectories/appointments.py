"""What an appointment says elsewhere (in a calendar, in the intervention it becomes), and whom one may invite to it."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from efc_platform.shared.calendars import Happening, Mailbox
from efc_platform.shared.mail import absolute_url
from structures.models import practising
from trajectories.models import Answer, Appointment, AppointmentGuest, Participation, Place, Trajectory

# PARTSTAT, for each answer (RFC 5545, 3.2.12).
_PARTSTAT = {
    Answer.WAITING: "NEEDS-ACTION",
    Answer.YES: "ACCEPTED",
    Answer.NO: "DECLINED",
    Answer.PERHAPS: "TENTATIVE",
}


def address_of(person: Person) -> str:
    """The account's address, else the one written down to reach the person; empty when there is none."""
    user = getattr(person, "user", None)
    return user.email if user and user.is_active else person.email


def invitable(trajectory: Trajectory) -> QuerySet[Person]:
    """The people of the structure, those who accompany it, and those who took part before and left an address."""
    structure = trajectory.structure_id
    here = trajectory.structure.memberships.current().values("person")
    with_it = practising().filter(structure=structure).values("practitioner")
    came = Participation.objects.filter(intervention__shares__trajectory__structure=structure, person__isnull=False)
    met = Q(pk__in=came.values("person")) & ~Q(email="")
    return Person.objects.filter(Q(pk__in=here) | Q(pk__in=with_it) | met).select_related("user")


def offered(trajectory: Trajectory, *, planner: Person, appointment: Appointment | None = None) -> QuerySet[Person]:
    """Whom the form offers to invite: those one may, and those who already are; whoever plans it comes anyway."""
    choices = invitable(trajectory)
    if appointment:
        invited = Person.objects.filter(pk__in=appointment.guests.values("person")).select_related("user")
        choices = choices | invited
    return choices.exclude(pk=planner.pk).distinct()


def guests_of(appointment: Appointment) -> list[AppointmentGuest]:
    """By name, each with the account they may have."""
    guests = appointment.guests.select_related("person__user")
    return list(guests.order_by("person__last_name", "person__first_name", "pk"))


def appointment_values(appointment: Appointment) -> dict[str, Any]:
    """What the form of an intervention starts from when it tells how this appointment went."""
    values: dict[str, Any] = {
        "occurred_on": timezone.localdate(appointment.starts_at),
        "minutes": appointment.minutes,
        "title": appointment.subject[:160],
        "location": appointment.place[:160],
        "place": Place.REMOTE if appointment.link and not appointment.place else Place.ON_SITE,
        "with_whom": _with_whom(appointment),
    }
    return values | ({"modality": appointment.code} if appointment.code else {})


def _with_whom(appointment: Appointment) -> str:
    """Those invited who did not say no; who accompanies leads the intervention, and is not among those met."""
    leading = practising().filter(structure=appointment.trajectory.structure_id).values("practitioner")
    coming = appointment.guests.exclude(answer=Answer.NO).exclude(person__in=leading).select_related("person")
    return ", ".join(guest.person.display_name for guest in coming)


def uid_of(appointment: Appointment) -> str:
    """The same for ever, wherever the platform moves: calendars recognise the meeting by it."""
    return f"{appointment.public_id}@trajectoires-efc"


def happening_of(guest: AppointmentGuest, appointment: Appointment) -> Happening:
    """The meeting as one guest reads it: they alone are named beside who invites them."""
    where = appointment.place or appointment.link
    about = [f"Se rejoindre à distance\u00a0: {appointment.link}" if appointment.link and appointment.place else ""]
    url = absolute_url(reverse("appointment", args=[appointment.public_id]))
    return Happening(
        uid=uid_of(appointment),
        begins=appointment.starts_at,
        ends=appointment.starts_at + timedelta(minutes=appointment.minutes),
        summary=f"{appointment.subject} · {appointment.trajectory.structure.name}",
        stamp=timezone.now(),
        sequence=appointment.sequence,
        url=url,
        place=where,
        about="\n".join(part for part in about if part),
        organiser=organiser_of(appointment),
        guest=Mailbox(guest.person.display_name, address_of(guest.person)),
        answer=_PARTSTAT[Answer(guest.answer)],
    )


def organiser_of(appointment: Appointment) -> Mailbox:
    """Whoever planned it, for whom the platform writes: an answer given in a mail reader reaches them."""
    platform = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    address = address_of(appointment.created_by)
    if not address:
        return Mailbox("Trajectoires EFC", platform)
    return Mailbox(appointment.created_by.display_name, address, sent_by=platform)
