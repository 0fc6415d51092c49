"""What is kept of a person around trainings: where they enrolled, whether they came, what they led."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from accounts.personal_data import PARTS, Leaving, Part, Table, table_of
from trainings.models import Attendance, Enrolment, HalfDay, Session, Training
from trainings.operations import cancel_enrolment


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    yield table_of("Vos inscriptions", Enrolment.objects.filter(person=me), without=("person",))
    yield table_of(
        "Vos présences",
        Attendance.objects.filter(enrolment__person=me).select_related("half_day__session__training"),
        only=("half_day", "is_present"),
    )
    yield table_of(
        "Sessions que vous menez",
        Session.objects.filter(trainers=me).select_related("training"),
        only=("training", "place", "begins_at", "ends_at"),
    )
    yield table_of("Formations que vous avez décrites", Training.objects.filter(created_by=me), without=("created_by",))
    yield table_of(
        "Demi-journées dont vous avez noté les présences",
        HalfDay.objects.filter(taken_by=me).select_related("session__training"),
        only=("session", "starts_at", "taken_at"),
    )


def _forget(leaving: Leaving) -> None:
    """Places to come are given back. Who was there stays counted: a funder's proof needs the number, not the name."""
    if leaving.user is None:
        return
    coming = Enrolment.objects.standing().filter(
        person=leaving.person, session__begins_at__gt=timezone.now(), session__cancelled_at__isnull=True
    )
    for enrolment in coming:
        cancel_enrolment(by=leaving.user, enrolment=enrolment)


def register() -> None:
    PARTS.register("trainings", Part("Formations", 40, _gather, _forget))
