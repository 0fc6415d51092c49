"""Disks fill up, or may no longer be written: what cannot be kept is refused in words, nothing is half kept, and all
goes on once there is room again."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from efc_platform.backstage.models import JobState, StoredFile
from structures.models import StructureDocument
from tests.drills.installation import kill, until
from tests.drills.ledger import ask_for_reports, await_all_finished, check_reports, sent_mails, unfinished
from tests.drills.own_postgres import OwnPostgres, postgres_of_its_own
from tests.drills.small_disk import SmallDisk, mounted
from tests.drills.visitor import Answer, Visitor
from tests.factories.files import pdf_of, upload
from tests.visitor import Page, values_of
from trajectories.models import Intervention, InterventionShare, ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
FULL = "Le serveur n’a plus de place pour garder ce fichier"
LOCKED = "Le serveur n’arrive pas à garder ce fichier"
INTERVENTION = "/interventions/nouvelle/"
HISTORY = InterventionShare.pgh_event_model.objects


@pytest.fixture
def ask(cast) -> Callable[[int], list[ProgressReport]]:
    return lambda number: ask_for_reports(number, by=cast.practitioner, trajectory=cast.trajectory_a)


def bring(visitor: Visitor, cast, title: str, content: bytes = b"") -> Answer:
    """A document, as a person adds one."""
    brought = {"title": title, "file": upload(f"{title}.pdf", content or pdf_of())}
    return visitor.press(reverse("documents", args=[cast.structure_a.public_id]), brought)


def log(visitor: Visitor, cast, title: str) -> Answer:
    """An intervention, as a person notes one."""
    return visitor.post(INTERVENTION, form_of_intervention(visitor, cast) | words(title))


def form_of_intervention(visitor: Visitor, cast) -> dict[str, str]:
    path = f"{INTERVENTION}?trajectoire={cast.trajectory_a.public_id}"
    return dict(values_of(Page(200, path, visitor.open(path).page).form_of("Enregistrer")))


def words(title: str) -> dict[str, str]:
    """Each is a sending of its own."""
    return {"title": title, "minutes": "1 h", "account": f"Récit {title}", "client_key": str(uuid4())}


def send(visitor: Visitor, typed: dict[str, str], title: str) -> Answer | None:
    """None when nobody answered."""
    with suppress(OSError, HTTPException):
        return visitor.post(INTERVENTION, typed | words(title))
    return None


def is_accepted(answer: Answer | None) -> bool:
    return answer is not None and answer.status == 302


def use_up_the_journal(own: OwnPostgres) -> None:
    """What is still reserved for its write-ahead log: PostgreSQL then stops at once rather than promise what it could
    not keep."""
    with suppress(psycopg.OperationalError), psycopg.connect(own.superuser, autocommit=True) as busy:
        for _time in range(1000):
            busy.execute("SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 1000000))")
        pytest.fail("the journal never ran out of room")


def is_whole(file: StoredFile) -> bool:
    if not file.is_there:
        return False
    return hashlib.sha256(file.read()).hexdigest() == file.digest


def broken_files() -> int:
    """Rows without their whole file, and files that are nothing or half of something."""
    rows = list(StoredFile.objects.all())
    known = {row.path for row in rows}
    first = rows[0].path.parents[1] if rows else None
    others = [path for path in first.glob("*/*") if path not in known] if first else []
    return sum(not is_whole(row) for row in rows) + len(others)


@pytest.mark.fault("D9", "disque des fichiers plein, rempli deux fois")
def test_files_disk_is_full_then_has_room_again(drilled, small_disk, cast, ask, toll):
    disk = small_disk(drilled.var_dir / "files", 10)
    (disk.path / "recu").mkdir()
    drilled.settings["TMPDIR"] = str(disk.path / "recu")
    drilled.site()
    drilled.settings.clear()
    drilled.worker()
    drilled.clock()
    visitor = Visitor(drilled.port, cast.practitioner)
    assert bring(visitor, cast, "avant").status == 302
    reports = ask(1)
    await_all_finished(seconds=30)
    disk.fill()
    refused = bring(visitor, cast, "pendant")
    assert (refused.status, FULL in refused.page, 'value="pendant"' in refused.page) == (200, True, True)
    too_big = bring(visitor, cast, "pendant", b"%" * 4_000_000)
    assert (too_big.status, "Le serveur n’a plus de place" in too_big.page) == (507, True)
    # Asked for by its page all the same: the work waits, is tried, and says why it ended.
    reports += ask(2)[1:]
    until(lambda: not unfinished(), seconds=60, what="the report given up")
    reports[1].job.refresh_from_db()
    page = visitor.open(reports[1].get_absolute_url()).page
    assert (reports[1].job.state, FULL in page, "Traceback" in page) == (JobState.FAILED, True, False)
    assert visitor.open(reverse("report_file", args=[reports[0].public_id])).content.startswith(b"%PDF")
    assert broken_files() == 0
    disk.give_room()
    with toll.until_well(within=63):
        assert bring(visitor, cast, "après").status == 302
        visitor.press(reverse("report_retry", args=[reports[1].public_id]), {}, page=reports[1].get_absolute_url())
        await_all_finished(seconds=60)
    titles = list(StructureDocument.objects.order_by("pk").values_list("title", flat=True))
    reports = list(ProgressReport.objects.filter(job__state=JobState.READY))
    lost = len({"avant", "après"} - set(titles)) + 2 - len(reports) + broken_files()
    toll.settle(accepted=4, lost=lost, doubled=len(titles) - 2 + StoredFile.objects.count() - 4)


@pytest.mark.fault("D9", "disque des journaux plein")
def test_disk_of_the_logs_is_full(drilled, small_disk, cast, ask, toll):
    """What is told to the logs is lost, and nothing else."""
    disk = small_disk(drilled.var_dir / "log", 1)
    drilled.site()
    worker = drilled.worker()
    visitor = Visitor(drilled.port, cast.practitioner)
    disk.fill()
    # What its supervisor starts meanwhile has no line to write either.
    drilled.clock()
    kill(worker)
    worker.start()
    answers = [log(visitor, cast, f"Atelier {number}") for number in range(5)]
    reports = ask(5)
    # A page that is not there writes a line, which has nowhere to go.
    assert visitor.open("/nulle-part/").status == 404
    with toll.until_well(within=63):
        await_all_finished(seconds=60)
    disk.give_room()
    assert [answer.status for answer in answers] == [302] * 5
    check_reports(reports, drilled.var_dir)
    lost = 5 - Intervention.objects.count() + 5 - HISTORY.filter(pgh_label="insert").count()
    toll.settle(accepted=10, lost=lost, doubled=StoredFile.objects.count() - 5)


@pytest.mark.fault("D10", "disque des fichiers en lecture seule")
def test_files_may_no_longer_be_written(drilled, small_disk, cast, ask, toll):
    disk = small_disk(drilled.var_dir / "files", 10)
    drilled.settings["METRICS_TOKEN"] = "jeton-de-cet-exercice"
    drilled.site()
    drilled.worker()
    drilled.clock()
    visitor, coordination = (Visitor(drilled.port, one) for one in (cast.practitioner, cast.coordinator))
    assert bring(visitor, cast, "avant").status == 302
    document = StructureDocument.objects.get()
    assert is_said_writable(coordination)
    disk.lock()
    refused = bring(visitor, cast, "pendant")
    assert (refused.status, LOCKED in refused.page, "Traceback" in refused.page) == (200, True, False)
    [report] = ask(1)
    until(lambda: not unfinished(), seconds=60, what="the report given up")
    report.job.refresh_from_db()
    page = visitor.open(report.get_absolute_url()).page
    assert (report.job.state, LOCKED in page, "Traceback" in page) == (JobState.FAILED, True, False)
    assert any(LOCKED in " ".join(text.split()) for text in sent_mails(drilled.var_dir))
    assert not is_said_writable(coordination)
    assert visitor.open(document.get_absolute_url()).content == document.file.read()
    disk.unlock()
    with toll.until_well(within=63):
        assert is_said_writable(coordination)
        visitor.press(reverse("report_retry", args=[report.public_id]), {}, page=report.get_absolute_url())
        await_all_finished(seconds=60)
    report.refresh_from_db()
    lost = sum(not (file and is_whole(file)) for file in (document.file, report.file))
    toll.settle(accepted=2, lost=lost, doubled=StoredFile.objects.count() - 2)


def is_said_writable(coordination: Visitor) -> bool:
    """By the page and by the tool alike."""
    page = "Le dossier des fichiers ne s’écrit plus" not in coordination.open(reverse("watching")).page
    told = coordination.open(reverse("metrics"), Authorization="Bearer jeton-de-cet-exercice").page
    assert page == ("trajectoires_files_writable 1.0" in told)
    return page


@pytest.fixture
def database_on_a_small_disk(db) -> Iterator[tuple[SmallDisk, OwnPostgres]]:
    """Large enough for what it holds, and for its journal to come round once."""
    var_dir = Path(tempfile.mkdtemp(prefix="efc-own-"))
    # Whoever PostgreSQL runs as must get there.
    var_dir.chmod(0o711)
    with mounted(var_dir, 400, mode="0711") as disk, postgres_of_its_own(var_dir) as own:
        yield disk, own
    shutil.rmtree(var_dir)


@pytest.mark.fault("D9", "disque de PostgreSQL plein pendant que l’on écrit")
def test_disk_of_the_database_is_full(database_on_a_small_disk, drilled, cast, toll):
    disk, own = database_on_a_small_disk
    drilled.site()
    drilled.worker()
    drilled.clock()
    visitor = Visitor(drilled.port, cast.practitioner)
    accepted = [title for title in ("Avant 1", "Avant 2") if log(visitor, cast, title).status == 302]
    typed = form_of_intervention(visitor, cast)
    disk.fill()
    use_up_the_journal(own)
    for number in range(5):
        answer = send(visitor, typed, f"Pendant {number}")
        assert answer is None or "Traceback" not in answer.page
        if answer and answer.status == 302:
            accepted.append(f"Pendant {number}")
    assert len(accepted) < 7, "the disk was never full"
    disk.give_room()
    with toll.until_well(within=65):
        if not own.child.is_running:
            own.start()
        # The test's own session went with the server.
        connection.close()
        until(lambda: visitor.get("/readyz") == 200, seconds=60, what="the database answers")
        until(lambda: is_accepted(send(visitor, typed, "Après")), seconds=5, what="the site writes again")
    accepted.append("Après")
    titles = list(Intervention.objects.values_list("title", flat=True))
    told = HISTORY.filter(pgh_label="insert").count()
    lost = len(set(accepted) - set(titles)) + len(titles) - told
    toll.settle(accepted=len(accepted), lost=lost, doubled=len(titles) - len(set(titles)))
