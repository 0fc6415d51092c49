"""When the reminder of an appointment leaves."""

from datetime import date, timedelta

from django.utils import timezone

from trajectories.models import Appointment

# Two days before, by the clock of the morning.
REMINDED_BEFORE = timedelta(days=2)


def day_of_reminder(appointment: Appointment) -> date:
    return timezone.localdate(appointment.starts_at) - REMINDED_BEFORE


def next_reminder(appointment: Appointment) -> date | None:
    """The day it leaves; nothing when that day has passed, or the meeting will not take place."""
    day = day_of_reminder(appointment)
    return day if day >= timezone.localdate() and appointment.cancelled_at is None else None
