"""The forms of trainings, as they are sent when nothing is forged, and what each may write."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.cast import Cast
from tests.factories.trainings import just_now
from tests.factories.world import World
from tests.forging import Creation, Edit
from trainings.models import Enrolment, HalfDay, Session, Training
from trainings.queries import candidates

SHEET = {
    "title": "Décrire",
    "modality": "work_organisation",
    "regime": "training",
    "summary": "En bref.",
    "objectives": "- Voir",
    "audience": "Les équipes",
    "content": "On raconte.",
}
SLOT = {
    "demi-TOTAL_FORMS": "1",
    "demi-INITIAL_FORMS": "0",
    "demi-0-day": (timezone.localdate() + timedelta(days=30)).isoformat(),
    "demi-0-begins": "09:00",
    "demi-0-ends": "12:00",
}


def _trained(cast: Cast) -> dict[str, Any]:
    return {"place": "La Minoterie", "capacity": "8", "trainers": [cast.trainer.person.pk]} | SLOT


def _begun(world: World) -> HalfDay:
    """The first half-day of the session, as it begins."""
    half_day, slot = world.session.half_days.first(), just_now()[0]
    HalfDay.objects.filter(pk=half_day.pk).update(starts_at=slot.starts_at, minutes=slot.minutes)
    Session.objects.filter(pk=world.session.pk).update(begins_at=slot.starts_at)
    return HalfDay.objects.get(pk=half_day.pk)


TRAINING_EDITS = [
    Edit(
        "training_edit",
        "training",
        "trainer",
        SHEET | {"version": 1},
        lambda world: world.training,
        {*SHEET, "prerequisites", "search", "version"},
    ),
    Edit(
        "session_edit",
        "session",
        "coordinator",
        {"place": "La Minoterie", "capacity": "8", "version": 1} | SLOT,
        lambda world: world.session,
        {"place", "address", "information", "capacity", "cohort", "cohort_id", "is_public"}
        | {"begins_at", "ends_at", "version"},
        lambda world: {"trainers": [one.pk for one in world.session.trainers.all()]},
    ),
    Edit(
        "session_cancel",
        "session",
        "trainer",
        {"because": "Neige"},
        lambda world: world.session,
        {"cancelled_at", "cancelled_because", "version"},
    ),
    Edit(
        "attendance",
        "half_day",
        "trainer",
        {"version": 1},
        _begun,
        {"taken_at", "taken_by_id", "version"},
    ),
    Edit("enrolment_cancel", "enrolment", "leader", {}, lambda world: world.enrolment, {"state", "cancelled_at"}),
]
TRAINING_CREATIONS = [
    Creation(
        "training_new",
        None,
        "trainer",
        lambda cast, world: SHEET,
        Training,
        lambda cast, world: {"created_by": cast.trainer.person, "version": 1},
    ),
    Creation(
        "session_new",
        "training",
        "trainer",
        lambda cast, world: _trained(cast),
        Session,
        lambda cast, world: {
            "training": world.training,
            "cancelled_at": None,
            "cancelled_because": "",
            "begins_on": timezone.localdate() + timedelta(days=30),
            "version": 1,
        },
    ),
    Creation(
        "enrol",
        "session",
        "leader",
        lambda cast, world: {"people": [candidates(cast.leader, world.session)[0].key]},
        Enrolment,
        lambda cast, world: {
            "session": world.session,
            "person": cast.leader.person,
            "structure": world.structure,
            "state": "confirmed",
            "enrolled_by": cast.leader.person,
            "cancelled_at": None,
        },
    ),
]
