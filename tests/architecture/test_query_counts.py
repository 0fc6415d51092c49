"""How many queries each page asks, whether it lists one row or three."""

from datetime import date, timedelta
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle, Role
from structures.models import Cohort, JoinRequest, LocalRole, SilencePause, Structure
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.community import AnswerFactory, ContributionFactory, ReportFactory, ResourceFactory
from tests.factories.ecosystem import fill_ecosystem
from tests.factories.filling import fill_proofs, fill_talk, fill_trainings
from tests.factories.frame import fill_frame
from tests.factories.joining import make_invitation, offer_place
from tests.factories.notices import NoticeFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.security import fill_security
from tests.factories.structures import (
    AccompanimentFactory,
    AccompanimentRequestFactory,
    MembershipFactory,
    StructureFactory,
)
from tests.factories.trainings import (
    SessionFactory,
)
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from tests.factories.world import World, furnish, give_passwords
from trajectories.models import Intervention, InterventionShare, Participation, Trajectory, Viewpoint
from trajectories.operations import JournalText, request_progress_report, write_journal_entry

CODES = ["D1", "D2", "D3"]
# Each page as whoever sees most of it, the shared ones as others too: so many queries.
COUNTS = {
    ("accessibility", None, "nobody"): 3,
    ("account_open", "intervention", "coordinator"): 10,
    ("history_state", None, "coordinator"): 7,
    ("looks", "structure", "leader"): 9,
    ("my_support", None, "nobody"): 5,
    ("sheet_restore", "emptied_sheet", "leader"): 7,
    ("structure_history", "structure", "practitioner"): 18,
    ("support", None, "coordinator"): 8,
    ("text_open", "trajectory", "coordinator"): 11,
    ("text_restore", "emptied_words", "leader"): 10,
    ("trajectory_history", "trajectory", "practitioner"): 22,
    ("account_change_password", None, "nobody"): 3,
    ("account_inactive", None, "nobody"): 3,
    ("account_logout", None, "nobody"): 3,
    ("account_reauthenticate", None, "nobody"): 9,
    ("account_reset_password", None, "nobody"): 3,
    ("account_reset_password_done", None, "nobody"): 3,
    ("account_reset_password_from_key", "key", "nobody"): 3,
    ("account_reset_password_from_key_done", None, "nobody"): 3,
    ("accept_terms", None, "nobody"): 3,
    ("agenda", None, "coordinator"): 7,
    ("agenda", None, "leader"): 8,
    ("agenda", None, "practitioner"): 8,
    ("agenda", None, "trainer"): 6,
    ("agreement", "trajectory", "coordinator"): 10,
    ("agreement", "trajectory", "practitioner"): 9,
    ("agreement_file", "trajectory", "practitioner"): 9,
    ("agreement_paper", "as_board", "practitioner"): 8,
    ("agreement_sign", "as_board", "board"): 8,
    ("agreement_write", "past", "practitioner"): 7,
    ("amendment_edit", "amendment", "practitioner"): 9,
    ("amendment_new", "trajectory", "practitioner"): 8,
    ("closing_edit", "closing", "leader"): 5,
    ("follow_up", "news", "leader"): 5,
    ("trajectory", "past", "practitioner"): 25,
    ("trajectory_close", "trajectory", "practitioner"): 6,
    ("readers_avenant", "amended", "practitioner"): 9,
    ("readers_convention", "agreement", "practitioner"): 9,
    ("readers_fin", "closing", "practitioner"): 10,
    ("readers_nouvelles", "news", "practitioner"): 10,
    ("diagnosis", "trajectory", "leader"): 8,
    ("diagnosis", "trajectory", "staff"): 7,
    ("diagnosis_write", "trajectory", "practitioner"): 6,
    ("readers_diagnostic", "diagnosis", "practitioner"): 10,
    ("agreements", None, "leader"): 7,
    ("appointment_new", "trajectory", "practitioner"): 5,
    ("ask_for_support", None, "nobody"): 3,
    ("attendance", "half_day", "trainer"): 9,
    ("change_address", None, "nobody"): 6,
    ("community", "community", "practitioner"): 11,
    ("components", None, "nobody"): 3,
    ("confirm_address", "token", "nobody"): 3,
    ("contribution_answer", "contribution", "practitioner"): 4,
    ("contribution_edit", "contribution", "practitioner"): 6,
    ("contribution_new", "shared_report", "member"): 7,
    ("contribution_versions", "contribution", "practitioner"): 5,
    ("dimension", "dimension", "practitioner"): 13,
    ("enrol", "cohort_session", "coordinator"): 6,
    ("enrol", "cohort_session", "practitioner"): 8,
    ("enrol", "session", "leader"): 7,
    ("enrolment_cancel", "enrolment", "leader"): 6,
    ("experience_report", "draft_report", "practitioner"): 10,
    ("experience_report", "shared_report", "leader"): 11,
    ("experience_report", "shared_report", "member"): 13,
    ("experience_report", "shared_report", "practitioner"): 13,
    ("experience_report_edit", "shared_report", "practitioner"): 19,
    ("experience_report_new", "community", "practitioner"): 12,
    ("experience_report_share", "draft_report", "practitioner"): 10,
    ("glossary", None, "nobody"): 3,
    ("healthz", None, "nobody"): 0,
    ("home", None, "coordinator"): 15,
    ("home", None, "member"): 13,
    ("home", None, "nobody"): 13,
    ("home", None, "practitioner"): 23,
    ("home", None, "staff"): 13,
    ("home", None, "trainer"): 14,
    ("identity", None, "nobody"): 4,
    ("intervention", "intervention", "coordinator"): 12,
    ("intervention", "intervention", "leader"): 13,
    ("intervention", "intervention", "practitioner"): 15,
    ("intervention_edit", "intervention", "practitioner"): 16,
    ("intervention_new", None, "practitioner"): 11,
    ("interventions", "trajectory", "coordinator"): 11,
    ("interventions", "trajectory", "practitioner"): 10,
    ("journal", None, "practitioner"): 5,
    ("journal_entry", "page", "practitioner"): 4,
    ("journal_export", None, "practitioner"): 7,
    ("journal_export_json", None, "practitioner"): 8,
    ("journal_export_text", None, "practitioner"): 8,
    ("journal_new", None, "practitioner"): 3,
    ("leave", None, "practitioner"): 9,
    ("legal", None, "nobody"): 3,
    ("lost_factor_request", "lost_factor", "coordinator"): 8,
    ("lost_factors", None, "coordinator"): 4,
    ("member_add", "structure", "practitioner"): 5,
    ("mfa_activate_totp", None, "nobody"): 7,
    ("mfa_add_webauthn", None, "leader"): 8,
    ("mfa_deactivate_totp", None, "practitioner"): 8,
    ("mfa_edit_webauthn", "passkey", "leader"): 7,
    ("mfa_generate_recovery_codes", None, "practitioner"): 7,
    ("mfa_index", None, "leader"): 4,
    ("mfa_index", None, "practitioner"): 4,
    ("mfa_reauthenticate", None, "practitioner"): 9,
    ("mfa_reauthenticate_webauthn", None, "leader"): 10,
    ("mfa_remove_webauthn", "passkey", "leader"): 7,
    ("mfa_view_recovery_codes", None, "practitioner"): 7,
    ("mails_stop", "stop", "nobody"): 4,
    ("my_account", None, "coordinator"): 6,
    ("my_account", None, "nobody"): 6,
    ("my_account", None, "practitioner"): 6,
    ("network", None, "coordinator"): 15,
    ("my_data", None, "practitioner"): 5,
    ("next_steps", "trajectory", "practitioner"): 7,
    ("notice_rhythms", None, "leader"): 4,
    ("notices", None, "leader"): 7,
    ("past_sessions", None, "trainer"): 8,
    ("positioning", "draft_line", "practitioner"): 11,
    ("practitioner_add", "structure", "coordinator"): 7,
    ("privacy", None, "nobody"): 3,
    ("public_sessions", None, "nobody"): 6,
    ("readers_bilan", "report", "leader"): 10,
    ("readers_compte-rendu", "exchange", "practitioner"): 10,
    ("readers_contribution", "contribution", "member"): 9,
    ("readers_demande", "request", "coordinator"): 8,
    ("readers_essai", "trial", "leader"): 10,
    ("readers_fiche", "resource", "practitioner"): 8,
    ("readers_fiche-structure", "structure", "coordinator"): 8,
    ("readers_formation", "training", "nobody"): 8,
    ("readers_inscription", "enrolment", "leader"): 10,
    ("readers_journal", "page", "practitioner"): 8,
    ("readers_lecture", "sealed", "leader"): 10,
    ("readers_mots", "trajectory", "leader"): 10,
    ("readers_pas", "step", "leader"): 10,
    ("readers_retour", "shared_report", "practitioner"): 9,
    ("readers_session", "session", "trainer"): 10,
    ("reading", "draft", "practitioner"): 9,
    ("reading", "sealed", "practitioner"): 9,
    ("reading_new", "trajectory", "practitioner"): 5,
    ("readings", "trajectory", "practitioner"): 8,
    # A connection of its own, that of the request asks nothing.
    ("readyz", None, "nobody"): 0,
    ("register", None, "nobody"): 3,
    ("report", "report", "leader"): 5,
    ("report_file", "report", "leader"): 6,
    ("reports", "trajectory", "leader"): 7,
    ("request", "past_request", "coordinator"): 4,
    ("request", "request", "coordinator"): 4,
    ("requests", None, "coordinator"): 5,
    ("resource", "resource", "practitioner"): 8,
    ("resource_edit", "resource", "practitioner"): 4,
    ("resource_new", "community", "practitioner"): 3,
    ("resource_versions", "resource", "practitioner"): 5,
    ("resources", "community", "practitioner"): 5,
    ("retention", None, "coordinator"): 5,
    ("search", None, "practitioner"): 3,
    ("second_factor", None, "practitioner"): 3,
    ("session", "cohort_session", "leader"): 9,
    ("session", "session", "trainer"): 10,
    ("session_cancel", "session", "trainer"): 6,
    ("session_edit", "session", "trainer"): 10,
    ("session_new", "training", "trainer"): 6,
    ("sheet", "session", "trainer"): 10,
    ("story", "trajectory", "practitioner"): 16,
    ("structure", "structure", "coordinator"): 15,
    ("structure", "structure", "practitioner"): 12,
    ("structure_edit", "structure", "practitioner"): 5,
    ("structure_new", None, "coordinator"): 3,
    ("imports", None, "coordinator"): 4,
    ("import", "import", "coordinator"): 7,
    ("import_columns", "import", "coordinator"): 4,
    ("import_refused", "import_csv", "coordinator"): 6,
    ("import_model", "csv", "coordinator"): 3,
    ("structures_export", "csv", "practitioner"): 7,
    ("duplicates", None, "coordinator"): 5,
    ("alike", None, "coordinator"): 3,
    ("merge", "twins", "coordinator"): 8,
    ("structures", None, "coordinator"): 7,
    ("structures", None, "practitioner"): 8,
    ("country", None, "coordinator"): 6,
    ("country", None, "practitioner"): 7,
    ("communes", None, "practitioner"): 3,
    ("silence", None, "coordinator"): 7,
    ("silence", None, "practitioner"): 8,
    ("silence_pause", "structure", "coordinator"): 6,
    ("structure_archive", "structure", "coordinator"): 6,
    ("practitioner_edit", "accompaniment", "coordinator"): 7,
    ("practitioner_stand_in", "accompaniment", "coordinator"): 8,
    ("practitioner_handover", "accompaniment", "coordinator"): 8,
    ("handover", "accompaniment", "practitioner"): 7,
    ("workloads", None, "coordinator"): 6,
    ("cohorts", None, "coordinator"): 5,
    ("cohorts", None, "leader"): 6,
    ("cohort_new", None, "coordinator"): 3,
    ("cohort", "cohort", "coordinator"): 10,
    ("cohort", "cohort", "leader"): 11,
    ("cohort_edit", "cohort", "coordinator"): 4,
    ("cohort_join", "cohort", "coordinator"): 5,
    ("cohort_leave", "cohort_place", "coordinator"): 5,
    ("funding", None, "coordinator"): 5,
    ("funding_new", None, "coordinator"): 3,
    ("funding_operation", "funding", "coordinator"): 9,
    ("funding_edit", "funding", "coordinator"): 4,
    ("funding_attach", "funding", "coordinator"): 6,
    ("funding_detach", "funded_part", "coordinator"): 5,
    ("structure", "archived", "coordinator"): 15,
    ("merge_search", "structure", "coordinator"): 8,
    ("support_asked", None, "nobody"): 3,
    ("terms", None, "nobody"): 3,
    ("terms_version", "terms", "nobody"): 3,
    ("training", "training", "trainer"): 12,
    ("training_edit", "training", "trainer"): 7,
    ("training_new", None, "trainer"): 5,
    ("trainings", None, "leader"): 10,
    ("trainings", None, "trainer"): 10,
    ("trajectory", "trajectory", "coordinator"): 22,
    ("trajectory", "trajectory", "leader"): 25,
    ("trajectory", "trajectory", "practitioner"): 25,
    ("trajectory_open", "structure", "practitioner"): 6,
    ("trial", "trial", "practitioner"): 5,
    ("trials", "trajectory", "practitioner"): 9,
    ("first_step", "path", "nobody"): 3,
    ("first_steps", None, "practitioner"): 5,
    ("invite", None, "coordinator"): 3,
    ("organisation", None, "coordinator"): 4,
    ("organisation_logo", None, "coordinator"): 2,
    ("orphans", None, "coordinator"): 6,
    ("people", None, "coordinator"): 7,
    ("person", "person", "coordinator"): 8,
    ("structure_invite", "structure", "leader"): 5,
    ("structure_leave", "structure", "leader"): 6,
    ("welcome", "structure", "leader"): 8,
    ("join", "join_link", "nobody"): 4,
    ("join_asked", None, "nobody"): 3,
    ("request_welcome", "request", "coordinator"): 5,
    ("usersessions_list", None, "practitioner"): 4,
    ("who_sees_what", None, "nobody"): 3,
    ("words", "trajectory", "practitioner"): 5,
    ("community_members", "community", "practitioner"): 5,
    ("community_member", "member", "practitioner"): 7,
    ("profile", "own_profile", "practitioner"): 4,
    ("messages", "structure", "leader"): 9,
    ("messages", "structure", "practitioner"): 9,
    ("conversation", "conversation", "leader"): 10,
    ("conversation", "conversation", "practitioner"): 10,
    ("readers_conversation", "conversation", "leader"): 9,
    ("readers_profil", "profile", "practitioner"): 8,
    ("ecosystem", "structure", "coordinator"): 7,
    ("ecosystem", "structure", "leader"): 6,
    ("document", "document", "leader"): 6,
    ("document_remove", "document", "leader"): 5,
    ("documents", "structure", "leader"): 8,
    ("readers_document", "document", "leader"): 9,
    ("figures", "structure", "leader"): 6,
    ("figures_year", "year", "leader"): 6,
    ("portrait", "structure", "leader"): 9,
    ("readers_ecosysteme", "relation", "leader"): 9,
    ("relation", "relation", "practitioner"): 9,
    ("relation_change", "relation", "leader"): 6,
    ("relation_end", "relation", "leader"): 5,
}
# The form that comes from a structure's page also tells what happened last time.
LAST_TIME = 15
# The search box asks each app, whatever it finds.
FOUND = 11
MOST, USUAL = 25, 15
READING = ("SELECT", "DECLARE", 'INSERT INTO "accounts_accessevent"')
# For the signed out, or shown by a demonstration alone.
NOT_COUNTED = {"account_login", "account_request_login_code", "account_signup", "invitation", "mail", "mailbox"}


