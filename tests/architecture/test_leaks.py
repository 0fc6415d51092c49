"""Who finds which text: every text of structure B holds a word of its own, every page is crawled as everybody."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle, Person, Role, User
from community.models import ContributionQuerySet, ExperienceReportQuerySet, SharedResourceQuerySet
from efc_platform.backstage.models import JobState, StoredFile
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.search import SOURCES
from structures.models import ConversationQuerySet, LocalRole, StructureQuerySet
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.database import rows_of_the_database
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, MembershipFactory
from tests.factories.world import CIRCLES, World, furnish, give_passwords
from tests.pdf_checks import text_of
from tests.signing_in import sign_in
from tests.who_reads import CATALOGUE, COMMUNITY, DRAFT, IN_COMMUNITY, JOURNAL, LISTED, NOWHERE, READS, of_circle
from trainings.models import EnrolmentQuerySet, SessionQuerySet
from trajectories.models import Appointment, JournalEntry, ProgressReport
from trajectories.models.interventions import InterventionShareQuerySet
from trajectories.models.journal import JournalEntryQuerySet
from trajectories.models.readings import ReadingQuerySet
from trajectories.models.reports import ProgressReportQuerySet
from trajectories.models.steps import NextStepQuerySet
from trajectories.models.trajectory import TrajectoryQuerySet
from trajectories.operations import request_progress_report

EMPTY_FORM = {"csrfmiddlewaretoken": "x"}


class Canaries:
    """Gives each field a word found nowhere else, short enough for the shortest column."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        return self.words.setdefault(name, f"Canari{len(self.words):03d}z")

    def found_in(self, text: str) -> set[str]:
        # Addresses of mails are kept in small letters.
        seen = set(re.findall(r"canari\d{3}z", text.lower()))
        return {name for name, word in self.words.items() if word.lower() in seen}


@dataclass
class Aviary:
    """Both worlds, the words planted in B, and who stands how towards B."""

    cast: Cast
    a: World
    b: World
    canaries: Canaries = field(default_factory=Canaries)
    people: dict[str, User] = field(default_factory=dict)

    @property
    def strangers(self) -> dict[str, User | None]:
        others = {name: user for name, user in self.cast.users.items() if user not in self.people.values()}
        return others | {"anonymous": None}


def people_of_b(cast: Cast) -> dict[str, User]:
    structure = cast.structure_b
    people = {"coordinator": cast.coordinator, "leader": cast.leader_b}
    for role in (LocalRole.BOARD, LocalRole.STAFF, LocalRole.VOLUNTEER):
        people[role] = UserFactory()
        MembershipFactory(structure=structure, person=people[role].person, role=role)
    people["trainer"] = UserFactory(roles=[Role.TRAINER])
    for name in ("practitioner", "other_practitioner_of_b"):
        people[name] = UserFactory(roles=[Role.PRACTITIONER])
        AccompanimentFactory(structure=structure, practitioner=people[name].person)
    return people


@pytest.fixture
def aviary(cast: Cast, caplog) -> Aviary:
    # Thousands of 403 and 404 would bury what a failure has to say.
    caplog.set_level("ERROR", "django.request")
    canaries, people = Canaries(), people_of_b(cast)
    me = cast.practitioner
    plain = furnish(cast.trajectory_a, practitioner=me.person, drafted_by=me.person, journal_of=me, leader=cast.leader)
    leader, practitioner = people["leader"], people["practitioner"]
    give_passwords({*people.values(), *cast.users.values()})
    planted = furnish(
        cast.trajectory_b,
        practitioner=practitioner.person,
        drafted_by=leader.person,
        journal_of=practitioner,
        leader=leader,
        trainer=people["trainer"].person,
        present=people["staff"].person,
        words=canaries,
    )
    return Aviary(cast, plain, planted, canaries, people)


@pytest.fixture
def printed(aviary: Aviary) -> ProgressReport:
    """A report asked for by whoever reads most."""
    return issue(aviary, aviary.people["practitioner"])


def issue(aviary: Aviary, asker: User) -> ProgressReport:
    trajectory = aviary.b.trajectory
    period = {"period_start": trajectory.started_on, "period_end": timezone.localdate()}
    report = request_progress_report(by=asker, trajectory=trajectory, **period)
    run_job(report.job_id)
    report.refresh_from_db()
    assert report.job.state == JobState.READY, report.job.error
    return report


