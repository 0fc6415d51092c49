"""Every file made to harm, sent by three at once through the real site: refused, and nothing is left of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest
from django.urls import reverse

from efc_platform.backstage.models import StoredFile
from structures.models import StructureDocument
from tests.drills.visitor import Visitor
from tests.factories.files import upload
from tests.hostile_files import CORPUS, INERT
from tests.stored import path_of

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
# A process of the site, in megabytes: 2 of them, the workers, the database and the broker share 2 GB.
MEMORY = 400
# Too heavy for the limit of the tests of each file, not for the site's.
ONLY_HEAVY = "one byte too heavy"


class Watched:
    """The most memory that one process of the site has held at once, in megabytes."""

    def __init__(self, pid: int) -> None:
        self._processes = psutil.Process(pid).children()
        self._over, self.most = Event(), 0.0

    def __enter__(self) -> "Watched":
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.most = max(self.most, *(one.memory_info().rss / 1e6 for one in self._processes))


def everything_under(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.fault("D15", "tous les fichiers hostiles, trois fois ensemble")
def test_hostile_files_by_three_at_once(drilled, cast, toll):
    received = drilled.var_dir / "recu"
    received.mkdir()
    drilled.settings["TMPDIR"] = str(received)
    site = drilled.site()
    address = reverse("documents", args=[cast.structure_a.public_id])
    files = {what: (name, make()) for what, (name, make) in {**CORPUS, **INERT}.items()}
    before = everything_under(drilled.var_dir)

    def send_all(visitor: Visitor) -> dict[str, int]:
        statuses = {}
        for what, (name, content) in files.items():
            brought = {"title": what, "file": upload(name, content)}
            statuses[what] = visitor.press(address, brought).status
        return statuses

    visitors = [Visitor(drilled.port, one) for one in (cast.practitioner, cast.leader, cast.leader)]
    with Watched(site.process.pid) as memory, ThreadPoolExecutor(3) as three:
        answers = list(three.map(send_all, visitors))
    assert {what: status for one in answers for what, status in one.items() if status >= 500} == {}
    print(f"\nmost memory of one process of the site: {memory.most:.0f} MB")
    assert memory.most <= MEMORY
    kept = set(StructureDocument.objects.values_list("title", flat=True))
    assert kept & set(CORPUS) <= {ONLY_HEAVY}
    stored = {path_of(file) for file in StoredFile.objects.all()}
    outside = {path for path in everything_under(drilled.var_dir) - before - stored if path.suffix != ".log"}
    assert outside == set()
    assert not Path("/etc/cron.d/a").exists()
    accepted = sum(status == 302 for one in answers for status in one.values())
    documents = StructureDocument.objects.count()
    # One name holds a line of its own, which no browser would send.
    assert accepted >= len(answers) * (len(INERT) - 1)
    lost = sum(not path.exists() for path in stored) + max(0, accepted - documents)
    toll.settle(accepted=accepted, lost=lost, doubled=max(0, documents - accepted))
