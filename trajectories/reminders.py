"""When the reminders of an appointment and of a round leave."""

from datetime import date, timedelta

from django.utils import timezone

from trajectories.models import Appointment, Round

# Two days before, by the clock of the morning.
REMINDED_BEFORE = timedelta(days=2)


def day_of_reminder(appointment: Appointment) -> date:
    return timezone.localdate(appointment.starts_at) - REMINDED_BEFORE


def next_reminder(appointment: Appointment) -> date | None:
    """The day it leaves; nothing when that day has passed, or the meeting will not take place."""
    day = day_of_reminder(appointment)
    return day if day >= timezone.localdate() and appointment.cancelled_at is None else None


# Of a round, counted from the day it opens; after that day, for a view that is still waited for.
_ROUND_REMINDED = (-7, -1, 7, 21)
# The morning after makes up for a clock that was stopped.
_MADE_UP_FOR = timedelta(days=1)


def round_reminder_days(tour: Round) -> list[date]:
    return [tour.opens_on + timedelta(days=days) for days in _ROUND_REMINDED]


def round_reminder_of(tour: Round, today: date) -> date | None:
    """The reminder that leaves today, named by its day."""
    return next((day for day in round_reminder_days(tour) if day <= today <= day + _MADE_UP_FOR), None)


def next_round_reminder(tour: Round) -> date | None:
    """The day the next one leaves; nothing once all have left, or the round is open."""
    ahead = (day for day in round_reminder_days(tour) if day > timezone.localdate())
    return None if tour.is_open else next(ahead, None)
