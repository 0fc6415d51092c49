"""One more row of what pages list, for the tests that count."""

from django.utils import timezone

from accounts.models import Circle, HistoryRewrite, Role
from accounts.operations import ask_support
from structures.looks import note_look
from tests.factories.cast import Cast
from tests.factories.community import ReportFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.people_talking import ConversationFactory, MessageFactory, ProfileFactory
from tests.factories.structures import DocumentFactory
from tests.factories.trainings import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    TrainingFactory,
    at,
    whole_day,
)
from tests.factories.world import World
from trainings.models import EnrolmentState, HalfDay
from trajectories.operations import open_text


def fill_proofs(world: World, cast: Cast, rank: int) -> None:
    """One more document, one more look of each kind, one more lawful change, a place asked for in both directions."""
    DocumentFactory(structure=world.structure)
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    note_look(coordinator, world.structure)
    open_text(by=coordinator, target=world.interventions[Circle.TEAM].shares.first(), reason="Pour voir")
    for asker, concerned in ((cast.coordinator, UserFactory()), (coordinator, cast.nobody)):
        ask_support(by=asker, concerned=concerned, reason="Aider")
    HistoryRewrite.objects.create(table_name="t", row_id=rank, reason="Effacement")


def fill_trainings(world: World, cast: Cast, rank: int) -> None:
    """One more session of each kind, and one more of what each session holds."""
    trainer, me = cast.trainer.person, cast.practitioner.person
    coming = SessionFactory(training=world.training, trainers=[trainer, PersonFactory()])
    past = SessionFactory(training=world.training, trainers=[trainer], slots=whole_day(-7 - rank))
    cancelled = {"cancelled_at": timezone.now(), "cancelled_because": "Neige"}
    SessionFactory(training=world.training, cohort=world.cohort_session.cohort, **cancelled)
    for session in (coming, past):
        for person in (me, cast.staff.person, PersonFactory()):
            EnrolmentFactory(session=session, person=person, structure=world.structure)
    AttendanceFactory(enrolment=past.enrolments.first(), half_day=past.half_days.last())
    for session in (world.session, world.cohort_session):
        EnrolmentFactory(session=session, structure=world.structure)
        EnrolmentFactory(session=session, state=EnrolmentState.WAITING)
        session.trainers.add(PersonFactory())
    dimensions = world.trajectory.framework_version.dimensions.filter(code__in=["D1", "D2", "D3"])
    world.training.dimensions.add(dimensions[rank])
    TrainingFactory()
    held = HalfDay.objects.create(session=world.session, starts_at=at(9, days=20 + rank), minutes=180)
    AttendanceFactory(enrolment=world.session.enrolments.first(), half_day=held)


def fill_talk(world: World, cast: Cast) -> None:
    """One more member who says something, one more conversation of each, and one more message."""
    me = cast.practitioner.person
    ProfileFactory(person=UserFactory(roles=[Role.MEMBER]).person)
    for opened_by in (cast.leader.person, UserFactory().person):
        talk = ConversationFactory(structure=world.structure, opened_by=opened_by, practitioners=[me, PersonFactory()])
        MessageFactory(conversation=talk)
    MessageFactory(conversation=world.conversation)
    MessageFactory(conversation=world.conversation, author=me)
    ReportFactory(shared=True, authors=[me])
