"""Who is told what of an appointment: those invited, by a mail that their calendar understands.

An invitation is the one mail that says what a meeting is about: whoever is invited to it may know, and a calendar
that says less is of no use. It goes to one person, whom it names alone.
"""

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.urls import reverse

from accounts.models import Category, Person, User
from accounts.notices import SUBJECTS, tell
from efc_platform.backstage import mails
from efc_platform.shared.calendars import write_invitation
from efc_platform.shared.mail import absolute_url
from trajectories.appointments import address_of, happening_of, invitable
from trajectories.models import Answer, Appointment, AppointmentGuest

_SIGNER = signing.Signer(salt="trajectories.appointments.answer")
_TITLES = {
    "invited": "Vous êtes invité·e à un rendez-vous",
    "moved": "Un rendez-vous a changé",
    "cancelled": "Un rendez-vous est annulé",
    "uninvited": "Vous n’êtes plus attendu·e à un rendez-vous",
    "reminder": "Un rendez-vous approche",
}


def answer_url(guest: AppointmentGuest) -> str:
    """The link by which somebody answers without signing in, until the meeting."""
    return absolute_url(reverse("appointment_answer", args=[_SIGNER.sign_object(guest.pk)]))


def read_answer(token: str) -> AppointmentGuest | None:
    """The invitation the link belongs to; nothing for one that we did not sign, or who is no longer invited."""
    try:
        key = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    guests = AppointmentGuest.objects.select_related("person__user", "appointment__trajectory__structure")
    return guests.select_related("appointment__created_by").filter(pk=key).first()


def invite_guests(appointment: Appointment, guests: Iterable[AppointmentGuest], *, by: Person) -> None:
    for guest in guests:
        _tell(appointment, guest, "invited", "REQUEST", by=by)


def tell_appointment_moved(appointment: Appointment, guests: Iterable[AppointmentGuest], *, by: Person) -> None:
    """Those who are still of the structure, accompany it, or came: what it became is nobody else's."""
    for guest in _still_known(appointment, guests):
        _tell(appointment, guest, "moved", "REQUEST", by=by)


def uninvite_guests(appointment: Appointment, guests: Iterable[AppointmentGuest]) -> None:
    for guest in guests:
        _tell(appointment, guest, "uninvited", "CANCEL")


def tell_appointment_cancelled(appointment: Appointment, *, by: Person) -> None:
    for guest in appointment.guests.select_related("person__user"):
        _tell(appointment, guest, "cancelled", "CANCEL", by=by)


def tell_answered(appointment: Appointment, guest: AppointmentGuest) -> None:
    """Whoever planned it; which answer is behind their sign-in."""
    planner = User.objects.filter(person=appointment.created_by_id)
    key = f"appointment-answer:{guest.pk}:{guest.answered_at:%Y%m%dT%H%M%S%f}"
    title = f"Une réponse à votre invitation · {appointment.trajectory.structure.name}"
    url = appointment.get_absolute_url()
    tell(planner, category=Category.STEPS, about=appointment, by=guest.person, key=key, title=title, url=url)


def reminded(appointment: Appointment) -> list[AppointmentGuest]:
    """The one list of those who are reminded, which the page shows too: invited, who did not say no, whom one may
    still invite, and who have an address."""
    guests = appointment.guests.exclude(answer=Answer.NO).select_related("person__user").order_by("pk")
    return [guest for guest in _still_known(appointment, guests) if address_of(guest.person)]


def remind(appointment: Appointment) -> None:
    for guest in reminded(appointment):
        _tell(appointment, guest, "reminder", "")


def _still_known(appointment: Appointment, guests: Iterable[AppointmentGuest]) -> list[AppointmentGuest]:
    known = set(invitable(appointment.trajectory).values_list("pk", flat=True))
    return [guest for guest in guests if guest.person_id in known]


def _tell(
    appointment: Appointment, guest: AppointmentGuest, what: str, method: str, *, by: Person | None = None
) -> None:
    """Noted here for who has an account, and by mail whatever they chose: a meeting does not wait for the digest."""
    person = guest.person
    if by is not None and by.pk == person.pk:
        return
    user, key = getattr(person, "user", None), _key(appointment, what)
    if user:
        title = f"{_TITLES[what]} · {appointment.trajectory.structure.name}"
        tell([user], about=appointment, key=key, title=title, url=appointment.get_absolute_url())
    if address := address_of(person):
        mails.post(
            key=f"{key}:{person.pk}",
            to=address,
            template=f"emails/appointment_{what}.txt",
            context=_context(appointment, guest),
            calendar=_calendar(appointment, guest, method),
        )


def _key(appointment: Appointment, what: str) -> str:
    """A reminder leaves once for each date; the rest once for each revision."""
    revision = f"{appointment.starts_at:%Y%m%dT%H%M}" if what == "reminder" else appointment.sequence
    return f"appointment-{what}:{appointment.public_id}:{revision}"


def _calendar(appointment: Appointment, guest: AppointmentGuest, method: str) -> str:
    """Whoever planned it is its organiser, and is not asked to come."""
    if not method or guest.person_id == appointment.created_by_id:
        return ""
    happening = happening_of(guest, appointment)
    return write_invitation(method, happening if method == "REQUEST" else happening.cancelled())


def _context(appointment: Appointment, guest: AppointmentGuest) -> dict[str, Any]:
    user = getattr(guest.person, "user", None)
    return {
        "person": guest.person,
        "appointment": appointment,
        "structure": appointment.trajectory.structure,
        "organiser": appointment.created_by,
        "answer_url": answer_url(guest),
        "url": absolute_url(appointment.get_absolute_url()) if user and user.is_active else "",
    }


def register() -> None:
    SUBJECTS.register(Appointment._meta.label, Appointment.objects.visible_to)