@pytest.fixture(params=[1, 3])
def rows(request) -> int:
    return request.param


@pytest.fixture
def world(cast: Cast, rows: int) -> World:
    """So many rows of all that a page lists, and each of them with as many of its own."""
    me, nobody = cast.practitioner, cast.nobody
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    made = furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)
    give_passwords(cast.users.values())
    for rank in range(rows):
        neighbour = StructureFactory()
        MembershipFactory(structure=neighbour, person=nobody.person)
        MembershipFactory(
            structure=made.structure, person=nobody.person, role=LocalRole.STAFF, until=date(2024, rank + 1, 1)
        )
        MembershipFactory(structure=made.structure)
        cast.coordinator.role_grants.create(role=Role.MEMBER, since=date(2020, 1, 1), until=date(2024, rank + 1, 1))
        Cohort.objects.create(name=f"Promotion de plus {rank}", starts_on=date(2024, 1, 1)).places.create(
            structure=made.structure, since=date(2024, 1, 1)
        )
        UserFactory(roles=[Role.PRACTITIONER])
        AccompanimentFactory(structure=made.structure)
        AccompanimentRequestFactory()
        make_invitation(cast.coordinator, f"attendue-{rank}@essai.example", role=Role.MEMBER)
        offer_place(made.structure, cast.leader, f"equipe-{rank}@essai.example")
        JoinRequest.objects.create(
            structure=made.structure, first_name="Léa", email=f"demande-{rank}@essai.example", role=LocalRole.STAFF
        )
        made.grant.user.role_grants.create(role=Role.TRAINER, since=date(2020, 1, 1), until=date(2024, rank + 1, 1))
        MembershipFactory(person=made.grant.user.person)
        fill_talk(made, cast)
        fill_ecosystem(made.relation, rank)
        SessionFactory(is_public=True)
        accompanied = StructureFactory()
        SilencePause.objects.create(structure=accompanied, until=timezone.localdate(), reason="Une saison creuse")
        long_ago = StructureFactory()
        Structure.objects.filter(pk=long_ago.pk).update(created_at=timezone.now() - timedelta(days=200))
        AccompanimentFactory(structure=long_ago, practitioner=me.person)
        for person in (me.person, PersonFactory()):
            AccompanimentFactory(structure=accompanied, practitioner=person)
        fill(TrajectoryFactory(structure=accompanied), cast, rank, rows)
        fill(made.trajectory, cast, rank, rows)
        fill_one(made, cast, rank)
        fill_community(made, cast, rank)
        fill_trainings(made, cast, rank)
        fill_frame(made.cohort, made.funding, accompanied, rank)
        fill_security(made.lost_factor, cast.leader, cast.practitioner)
        fill_proofs(made, cast, rank)
        NoticeFactory(recipient=cast.leader, about=made.structure)
    return made


