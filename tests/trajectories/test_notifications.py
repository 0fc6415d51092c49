"""Who is told of what is shared along a trajectory: those who read it, not its author, and never of a journal."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Category, Circle, Notice, Rhythm
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.factories.cast import Cast
from tests.factories.notices import want_mails
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trajectories import NextStepFactory, ReadingFactory
from trajectories import operations
from trajectories.models import Intervention, Modality, TrialState, Viewpoint
from trajectories.operations import InterventionFacts, JournalText, ShareFacts
from trajectories.participants import Participant

INSIDE = {"practitioner", "leader", "board", "staff", "volunteer"}


@pytest.fixture(autouse=True)
def second_practitioner(cast: Cast) -> None:
    """Somebody accompanies the structure beside whoever acts in these tests."""
    cast.structure_a.accompaniments.create(
        practitioner=cast.other_practitioner.person, since=timezone.localdate() - timedelta(days=1)
    )


def told(cast: Cast, category: Category = Category.STRUCTURES) -> dict[str, str]:
    """The titles of the notices of that category, by the name of whom they tell."""
    names = {user.pk: name for name, user in cast.users.items()}
    return {names[one.recipient_id]: one.title for one in Notice.objects.filter(category=category)}


def log(cast: Cast, circle: Circle, *, days_ago: int = 0, present=(), modality=Modality.OTHER) -> Intervention:
    facts = InterventionFacts(
        timezone.localdate() - timedelta(days=days_ago),
        60,
        modality,
        title="Ce que personne n’annonce",
        participants=[Participant(person=user.person) for user in present],
    )
    share = ShareFacts(cast.trajectory_a, 60, account="Un compte rendu.", circle=circle)
    made, _is_new = operations.log_intervention(
        by=cast.practitioner, client_key=uuid.uuid4(), facts=facts, shares=[share]
    )
    return made


def correct(cast: Cast, made: Intervention, circle: Circle) -> None:
    facts = InterventionFacts(made.occurred_on, 60, Modality(made.modality), title=made.title)
    share = ShareFacts(cast.trajectory_a, 60, account="Un autre compte rendu.", circle=circle)
    made.refresh_from_db()
    operations.edit_intervention(
        by=cast.practitioner, intervention=made, expected_version=made.version, facts=facts, share=share
    )


@pytest.mark.parametrize(
    ("circle", "readers"),
    [
        (Circle.STRUCTURE, {"other_practitioner", "leader", "board", "staff", "volunteer"}),
        (Circle.DIRECTION, {"other_practitioner", "leader", "board"}),
        (Circle.TEAM, {"other_practitioner"}),
    ],
)
def test_intervention_is_told_to_its_circle(cast, circle, readers):
    log(cast, circle)
    assert told(cast) == dict.fromkeys(readers, "Une intervention a été partagée · Alpha")


def test_exchange_space_is_told_to_those_who_were_there(cast):
    log(cast, Circle.PARTICIPANTS, modality=Modality.PEER_SPACE, present=[cast.staff])
    assert set(told(cast)) == {"staff"}


def test_wider_circle_tells_those_who_come_and_a_correction_tells_nobody(cast):
    made = log(cast, Circle.DIRECTION)
    correct(cast, made, Circle.DIRECTION)
    assert set(told(cast)) == {"other_practitioner", "leader", "board"}
    Notice.objects.update(read_at=timezone.now())
    correct(cast, made, Circle.STRUCTURE)
    assert {one.recipient for one in Notice.objects.unread()} == {cast.staff, cast.volunteer}


def test_what_is_written_down_long_after_is_no_news(cast):
    log(cast, Circle.STRUCTURE, days_ago=31)
    assert told(cast) == {}
    log(cast, Circle.STRUCTURE, days_ago=30)
    assert len(told(cast)) == 5


def test_intervention_sent_twice_is_told_once(cast):
    want_mails([cast.leader])
    facts, key = InterventionFacts(timezone.localdate(), 60, Modality.OTHER), uuid.uuid4()
    for _sending in range(2):
        share = ShareFacts(cast.trajectory_a, 60)
        operations.log_intervention(by=cast.practitioner, client_key=key, facts=facts, shares=[share])
    assert Notice.objects.filter(recipient=cast.leader).count() == 1
    assert Job.objects.filter(kind="mail").count() == 1


def test_reading_is_told_once_sealed_and_not_before(cast):
    reading = ReadingFactory(
        trajectory=cast.trajectory_a,
        created_by=cast.leader.person,
        viewpoint=Viewpoint.DIRECTION,
        levels={"D1": 2},
        sealed=False,
    )
    reading.authors.add(cast.leader.person)
    assert told(cast) == {}
    operations.seal_reading(by=cast.leader, reading=reading)
    title = "Une lecture a été scellée (point de vue\u00a0: direction) · Alpha"
    assert told(cast) == dict.fromkeys({*INSIDE, "other_practitioner"} - {"leader"}, title)


def test_reading_made_on_paper_long_ago_tells_nobody(cast):
    reading = ReadingFactory(
        trajectory=cast.trajectory_a, created_by=cast.leader.person, levels={"D1": 2}, sealed=False
    )
    reading.authors.add(cast.leader.person)
    operations.seal_reading(by=cast.leader, reading=reading, sealed_at=timezone.now())
    assert told(cast) == {}


def test_trial_is_told_when_it_begins_and_when_it_ends(cast):
    trial = operations.start_trial(by=cast.leader, trajectory=cast.trajectory_a, title="Ne plus compter")
    assert told(cast)["staff"] == "Un essai est en cours · Alpha"
    changed = {"by": cast.leader, "trial": trial, "learnt": "Beaucoup."}
    operations.change_trial(**changed, state=TrialState.RUNNING, expected_version=1)
    assert Notice.objects.filter(recipient=cast.staff).count() == 1
    operations.change_trial(**changed, state=TrialState.KEPT, expected_version=2)
    assert Notice.objects.filter(recipient=cast.staff).first().title == "Un essai est gardé · Alpha"
    assert not Notice.objects.filter(recipient=cast.leader).exists()


def test_next_step_is_told_to_whoever_is_to_keep_it_and_to_the_others(cast):
    operations.add_next_step(
        by=cast.practitioner, trajectory=cast.trajectory_a, text="Appeler Nora", owner=cast.staff.person
    )
    assert told(cast, Category.STEPS) == {"staff": "Un prochain pas vous est donné · Alpha"}
    others = {"other_practitioner", "leader", "board", "volunteer"}
    assert told(cast) == dict.fromkeys(others, "Un prochain pas a été noté · Alpha")


def test_next_step_of_an_intervention_is_told_to_its_owner_if_they_read_it(cast):
    made = log(cast, Circle.DIRECTION)
    Notice.objects.all().delete()
    for owner in (cast.leader, cast.staff):
        operations.add_next_step(
            by=cast.practitioner, trajectory=cast.trajectory_a, text="Appeler", owner=owner.person, intervention=made
        )
    assert told(cast, Category.STEPS) == {"leader": "Un prochain pas vous est donné · Alpha"}
    assert told(cast) == {}


def test_ones_own_next_step_and_one_long_due_are_no_news(cast):
    add = {"by": cast.leader, "trajectory": cast.trajectory_a, "owner": cast.leader.person}
    operations.add_next_step(**add, text="Le mien")
    assert told(cast, Category.STEPS) == {}
    Notice.objects.all().delete()
    operations.add_next_step(**add, text="Ancien", due_on=timezone.localdate() - timedelta(days=40))
    assert not Notice.objects.exists()


def test_report_is_told_at_once_to_whoever_asked_and_to_those_who_read_reports(cast):
    trajectory = cast.trajectory_a
    report = operations.request_progress_report(
        by=cast.leader, trajectory=trajectory, period_start=trajectory.started_on, period_end=timezone.localdate()
    )
    run_job(report.job_id)
    readers = {"practitioner", "other_practitioner", "board"}
    assert told(cast) == dict.fromkeys(readers, "Un bilan a été établi · Alpha")
    own = Notice.objects.get(recipient=cast.leader)
    assert (own.title, own.category, own.rhythm) == ("Votre bilan est prêt · Alpha", "", Rhythm.AT_ONCE)
    assert [job.payload["to"] for job in Job.objects.filter(kind="mail")] == [cast.leader.email]


def test_journal_tells_nobody(cast):
    page = operations.write_journal_entry(
        by=cast.practitioner, text=JournalText("Faits"), written_on=timezone.localdate()
    )
    operations.write_journal_entry(
        by=cast.practitioner, text=JournalText("Autres faits"), written_on=timezone.localdate(), entry=page
    )
    assert not Notice.objects.exists()


def test_forty_people_are_told_in_few_queries_each(cast):
    """Whoever logs an intervention waits for it."""
    asked = {}
    for people in (10, 40):
        for _one in range(people):
            MembershipFactory(structure=cast.structure_a, person=UserFactory().person)
        with CaptureQueriesContext(connection) as queries:
            log(cast, Circle.STRUCTURE)
        asked[people] = len(queries)
    assert asked[40] - asked[10] <= 40, "one each: what binds them to structures"


def test_nobody_of_another_structure_is_told_of_anything(cast):
    MembershipFactory(structure=cast.structure_b, person=cast.nobody.person)
    log(cast, Circle.STRUCTURE)
    NextStepFactory(trajectory=cast.trajectory_b)
    assert {"leader_b", "nobody", "member", "trainer", "coordinator", "former_practitioner"} & set(told(cast)) == set()