def addresses(aviary: Aviary, world: World) -> Iterator[tuple[str, str]]:
    """Every address of the matrix about this world, and what searching or choosing B adds."""
    for line in MATRIX:
        # What holds the key is not crawled: whoever was not given the link has no way to it.
        if line.about in {"invited", "join_link", "answer", "feed", "workshop_code"}:
            continue
        yield line.method, reverse(line.address, kwargs=kwargs_of(line.about, world))
    for circle in CIRCLES:
        for name in ("intervention", "intervention_edit"):
            yield "GET", reverse(name, args=[aviary.b.interventions[circle].public_id])
    for one in Appointment.objects.filter(trajectory=aviary.b.trajectory):
        yield "GET", reverse("appointment", args=[one.public_id])
    for report in ProgressReport.objects.filter(trajectory=aviary.b.trajectory):
        yield "GET", reverse("report", args=[report.public_id])
        yield "GET", reverse("report_file", args=[report.public_id])
    yield "GET", world.contribution.report.get_absolute_url()
    for number in (2, 3, 4):
        yield "GET", f"{reverse('trajectory_history', args=[aviary.b.trajectory.public_id])}?page={number}"
    yield "GET", reverse("structures") + "?q=Canari"
    yield "GET", f"{reverse('intervention_new')}?trajectoire={aviary.b.trajectory.public_id}"


def crawl(aviary: Aviary, user: User | None, *, world: World | None = None, posts: bool = True) -> set[str]:
    """The names of all that this person finds, pages, fragments, headers and documents together."""
    return set().union(*found_along(aviary, user, world=world, posts=posts))


def found_along(
    aviary: Aviary, user: User | None, *, world: World | None = None, posts: bool = True
) -> Iterator[set[str]]:
    """What each page in turn lets this person find."""
    client = Client(raise_request_exception=False)
    if user:
        sign_in(client, user)
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    for method, address in dict.fromkeys(addresses(aviary, world or aviary.b)):
        if method == "POST" and not posts:
            continue
        for headers in ({}, {"HX-Request": "true"}) if "/bilans/" in address else ({},):
            if session:
                client.cookies[settings.SESSION_COOKIE_NAME] = session.value
            yield aviary.canaries.found_in(read(client, method, address, headers))


def read(client: Client, method: str, address: str, headers: dict[str, str]) -> str:
    """All that an answer says; what it may have written is undone."""
    with transaction.atomic():
        response = getattr(client, method.lower())(address, EMPTY_FORM if method == "POST" else None, headers=headers)
        body = b"".join(response)
        transaction.set_rollback(True)
    assert response.status_code < 500, f"{method} {address}"
    is_document = body.startswith(b"%PDF") and len(body) > 100
    # A picture says nothing that could be read.
    return f"{response.headers}\n{text_of(body) if is_document else body.decode(errors='replace')}"


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize("reader", READS)
def test_each_finds_what_their_circle_reads_and_nothing_else(aviary, reader):
    assert crawl(aviary, aviary.people[reader]) == READS[reader]


@pytest.mark.usefixtures("printed")
def test_strangers_find_nothing_at_all(aviary):
    finds = {name: crawl(aviary, user, posts=False) for name, user in aviary.strangers.items()}
    assert finds.pop("anonymous") == set()
    peers = {name: CATALOGUE | COMMUNITY for name in IN_COMMUNITY}
    # Whoever plans a session chooses among the cohorts, by their names.
    peers["trainer"] |= {"cohort.name"}
    assert finds == dict.fromkeys(finds, CATALOGUE) | peers


@pytest.mark.parametrize("reader", ["practitioner", "leader"])
def test_pages_of_one_structure_hold_nothing_of_another(aviary, reader):
    assert crawl(aviary, aviary.cast.users[reader], world=aviary.a) <= CATALOGUE | LISTED


def found_by_searching(aviary: Aviary, user: User) -> set[str]:
    """The names of the words that the search box answers to: even that something answers would say too much."""
    words = aviary.canaries.words.items()
    return {name for name, word in words if any(list(source.find(user, word)) for source in SOURCES)}


@pytest.mark.parametrize("reader", READS)
def test_search_answers_only_to_words_that_one_reads(aviary, reader):
    found = found_by_searching(aviary, aviary.people[reader])
    assert {"training.title", "training.objectives"} <= found <= READS[reader]


def test_search_tells_strangers_what_everybody_reads(aviary):
    finds = {name: found_by_searching(aviary, user) for name, user in aviary.strangers.items() if user}
    assert {name for name, found in finds.items() if not found <= CATALOGUE | COMMUNITY} == set()
    assert {name for name, found in finds.items() if not found <= CATALOGUE} <= IN_COMMUNITY