def fill(trajectory: Trajectory, cast: Cast, rank: int, rows: int) -> None:
    """One more of each thing that a trajectory holds."""
    me = cast.practitioner.person
    intervention = _intervention(trajectory, cast, rows)
    for done_at in (None, timezone.now()):
        NextStepFactory(
            trajectory=trajectory, intervention=intervention, owner=PersonFactory(), done_at=done_at, done_by=me
        )
    TrialFactory(trajectory=trajectory, dimension=_dimensions(trajectory, 1)[0])
    AppointmentFactory(trajectory=trajectory, created_by=me)
    for viewpoint in (Viewpoint.DIRECTION, Viewpoint.TEAM):
        for sealed in (True, False):
            reading = ReadingFactory(
                trajectory=trajectory,
                viewpoint=viewpoint,
                created_by=me,
                read_on=date(2024, 6, rank + 1),
                levels={code: 2 for code in CODES[:rows]},
                sealed=sealed,
            )
            reading.authors.set([me, PersonFactory()])
    write_journal_entry(
        by=cast.practitioner, text=JournalText("Faits"), written_on=date(2025, 1, 1), intervention=intervention
    )


def _dimensions(trajectory: Trajectory, number: int) -> list:
    return list(trajectory.framework_version.dimensions.filter(code__in=CODES[:number]))


