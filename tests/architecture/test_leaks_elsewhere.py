"""Where a text might leave the platform without anybody opening a page: mails, jobs, logs, a document's properties."""

import io
import json
import logging
import re
import uuid
from collections.abc import Iterator

import pymupdf
import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Notice
from community.models import ContributionKind
from community.operations import answer, contribute
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.architecture import test_leaks
from tests.architecture.test_leaks import JOURNAL_WORDS, Aviary, crawl, issue, write_in_the_journal
from tests.factories.notices import want_mails
from tests.stored import path_of
from trainings.operations import cancel_enrolment, cancel_session, enrol
from trajectories.models import InterventionShare, Modality
from trajectories.operations import (
    InterventionFacts,
    ShareFacts,
    add_next_step,
    log_intervention,
    seal_reading,
    start_trial,
)

aviary = test_leaks.aviary
# A mail says that something happened and where; the words themselves wait behind the connection.
TOLD_BY_MAIL = {
    "structure.name",
    "person.first_name",
    "training.title",
    *(f"{session}.{name}" for session in ("session", "cohort_session") for name in ("place", "address")),
    "shared_report.title",
    # Where it goes.
    "person.email",
}


def send_every_mail(aviary: Aviary) -> None:
    """By the operations that tell somebody something about B."""
    people, world = aviary.people, aviary.b
    want_mails({*people.values(), *aviary.cast.users.values()})
    share_something_new(aviary)
    issue(aviary, people["practitioner"])
    peer = aviary.cast.other_practitioner
    kind, text = ContributionKind.QUESTION, "Qui était là ? Canari910z"
    contribution = contribute(by=peer, report=world.shared_report, kind=kind, text=text)
    answer(by=people["practitioner"], contribution=contribution, text="Toute l’équipe, Canari911z.")
    cancel_enrolment(by=people["leader"], enrolment=world.enrolment)
    cancel_session(by=people["trainer"], session=world.cohort_session, because="Canari912z")
    form = {"person_name": "Canari913z", "message": "Canari914z", "phone": "06 39 98 12 34"}
    assert Client().post(reverse("ask_for_support"), form).status_code == 302


def share_something_new(aviary: Aviary) -> None:
    """Of which the others of the structure are told."""
    by, trajectory = aviary.people["practitioner"], aviary.b.trajectory
    facts = InterventionFacts(timezone.localdate(), 60, Modality.OTHER, title="Canari915z")
    share = ShareFacts(trajectory, 60, account="Canari916z", decision="Canari917z")
    log_intervention(by=by, client_key=uuid.uuid4(), facts=facts, shares=[share])
    add_next_step(by=by, trajectory=trajectory, text="Canari918z", owner=aviary.people["leader"].person)
    start_trial(by=by, trajectory=trajectory, title="Canari919z", started_on=timezone.localdate())
    leader, session = aviary.people["leader"], aviary.b.cohort_session
    seal_reading(by=leader, reading=aviary.b.draft)
    enrol(by=leader, session=session, person=leader.person, structure=aviary.b.structure)


def test_notice_says_of_which_kind_and_where_and_no_more(aviary):
    planted = aviary.b.notice.pk
    send_every_mail(aviary)
    told = Notice.objects.exclude(pk=planted)
    assert {one.subject.partition(".")[0] for one in told} == {
        *("structures", "trajectories", "trainings", "community"),
    }
    said = json.dumps(list(told.values("key", "title", "url", "category")), ensure_ascii=False)
    assert aviary.canaries.found_in(said) == {"structure.name", "training.title"}
    assert re.findall(r"Canari9\d\dz", said) == []


def test_mails_hold_no_text_that_somebody_wrote_for_a_circle(aviary):
    told = aviary.canaries.words | {f"written just now, {number}": f"Canari{number}z" for number in range(910, 920)}
    send_every_mail(aviary)
    kinds = set(Job.objects.filter(kind="mail").values_list("key", flat=True))
    assert len({key.split(":")[1] for key in kinds}) >= 5, kinds
    for job in Job.objects.filter(kind="mail"):
        run_job(job.pk)
    assert len(mail.outbox) >= 5
    sent = "".join(str(letter.message()) + letter.body for letter in mail.outbox)
    found = {name for name, word in told.items() if word in sent}
    # Why a session will not take place is written for those who were to come.
    assert {"structure.name", "training.title"} <= found <= TOLD_BY_MAIL | {"written just now, 912"}


def test_jobs_name_what_they_are_about_and_hold_none_of_it(aviary):
    send_every_mail(aviary)
    work = Job.objects.exclude(kind="mail")
    assert work.exists()
    assert aviary.canaries.found_in(json.dumps(list(work.values("key", "payload", "error")))) == set()
    letters = json.dumps(list(Job.objects.filter(kind="mail").values("key", "payload", "error")), ensure_ascii=False)
    assert aviary.canaries.found_in(letters) <= TOLD_BY_MAIL


def test_properties_of_a_document_say_whose_it_is_and_no_more(aviary):
    report = issue(aviary, aviary.people["practitioner"])
    with pymupdf.open(path_of(report.file)) as document:
        said = json.dumps([document.metadata, document.embfile_names(), document.get_xml_metadata()])
        assert aviary.canaries.found_in(said) == {"structure.name"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that loggers say at their most talkative, those whose level is a decision apart, as our log writes it."""
    written, decided = io.StringIO(), settings.LOGGING["loggers"]
    handler = logging.StreamHandler(written)
    given = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(import_string(given["()"])(given["format"], given["datefmt"]))
    known = {one: one.level for name, one in logging.root.manager.loggerDict.items() if _is_free(name, one, decided)}
    for one in (logging.root, *known):
        one.setLevel(logging.DEBUG)
    logging.root.addHandler(handler)
    yield written
    logging.root.removeHandler(handler)
    logging.root.setLevel(settings.LOGGING["root"]["level"])
    for one, level in known.items():
        one.setLevel(level)


def _is_free(name: str, one: object, decided: dict) -> bool:
    return isinstance(one, logging.Logger) and not name.startswith(tuple(set(decided) - {"efc_platform"}))


def test_log_holds_no_word_of_the_pages_that_were_opened(aviary, log, signed_in):
    crawl(aviary, aviary.people["practitioner"])
    issue(aviary, aviary.people["leader"])
    write_in_the_journal(signed_in(aviary.people["practitioner"]), aviary)
    assert "Not Found: /" in log.getvalue()
    written = [word for word in JOURNAL_WORDS.values() if word in log.getvalue()]
    assert (aviary.canaries.found_in(log.getvalue()), written) == (set(), [])


def test_log_of_a_row_that_the_database_refuses_says_why_and_not_the_row(aviary, log):
    shares = InterventionShare.objects.filter(trajectory=aviary.b.trajectory)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        shares.update(circle="tous")
    assert aviary.canaries.found_in(str(refused.value)), "PostgreSQL quotes the row"
    logging.getLogger("django.request").error("Internal Server Error: /essai/", exc_info=refused.value)
    assert 'violates check constraint "share_circle"' in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert aviary.canaries.found_in(log.getvalue()) == set()


@pytest.mark.parametrize("end", ["%0a", "%0d%0a", "%E2%80%A8", "%0b", "%1b[2K"])
def test_address_asked_for_writes_one_line_of_the_log(log, db, end):
    assert Client().get(f"/nulle-part{end}2026-01-01 ERROR une panne/").status_code == 404
    (line,) = [one for one in log.getvalue().splitlines() if "nulle-part" in one]
    assert line.endswith("une panne/")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} WARNING django.request ", line)
    assert line.isprintable()