def test_every_planted_word_has_its_readers(aviary):
    assert set(aviary.canaries.words) == set().union(NOWHERE, *READS.values())


REFERENCE = {
    *("Axis", "Criterion", "Dimension", "FrameworkChange", "FrameworkVersion", "Level", "Marker"),
    *("Region", "Department", "Epci", "Commune"),
}
WITHOUT_WORDS = {
    "JoinLink.code",
    # Everybody's words, which forms offer to all who accompany.
    "AddedModality.name",
    # Names of our own tables.
    *("MergedRow.column", "MergedRow.table"),
    # Points of a drawing; fourteen digits and their key.
    *("Signature.strokes", "Structure.siret"),
    # Which column is which field; what an import wrote on a sheet, read on that sheet.
    *("ImportLine.changed", "StructureImport.columns", "InterventionImport.columns"),
    *("JournalEntry.key_id", "ProgressReport.digest", "StoredFile.content_type", "StoredFile.digest"),
    "AgendaFeed.digest",
    # Keys of the référentiel.
    *("FrameworkRemark.dimension_key", "FrameworkRemark.key"),
    # A digest; how many chose what.
    *("CalibrationTally.tally", "WorkshopAnswer.phone", "WorkshopQuestion.tally"),
}


def text_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column in which somebody may write a sentence; codes of five letters and choices are none."""
    models_of_b = chain.from_iterable(
        apps.get_app_config(label).get_models() for label in ("structures", "trajectories", "trainings", "community")
    )
    for model in [*models_of_b, Person, StoredFile]:
        if model.__name__.endswith("Event") or model.__name__ in REFERENCE:
            continue
        for column in model._meta.concrete_fields:
            is_text = isinstance(column, models.CharField | models.TextField | models.JSONField) and not column.choices
            is_long = (column.max_length or 1000) > 10
            if is_text and is_long and f"{model.__name__}.{column.name}" not in WITHOUT_WORDS:
                yield model, column.name


def test_no_text_column_is_left_without_a_word(aviary):
    """Plant a word in tests/factories/world.py, and say in READS who finds it."""
    bare = [
        f"{model.__name__}.{column}"
        for model, column in text_columns()
        if not model.objects.filter(**{f"{column}__icontains": "Canari"}).exists()
    ]
    assert bare == []


def test_report_keeps_apart_what_practitioners_keep_among_themselves(aviary):
    """Whoever asks for it, leaders and board download it too."""
    for asker in ("practitioner", "leader"):
        report = issue(aviary, aviary.people[asker])
        printed = aviary.canaries.found_in(json.dumps(report.content) + text_of(report.file.read()))
        assert printed & of_circle(Circle.DIRECTION) == of_circle(Circle.DIRECTION)
        assert printed & (of_circle(Circle.TEAM) | of_circle(Circle.PARTICIPANTS) | JOURNAL | DRAFT) == set()


@pytest.mark.parametrize(
    ("queryset", "name", "reader"),
    [
        (InterventionShareQuerySet, "readable_by", "staff"),
        (InterventionShareQuerySet, "readable_by", "leader"),
        (InterventionShareQuerySet, "readable_by", "coordinator"),
        (NextStepQuerySet, "visible_to", "coordinator"),
        (ReadingQuerySet, "visible_to", "practitioner"),
        (ProgressReportQuerySet, "visible_to", "coordinator"),
        (TrajectoryQuerySet, "visible_to", "member"),
        (StructureQuerySet, "visible_to", "member"),
        (ConversationQuerySet, "visible_to", "coordinator"),
        (ConversationQuerySet, "visible_to", "staff"),
        (ExperienceReportQuerySet, "visible_to", "member"),
        (ExperienceReportQuerySet, "visible_to", "staff"),
        (ContributionQuerySet, "visible_to", "staff"),
        (SharedResourceQuerySet, "visible_to", "leader"),
        (StructureQuerySet, "open_for", "member"),
        (EnrolmentQuerySet, "visible_to", "leader"),
        (SessionQuerySet, "visible_to", "member"),
    ],
)
def test_without_one_filter_the_crawl_finds_a_leak(aviary, monkeypatch, queryset, name, reader):
    user = aviary.people.get(reader) or aviary.cast.users[reader]
    monkeypatch.setattr(queryset, name, lambda self, user, *_act: self.all())
    # As soon as one page tells too much, the crawl has found it.
    assert any(found - READS.get(reader, CATALOGUE) for found in found_along(aviary, user, posts=False))


def test_without_its_filter_a_journal_still_opens_for_its_author_alone(aviary, monkeypatch):
    monkeypatch.setattr(JournalEntryQuerySet, "of", lambda self, user: self.all())
    assert crawl(aviary, aviary.people["other_practitioner_of_b"], posts=False) & JOURNAL == set()


JOURNAL_WORDS = {"facts": "Canari900z", "feelings": "Canari901z", "interpretations": "Canari902z"}


def write_in_the_journal(client: Client, aviary: Aviary) -> None:
    """By every way there is: with an intervention, alone, rewritten, overtaken, refused."""
    today = timezone.localdate().isoformat()
    event = {
        "trajectory": aviary.b.trajectory.public_id,
        "client_key": "7b1c2f0e-54d2-4f4f-9a77-0a4f7a0e5a11",
        "occurred_on": today,
        "minutes": "2 h",
        "modality": "other",
        "account": "Canari903z",
        "circle": "structure",
    }
    assert client.post(reverse("intervention_new"), event | JOURNAL_WORDS).status_code == 302
    assert client.post(reverse("intervention_new"), event | JOURNAL_WORDS | {"minutes": ""}).status_code == 200
    assert client.post(reverse("journal_new"), JOURNAL_WORDS | {"written_on": today}).status_code == 302
    page = reverse("journal_entry", args=[aviary.b.page.public_id])
    assert client.post(page, JOURNAL_WORDS | {"written_on": today, "version": 1}).status_code == 302
    assert client.post(page, JOURNAL_WORDS | {"written_on": today, "version": 1}).status_code == 200
    assert client.post(reverse("structure_new"), JOURNAL_WORDS).status_code == 403
    typed = event | JOURNAL_WORDS | {"draft-address": "/journal/nouvelle-page/", "draft-heading": "Canari904z"}
    assert client.post(reverse("draft_keep"), typed).status_code == 302
    for name in ("drafts", "journal", "journal_export", "journal_export_text", "journal_export_json"):
        assert client.get(reverse(name)).status_code == 200


def fail_in_the_journal(client: Client, aviary: Aviary, settings) -> None:
    """The keys are lost while pages are written and read: an incident of ours, with a word of theirs in hand."""
    keys, settings.JOURNAL_KEYS = settings.JOURNAL_KEYS, []
    client.raise_request_exception = False
    page = reverse("journal_entry", args=[aviary.b.page.public_id])
    assert client.get(page).status_code == 500
    assert client.post(reverse("journal_new"), JOURNAL_WORDS | {"written_on": "2025-01-15"}).status_code == 500
    typed = JOURNAL_WORDS | {"draft-address": "/journal/nouvelle-page/"}
    assert client.post(reverse("draft_keep"), typed).status_code == 500
    settings.JOURNAL_KEYS = keys


def test_journal_is_in_no_table_no_log_and_no_mail(aviary, signed_in, caplog, settings):
    """Nor is it when all is logged that can be, SQL and its values included."""
    for name in ("", "django.request", "django.db.backends", "django.template", "efc_platform"):
        caplog.set_level("DEBUG", name or None)
    client = signed_in(aviary.people["practitioner"])
    connection.force_debug_cursor = True
    write_in_the_journal(client, aviary)
    fail_in_the_journal(client, aviary, settings)
    connection.force_debug_cursor = False
    assert "trajectories_journalentry" in caplog.text, "the writing of the page was logged"
    assert [one.body for one in mail.outbox if "Canari" in one.body] == []
    assert JournalEntry.objects.of(aviary.people["practitioner"]).count() == 3
    dump = "\n".join(rows_of_the_database())
    assert dump.count("Canari903z") == 2, "the shared account stands in its row and in its event"
    for word in [*JOURNAL_WORDS.values(), *(aviary.canaries(name) for name in JOURNAL)]:
        for written in (word, word.encode().hex()):
            assert written not in dump
            assert written not in caplog.text


def test_journal_answers_to_no_search_not_even_its_authors(aviary):
    assert found_by_searching(aviary, aviary.people["practitioner"]) & JOURNAL == set()


def test_no_table_keeps_a_history_of_journals():
    tables = set(connection.introspection.django_table_names())
    assert {table for table in tables if "journal" in table} == {JournalEntry._meta.db_table}


@pytest.mark.parametrize("circle", CIRCLES)
def test_correcting_an_account_offers_the_circle_it_has(aviary, signed_in, circle):
    """Saving without a look at this field must not widen who reads."""
    address = reverse("intervention_edit", args=[aviary.b.interventions[circle].public_id])
    assert signed_in(aviary.people["practitioner"]).get(address).context["form"]["circle"].value() == circle
