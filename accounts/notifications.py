"""What people are told, by mail, about their own account."""

from django.urls import reverse

from accounts.models import Departure, Person, User
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url


def tell_archive_ready(user: User, key: str) -> None:
    """The mail holds none of it: the archive waits behind the sign-in."""
    _tell(user, f"archive-ready:{key}", "emails/archive_ready.txt")


def tell_archive_failed(user: User, key: str) -> None:
    _tell(user, f"archive-failed:{key}", "emails/archive_failed.txt")


def tell_departure_asked(departure: Departure, user: User) -> None:
    """At once, so that whoever did not ask it can still call it off."""
    _tell(user, f"departure:{departure.public_id}", "emails/departure_asked.txt", due_at=departure.due_at)


def tell_departure_kept(user: User, key: str, reasons: list[str]) -> None:
    """The day came, and a structure would have been left without anybody in charge."""
    _tell(user, f"departure-kept:{key}", "emails/departure_kept.txt", reasons=reasons)


def tell_inactive(user: User, *, key: str, gone_on) -> None:
    _tell(user, f"inactive:{user.pk}:{key}", "emails/inactive.txt", gone_on=gone_on)


def tell_coordination_inactive(person: Person, coordinators: list[User], *, key: str) -> None:
    """Somebody in charge has not come for long: nobody is forgotten, coordination looks into it."""
    for one in coordinators:
        context = {"person": one.person, "silent": person, "url": absolute_url(reverse("home"))}
        mails.post(
            key=f"inactive-in-charge:{person.pk}:{key}:{one.pk}",
            to=one.email,
            template="emails/inactive_in_charge.txt",
            context=context,
        )


def _tell(user: User, key: str, template: str, **more) -> None:
    context = {"person": user.person, "url": absolute_url(reverse("my_data")), **more}
    mails.post(key=key, to=user.email, template=template, context=context)
