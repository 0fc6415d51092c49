"""Trajectories and what hangs on them."""

import uuid
from datetime import date, timedelta

import factory
from django.utils import timezone

from tests.factories.evidence import hold_facts
from tests.factories.people import PersonFactory
from tests.factories.structures import StructureFactory
from trajectories.framework import load_framework
from trajectories.models import (
    Appointment,
    Intervention,
    InterventionShare,
    Modality,
    NextStep,
    Positioning,
    PositioningState,
    Reading,
    Trajectory,
    Trial,
    TrialState,
    Viewpoint,
)


class TrajectoryFactory(factory.django.DjangoModelFactory):
    """On the default référentiel, loaded at need."""

    class Meta:
        model = Trajectory

    structure = factory.SubFactory(StructureFactory)
    framework_version = factory.LazyFunction(load_framework)
    started_on = date(2024, 1, 15)


class InterventionFactory(factory.django.DjangoModelFactory):
    """`share={"trajectory": …, "account": …}` makes its share; `practitioners=[…]` says who led it."""

    class Meta:
        model = Intervention
        skip_postgeneration_save = True

    client_key = factory.LazyFunction(uuid.uuid4)
    created_by = factory.SubFactory(PersonFactory)
    occurred_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    minutes = 120
    modality = Modality.WORK_ORGANISATION
    title = factory.Sequence(lambda n: f"Atelier {n}")

    @factory.post_generation
    def share(self, create, extracted, **kwargs):
        if extracted:
            InterventionShare.objects.create(intervention=self, minutes=self.minutes, **extracted)

    @factory.post_generation
    def practitioners(self, create, extracted, **kwargs):
        self.practitioners.set(extracted or [self.created_by])


class ReadingFactory(factory.django.DjangoModelFactory):
    """`levels={"D1": 2}` writes positionings; `held=True` says what they are held on; `sealed=True` seals once they
    are written, and signed by `authors`."""

    class Meta:
        model = Reading
        skip_postgeneration_save = True

    trajectory = factory.SubFactory(TrajectoryFactory)
    framework_version = factory.SelfAttribute("trajectory.framework_version")
    viewpoint = Viewpoint.DIRECTION
    read_on = date(2024, 6, 1)
    created_by = factory.SubFactory(PersonFactory)

    @factory.post_generation
    def levels(self, create, extracted, **kwargs):
        for code, level in (extracted or {}).items():
            Positioning.objects.create(
                reading=self,
                dimension=self.framework_version.dimensions.get(code=code),
                state=PositioningState.LEVEL,
                level=level,
                observed_fact=f"Un fait observé pour {code}.",
            )

    @factory.post_generation
    def held(self, create, extracted, **kwargs):
        if extracted:
            hold_facts(self)

    @factory.post_generation
    def authors(self, create, extracted, **kwargs):
        self.authors.set(extracted or [])

    @factory.post_generation
    def sealed(self, create, extracted, **kwargs):
        if extracted:
            self.sealed_at = timezone.now()
            self.save()


class NextStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NextStep

    trajectory = factory.SubFactory(TrajectoryFactory)
    text = factory.Sequence(lambda n: f"Prochain pas {n}")


class TrialFactory(factory.django.DjangoModelFactory):
    """With its moves, as from its days."""

    class Meta:
        model = Trial
        skip_postgeneration_save = True

    trajectory = factory.SubFactory(TrajectoryFactory)
    title = factory.Sequence(lambda n: f"Essai {n}")
    state = TrialState.RUNNING
    started_on = date(2024, 5, 1)

    @factory.post_generation
    def moves(self, create, extracted, **kwargs):
        if self.started_on and self.state != TrialState.PLANNED:
            self.moves.create(state=TrialState.RUNNING, moved_on=self.started_on)
        if self.ended_on:
            self.moves.create(state=self.state, moved_on=self.ended_on)


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    trajectory = factory.SubFactory(TrajectoryFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    subject = factory.Sequence(lambda n: f"Rencontre {n}")
    created_by = factory.SubFactory(PersonFactory)
