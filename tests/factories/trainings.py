"""Trainings, sessions with their half-days, enrolments, attendance."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import factory
from django.utils import timezone

from tests.factories.people import PersonFactory
from trainings.models import Attendance, Enrolment, EnrolmentState, HalfDay, Regime, Session, Training
from trainings.operations import Slot
from trajectories.models import Modality


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """That time of the clock in France, so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def whole_day(days: int) -> list[Slot]:
    """A morning and an afternoon, so many days from today."""
    return [Slot(at(9, days=days), 180), Slot(at(14, days=days), 180)]


def just_now() -> list[Slot]:
    """Begun a moment ago, and still going on."""
    return [Slot(timezone.now() - timedelta(minutes=1), 60)]


class TrainingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Training
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Formation {n}")
    modality = Modality.WORK_ORGANISATION
    regime = Regime.TRAINING
    summary = "En une phrase."
    objectives = "- Voir le travail réel"
    audience = "Pour les équipes."
    content = "On raconte, on dessine."
    created_by = factory.SubFactory(PersonFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    """In a fortnight, a whole day; `slots=[…]` gives other half-days, `trainers=[…]` says who leads it."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    training = factory.SubFactory(TrainingFactory)
    place = factory.Sequence(lambda n: f"Lieu {n}")
    capacity = 12
    slots = factory.LazyFunction(lambda: whole_day(14))

    @classmethod
    def _create(cls, model_class: type[Session], *args: Any, slots: Sequence[Slot], **columns: Any) -> Session:
        begins_at, ends_at = min(one.starts_at for one in slots), max(one.ends_at for one in slots)
        session = super()._create(model_class, *args, begins_at=begins_at, ends_at=ends_at, **columns)
        for slot in slots:
            HalfDay.objects.create(session=session, starts_at=slot.starts_at, minutes=slot.minutes)
        return session

    @factory.post_generation
    def trainers(self, create, extracted, **kwargs):
        self.trainers.set(extracted or [PersonFactory()])


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """A confirmed place that the person took on their own."""

    class Meta:
        model = Enrolment

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    state = EnrolmentState.CONFIRMED
    enrolled_by = factory.SelfAttribute("person")


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    half_day = factory.LazyAttribute(lambda made: made.enrolment.session.half_days.first())
    enrolment = factory.SubFactory(EnrolmentFactory)
    is_present = True
