"""Leaving: asked for, waited for, called off or carried out; then nobody here is named any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import personal_data
from accounts.models import Departure, DepartureReason, Person, User
from accounts.notifications import tell_departure_asked
from accounts.personal_data import Leaving
from efc_platform.backstage import operations as backstage
from efc_platform.shared.errors import OperationRefused

DEPARTURE = "departure"


@transaction.atomic
def ask_to_leave(*, by: User, withdraws_texts: bool = False) -> Departure:
    """Writes down that a person wants to be forgotten (RGPD, article 17); it is done after a delay in which they may
    think again. Asked twice it is asked once.

    OperationRefused as long as a structure would be left without anybody in charge.
    """
    person = Person.objects.select_for_update().get(pk=by.person_id)
    if pending := Departure.objects.pending().filter(person=person).first():
        return pending
    if obstacles := personal_data.what_keeps(person):
        raise OperationRefused(" ".join(obstacles))
    now = timezone.now()
    departure = Departure.objects.create(
        person=person,
        withdraws_texts=withdraws_texts,
        requested_at=now,
        due_at=now + timedelta(days=settings.RETENTION["departure"]),
    )
    backstage.enqueue(
        kind=DEPARTURE,
        key=f"{DEPARTURE}:{departure.public_id}",
        payload={"departure": str(departure.public_id)},
        not_before=departure.due_at,
    )
    tell_departure_asked(departure, by)
    return departure


@transaction.atomic
def call_off_departure(*, by: User) -> None:
    """The person stays after all: nothing has been erased yet."""
    Person.objects.select_for_update().get(pk=by.person_id)
    Departure.objects.pending().filter(person=by.person_id).update(called_off_at=timezone.now())


@transaction.atomic
def carry_out_departure(*, departure: Departure) -> bool:
    """Forgets the person everywhere, in one transaction; gives whether it did. Called off, or done already, it does
    nothing. The clock does it, nobody acts.

    Each application forgets its own part, people last, since their names and addresses are what the others look for.
    """
    current = Departure.objects.select_for_update().get(pk=departure.pk)
    person = Person.objects.select_for_update().get(pk=current.person_id)
    if current.called_off_at or current.done_at:
        return False
    user = User.objects.filter(person=person).first()
    leaving = Leaving(
        person=person,
        user=user,
        full_name=person.display_name,
        emails=frozenset({person.email.lower(), user.email.lower() if user else ""} - {""}),
        withdraws_texts=current.withdraws_texts,
    )
    for part in reversed(personal_data.parts()):
        part.forget(leaving)
    current.done_at = timezone.now()
    current.save(update_fields=["done_at"])
    return True


@transaction.atomic
def forget_inactive(*, person: Person, now: datetime) -> Departure:
    """The same, for somebody who was told a month ago and did not come back."""
    departure = Departure.objects.pending().filter(person=person).first() or Departure.objects.create(
        person=person, reason=DepartureReason.INACTIVE, requested_at=now, due_at=now
    )
    carry_out_departure(departure=departure)
    return departure
