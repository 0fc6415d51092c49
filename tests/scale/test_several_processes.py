"""Two sites for one session, two workers on queues of their own, two clocks by mistake: as on several machines, as far
as one can show it."""

import re
import sys
from collections import Counter
from email import message_from_bytes, policy
from itertools import cycle

import pytest
from celery import Celery
from django.conf import settings as ours
from django.urls import reverse
from django.utils import timezone

from accounts.operations import verify_history
from devtools.processes import Child, free_port
from efc_platform.backstage.models import ClockTask, JobState
from efc_platform.backups.keys import new_key
from tests.drills.installation import Installation, kill, until
from tests.drills.ledger import BETWEEN, ask_for_reports, await_all_finished, check_reports
from tests.drills.visitor import Visitor
from tests.factories.world import furnish
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server
from trajectories.models import ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


class Roaming(Visitor):
    """Each request goes to the next site, as behind a proxy that shares them out."""

    def __init__(self, ports: list[int], user) -> None:
        super().__init__(ports[0], user)
        self.turn = cycle(ports)

    def ask(self, *asked, **named):
        self.port = next(self.turn)
        return super().ask(*asked, **named)


@pytest.fixture
def sites(drilled) -> tuple[list[Child], list[int]]:
    children, ports = [], []
    for _rank in range(2):
        drilled.port = free_port()
        children.append(drilled.site())
        ports.append(drilled.port)
    return children, ports


def test_one_session_goes_from_site_to_site_and_outlives_one_of_them(sites, cast):
    children, ports = sites
    visitor = Roaming(ports, cast.practitioner)
    pages = [reverse("home"), reverse("trajectory", args=[cast.trajectory_a.public_id]), reverse("agenda")]
    assert [visitor.get(page) for page in pages * 4] == [200] * 12
    # The form comes from one, and is answered by the other, which has never seen it.
    reports = reverse("reports", args=[cast.trajectory_a.public_id])
    visitor.send(reports, {"period_start": "2024-02-01", "period_end": timezone.localdate().isoformat()})
    assert ProgressReport.objects.count() == 1
    kill(children[0])
    visitor.turn = cycle(ports[1:])
    assert [visitor.get(page) for page in pages] == [200] * 3
    visitor.send(reverse("account_logout"), {"next": "/"})
    assert visitor.get(reverse("agenda")) == 302


def test_workers_on_queues_of_their_own_do_each_report_and_each_mail_once(drilled, cast):
    printer = drilled.worker("printer", queues="pdf")
    postman = drilled.worker("postman", queues="default,mail")
    drilled.clock()
    asked = ask_for_reports(6, by=cast.practitioner, trajectory=cast.trajectory_a)
    await_all_finished(seconds=60)
    check_reports(asked, drilled.var_dir)
    assert [one.job.attempts for one in ProgressReport.objects.order_by("pk")] == [1] * 6
    # Whatever the clock asks for goes to the one that listens to its queue.
    assert [" received" in said_by(one) for one in (printer, postman)] == [True, True]
    assert ["sweep_jobs[" in said_by(one) for one in (printer, postman)] == [False, True]


def said_by(worker: Child) -> str:
    return (worker.log or ours.BASE_DIR).read_text()


def test_what_one_machine_prints_is_read_on_another(drilled, cast, tmp_path):
    """Neither has a folder of the other: a bucket is all that they share."""
    with s3_server(tmp_path / "s3") as url:
        shared = {
            "FILES_URL": url.replace("/sauvegardes", "/fichiers"),
            "FILES_ACCESS_KEY": ACCESS_KEY,
            "FILES_SECRET_KEY": SECRET_KEY,
        }
        drilled.settings = shared | {"VAR_DIR": str(tmp_path / "printer")}
        drilled.worker("printer")
        drilled.clock()
        drilled.settings = shared | {"VAR_DIR": str(tmp_path / "site")}
        drilled.site()
        [asked] = ask_for_reports(1, by=cast.practitioner, trajectory=cast.trajectory_a)
        await_all_finished(seconds=60)
        answer = Visitor(drilled.port, cast.practitioner).open(reverse("report_file", args=[asked.public_id]))
        assert (answer.status, answer.content[:5]) == (200, b"%PDF-")
    assert [path for path in tmp_path.glob("*/files/**/*") if path.is_file()] == []


def second_clock(drilled: Installation) -> Child:
    """On another machine, hence with a calendar of its own."""
    arguments = ["-m", "celery", "-A", "efc_platform", "beat", "-s", str(drilled.var_dir / "beat-2"), "--pidfile="]
    return Child("beat-2", [sys.executable, *arguments], drilled.var_dir / "log" / "beat-2.log", drilled.environment)


def test_two_clocks_by_mistake_make_nothing_twice(drilled, cast, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKUP_URL", f"file://{tmp_path}/sauvegardes")
    monkeypatch.setenv("BACKUP_RECIPIENTS", new_key()[1])
    furnish(
        cast.trajectory_a,
        practitioner=cast.practitioner.person,
        drafted_by=cast.practitioner.person,
        journal_of=cast.practitioner,
        leader=cast.leader,
    )
    for name in ("first", "second"):
        drilled.worker(name, slots=2)
    other = second_clock(drilled)
    other.start()
    try:
        drilled.clock()
        asked = ask_for_reports(4, by=cast.practitioner, trajectory=cast.trajectory_a)
        ask_for_the_night(drilled, times=2)
        until(lambda: begun(drilled) == asked_for(2), seconds=120, what="the night, twice")
        until(lambda: not ClockTask.objects.filter(ended_at=None).exists(), seconds=120, what="all of it over")
        await_all_finished(seconds=60)
    finally:
        other.stop()
    assert [one.job.state for one in ProgressReport.objects.filter(pk__in=[one.pk for one in asked])] == [
        JobState.READY
    ] * 4
    told = letters(drilled)
    assert len(told) > len(asked), "the night had something to tell"
    assert {words: count for words, count in told.items() if count > 1} == {}
    assert sorted(ClockTask.objects.exclude(problem="").values_list("name", "problem")) == []
    assert verify_history().problems == []
    # One backup, or a second that began once the first was over; never half of one.
    made = [path.name for path in (tmp_path / "sauvegardes").iterdir()]
    assert made
    assert all(name.endswith(".tar.age") for name in made)


NIGHT = {name: entry for name, entry in ours.CELERY_BEAT_SCHEDULE.items() if name != "sweep-jobs"}


def asked_for(times: int) -> dict[str, int]:
    return {str(entry["task"]): times for entry in NIGHT.values()}


def ask_for_the_night(drilled: Installation, *, times: int) -> None:
    """All that the clock asks for between two mornings, in the order of its calendar."""
    with Celery(broker=drilled.redis_url) as bell:
        for entry in NIGHT.values():
            for _clock in range(times):
                bell.send_task(entry["task"], queue="default")


def begun(drilled: Installation) -> Counter[str]:
    logs = [(drilled.var_dir / "log" / f"{name}.log").read_text() for name in ("first", "second")]
    ended = re.findall(r"Task ([\w.]+)\[[^]]+\] succeeded", "\n".join(logs))
    return Counter(name for name in ended if name in asked_for(1))


def letters(drilled: Installation) -> Counter[tuple[str, str, str]]:
    """To whom and what, however many times the same identifier left."""
    written = b"".join(path.read_bytes() for path in (drilled.var_dir / "mail").glob("*")).split(BETWEEN)
    found = [message_from_bytes(text, policy=policy.default) for text in written if text.strip()]
    return Counter((one["To"], one["Subject"], one.get_content()) for one in found)