def _intervention(trajectory: Trajectory, cast: Cast, rows: int) -> Intervention:
    led_by = [cast.practitioner.person, *(PersonFactory() for _ in range(rows))]
    made = InterventionFactory(created_by=cast.practitioner.person, practitioners=led_by)
    _share(made, trajectory, rows)
    _people(made, rows)
    return made


def _share(intervention: Intervention, trajectory: Trajectory, rows: int) -> None:
    share = InterventionShare.objects.create(
        intervention=intervention, trajectory=trajectory, minutes=60, account="Un compte rendu.", open_question="?"
    )
    share.dimensions.set(_dimensions(trajectory, rows))


def _people(intervention: Intervention, rows: int) -> None:
    Participation.objects.bulk_create(
        Participation(intervention=intervention, person=PersonFactory()) for _ in range(rows)
    )


def fill_one(world: World, cast: Cast, rank: int) -> None:
    """One more row around the object of each detail page."""
    intervention = world.interventions[Circle.STRUCTURE]
    _people(intervention, 1)
    intervention.practitioners.add(PersonFactory())
    NextStepFactory(trajectory=world.trajectory, intervention=intervention, owner=PersonFactory())
    intervention.shares.get(trajectory=world.trajectory).dimensions.add(_dimensions(world.trajectory, 3)[rank])
    other = TrajectoryFactory(structure=AccompanimentFactory(practitioner=cast.practitioner.person).structure)
    _share(intervention, other, 1)
    request_progress_report(
        by=cast.leader,
        trajectory=world.trajectory,
        period_start=date(2024, rank + 1, 1),
        period_end=timezone.localdate(),
    )


