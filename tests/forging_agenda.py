"""Forged forms of agendas: appointments, answers, private addresses."""

from datetime import timedelta

from django.utils import timezone

from tests.forging import Creation, Edit
from trajectories.models import Appointment

_SOON = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
_CHANGED = {"version", "changed_at", "sequence"}
AGENDA_EDITS = [
    Edit(
        "appointment_edit",
        "appointment",
        "leader",
        {"starts_at": _SOON, "minutes": "2 h", "subject": "Autrement", "version": 1},
        lambda world: world.appointment,
        {"starts_at", "minutes", "subject", "place", "link", "modality", *_CHANGED},
        sent_of=lambda world: {"guests": [str(one.person.public_id) for one in world.appointment.guests.all()[1:]]},
    ),
    Edit(
        "appointment_cancel",
        "appointment",
        "practitioner",
        {"because": "La neige"},
        lambda world: world.appointment,
        {"cancelled_at", "cancelled_by_id", "cancelled_because", *_CHANGED},
    ),
    Edit(
        "appointment_reminders",
        "appointment",
        "practitioner",
        {"pause": "1"},
        lambda world: world.appointment,
        {"reminders_paused"},
    ),
    Edit(
        "appointment_reply",
        "appointment",
        "leader",
        {"answer": "yes"},
        lambda world: world.appointment.guests.latest("pk"),
        {"answer", "answered_at"},
    ),
]
AGENDA_CREATIONS = [
    Creation(
        "appointment_new",
        "trajectory",
        "leader",
        lambda cast, world: {
            "starts_at": _SOON,
            "minutes": "2 h",
            "subject": "Rencontre",
        },
        Appointment,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.leader.person},
    ),
]
