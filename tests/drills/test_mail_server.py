"""The mail server is away, hangs, or refuses one address: pages do not notice, each mail leaves once or is flagged."""

from statistics import median
from time import monotonic

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from devtools.processes import free_port
from efc_platform.backstage.mails import MAIL, PAUSES, post
from efc_platform.backstage.models import Job, JobState
from tests.drills.installation import until
from tests.drills.ledger import ask_for_reports
from tests.drills.visitor import Visitor
from tests.smtp_server import smtp_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
MAILS = Job.objects.filter(kind=MAIL)


def note_to(address: str, words: str) -> Job:
    with transaction.atomic():
        return post(key=words, to=address, template="emails/layout.txt", context={"body": words, "subject": words})


def come_due() -> None:
    """Time passes: what was to wait is due."""
    MAILS.filter(state=JobState.QUEUED).update(not_before=timezone.now())


def seconds_of(visitor: Visitor, path: str) -> float:
    began = monotonic()
    assert visitor.get(path) == 200
    return monotonic() - began


@pytest.fixture
def post_office(drilled, cast) -> tuple[Visitor, int]:
    """A port where nobody listens yet, and somebody before the pages."""
    port = free_port()
    drilled.settings["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    drilled.site()
    drilled.worker(slots=2)
    drilled.clock()
    return Visitor(drilled.port, cast.practitioner), port


@pytest.mark.fault("D23", "serveur de courriel absent, puis muet, puis de retour")
def test_mail_server_is_away_then_hangs_then_is_back(post_office, cast, toll):
    visitor, port = post_office
    usual = median(seconds_of(visitor, reverse("home")) for _time in range(10))
    [report] = ask_for_reports(1, by=cast.practitioner, trajectory=cast.trajectory_a)
    for number in range(4):
        note_to(f"{number}@essai.example", f"Note {number}")
    until(lambda: MAILS.filter(attempts=1, state=JobState.QUEUED).count() == 5, seconds=60, what="all tried in vain")
    report.job.refresh_from_db()
    assert report.job.state == JobState.READY
    with smtp_server(port, hangs_at="greeting") as mute:
        come_due()
        until(lambda: mute.held, seconds=20, what="a mail is held")
        meanwhile = median(seconds_of(visitor, reverse("home")) for _time in range(10))
        until(lambda: MAILS.filter(attempts=2, state=JobState.QUEUED).count() == 5, seconds=60, what="all tried twice")
        assert mute.taken == []
    assert meanwhile <= 2 * usual
    with smtp_server(port) as server, toll.until_well(within=63):
        come_due()
        until(lambda: not MAILS.exclude(state=JobState.READY).exists(), seconds=60, what="all mails left")
    to, identifiers = zip(*server.taken, strict=True)
    wanted = {cast.practitioner.email} | {f"{number}@essai.example" for number in range(4)}
    toll.settle(accepted=5, lost=len(wanted - set(to)), doubled=len(identifiers) - len(set(identifiers)))


@pytest.mark.fault("D23", "serveur de courriel qui prend, puis ne rend plus la main")
def test_mail_that_was_taken_by_a_server_that_then_hangs_is_not_sent_again(post_office, toll):
    _visitor, port = post_office
    with smtp_server(port, hangs_at="leave") as server:
        for number in range(3):
            note_to(f"{number}@essai.example", f"Note {number}")
        with toll.until_well(within=63):
            until(lambda: not MAILS.exclude(state=JobState.READY).exists(), seconds=60, what="all mails left")
    assert set(MAILS.values_list("attempts", flat=True)) == {1}
    toll.settle(accepted=3, lost=3 - len(set(server.taken)), doubled=len(server.taken) - len(set(server.taken)))


@pytest.mark.fault("D23", "une adresse refusée, un jour durant")
def test_refused_address_is_tried_for_a_day_then_flagged_and_holds_up_nobody(post_office, drilled, cast, toll):
    _visitor, port = post_office
    with smtp_server(port, refused="partie@essai.example") as server:
        refused = note_to("partie@essai.example", "Note")
        others = [note_to(f"{number}@essai.example", f"Note {number}") for number in range(4)]
        with toll.until_well(within=63):
            until(lambda: len(server.taken) == len(others), seconds=60, what="the others left")
        waited = 0.0
        for attempt in range(1, len(PAUSES) + 1):
            until(
                lambda n=attempt: tried(refused, n),
                seconds=30,
                what=f"attempt {attempt}",
                more=lambda: str(refused.attempts),
            )
            waited += (refused.not_before - timezone.now()).total_seconds()
            come_due()
        until(lambda: state_of(refused) == JobState.FAILED, seconds=30, what="given up")
    assert 12 * 3600 < waited <= 24 * 3600
    flagged = Visitor(drilled.port, cast.coordinator).open(reverse("watching")).page
    assert "Courriel" in flagged
    assert "essai.example" not in flagged
    to, identifiers = zip(*server.taken, strict=True)
    lost = len(others) - len(set(to)) + (state_of(refused) != JobState.FAILED)
    toll.settle(accepted=1 + len(others), lost=lost, doubled=len(identifiers) - len(set(identifiers)))


def tried(job: Job, times: int) -> bool:
    return state_of(job) == JobState.QUEUED and job.attempts == times


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state