def fill_community(world: World, cast: Cast, rank: int) -> None:
    """One more of each thing that the community lists, and around each of its objects."""
    me, peer = cast.practitioner.person, UserFactory(roles=[Role.MEMBER]).person
    sheet = ResourceFactory(authors=[me, PersonFactory()])
    tagged = {"dimensions": _dimensions(world.trajectory, rank + 1), "resources": [sheet, world.resource]}
    shared = ReportFactory(shared=True, created_by=me, authors=[me, peer], structure=world.structure, **tagged)
    ReportFactory(created_by=me)
    for report in (world.shared_report, shared):
        leaning = {"linked_report": shared, "linked_resource": world.resource} if report != shared else {}
        disagreement = ContributionFactory(report=report, kind="disagreement", author=peer, **leaning)
        AnswerFactory(answers_to=ContributionFactory(report=report, **leaning), author=me)
        AnswerFactory(answers_to=disagreement, author=peer)
    world.shared_report.authors.add(PersonFactory())
    for one, text in ((world.resource, "limits"), (world.contribution, "text")):
        setattr(one, text, f"Un texte de plus, {rank}")
        one.save()


# What a page asks the browser to answer is kept in the session until it does.
KEPT_IN_SESSION = ("SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "django_session"')


def queries_of(address: str, client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        list(response)
    assert response.status_code == 200, address
    asking = [one["sql"] for one in asked if not one["sql"].startswith(KEPT_IN_SESSION)]
    assert [sql for sql in asking if not sql.lstrip("(").startswith(READING)] == [], (
        "a GET writes nothing but that somebody looked"
    )
    return len(asking)


def test_pages_ask_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    asked = {
        (name, about, who): queries_of(reverse(name, kwargs=kwargs_of(about, world)), signed_in(cast.users[who]))
        for name, about, who in COUNTS
    }
    assert asked == COUNTS


def test_last_time_is_told_in_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    address = f"{reverse('intervention_new')}?trajectoire={world.trajectory.public_id}"
    assert queries_of(address, signed_in(cast.practitioner)) == LAST_TIME


@pytest.mark.parametrize("words", ["formation OR atelier OR essai OR promesse OR pas OR retour OR fiche", "structure"])
def test_search_finds_three_in_as_many_queries_as_one(cast, world, signed_in, words):
    assert queries_of(f"{reverse('search')}?q={words}", signed_in(cast.practitioner)) == FOUND


def test_no_page_asks_more_than_its_share():
    assert {page: number for page, number in COUNTS.items() if number > MOST} == {}
    assert median(COUNTS.values()) <= USUAL


def test_every_page_is_counted():
    shown = {line.address for line in MATRIX if line.method == "GET" and 200 in line.statuses.values()}
    assert {name for name, _about, _who in COUNTS} == shown - NOT_COUNTED
