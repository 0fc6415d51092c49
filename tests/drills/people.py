"""People who write while things break, over real HTTP: what they were told was kept, and each answer that was not.

Somebody whose form gets no answer, or an error, sends that same form again, as one does; what they were told was kept
is then held against what the database has.
"""

import http.client
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TypeVar
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from efc_platform.backstage.models import Submission
from tests.drills.installation import until
from tests.drills.ledger import doubled_of, lost_of
from tests.drills.toll import Toll
from tests.drills.visitor import Visitor
from tests.factories.cast import Cast
from tests.factories.structures import AccompanimentFactory
from tests.visitor import Page, values_of
from trajectories.models import Intervention, InterventionShare, JournalEntry, NextStep, ProgressReport, Trajectory

T = TypeVar("T")
# Sent again after so long, by a patient person.
AGAIN = 0.2


@dataclass(frozen=True)
class Answer:
    """What one request met: a status, or the name of what broke; when it began and ended."""

    what: str
    began: float
    ended: float
    words: str = ""

    @property
    def is_good(self) -> bool:
        return self.what in {"200", "302"}


class Unanswered(Exception):
    """Not the page that was hoped for."""


@dataclass
class Writer:
    """Notes one intervention after another, each under a title of its own, and asks for a report now and then.

    `reports_of`: of a trajectory on which nothing is noted meanwhile; with its new promises each report would be longer
    to print than the one before, and a long drill would count how fast the machine prints."""

    name: str
    visitor: Visitor
    trajectory: Trajectory
    reports_of: Trajectory | None = None
    over: Event = field(default_factory=Event)
    answers: list[Answer] = field(default_factory=list)
    # The titles, and the addresses of reports, that they were told were kept.
    noted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def work(self) -> None:
        for number in count():
            if self.over.is_set():
                return
            self._note(f"{self.name} {number}")
            if self.reports_of and number % 4 == 0:
                self._ask_for_report(self.reports_of, number // 4)

    def fill_in(self, title: str) -> dict[str, str]:
        """The form of an intervention, ready to be sent."""
        typed = {"minutes": "1 h", "title": title, "account": title, "next_step": title, "facts": title}
        return self._form(self._new, "Enregistrer") | typed

    def send(self, form: dict[str, str]) -> Answer:
        """What the form of an intervention meets, sent once."""
        with suppress(Unanswered):
            self._post(self._new, form, "/interventions/")
        return self.answers[-1]

    @property
    def _new(self) -> str:
        return f"{reverse('intervention_new')}?trajectoire={self.trajectory.public_id}"

    def _note(self, title: str) -> None:
        if self._send(lambda: self.fill_in(title), self._new, leads_to="/interventions/"):
            self.noted.append(title)

    def _ask_for_report(self, trajectory: Trajectory, day: int) -> None:
        start = date(2024, 2, 1) + timedelta(days=day)
        typed = {"period_start": start.isoformat(), "period_end": timezone.localdate().isoformat()}
        page = reverse("reports", args=[trajectory.public_id])
        if address := self._send(lambda: self._form(page, "Préparer le bilan") | typed, page, leads_to="/bilans/"):
            self.asked.append(address)

    def _send(self, fill_in: Callable[[], dict[str, str]], page: str, *, leads_to: str) -> str:
        """Where the form leads once it is taken; empty when they stop before, and do not know."""
        form = self._until_over(fill_in)
        return (form and self._until_over(lambda: self._post(page, form, leads_to))) or ""

    def _until_over(self, ask: Callable[[], T]) -> T | None:
        while True:
            try:
                return ask()
            except Unanswered:
                if self.over.wait(AGAIN):
                    return None

    def _form(self, page: str, button: str) -> dict[str, str]:
        _headers, body = self._answer("GET", page, None, {"200"})
        return dict(values_of(Page(200, page, body).form_of(button)))

    def _post(self, page: str, typed: dict[str, str], leads_to: str) -> str:
        headers, _body = self._answer("POST", page, typed, {"302"})
        if not (location := headers["Location"]).startswith(leads_to):
            self.answers[-1] = Answer(f"302 {location}", self.answers[-1].began, self.answers[-1].ended)
            raise Unanswered
        return location

    def _answer(self, method: str, page: str, typed: dict[str, str] | None, hoped: set[str]):
        began = monotonic()
        try:
            status, headers, content = self.visitor.ask(method, page, typed)
        except (OSError, http.client.HTTPException) as problem:
            what, headers, body = type(problem).__name__, None, ""
        else:
            what, body = str(status), content.decode()
        is_hoped = what in hoped
        self.answers.append(
            Answer(what if is_hoped else f"{method} {what}", began, monotonic(), "" if is_hoped else body)
        )
        if not is_hoped:
            raise Unanswered
        return headers, body


@dataclass
class People:
    """All of them, and what is made of their work once they have stopped."""

    writers: list[Writer]

    @property
    def answers(self) -> list[Answer]:
        return [answer for writer in self.writers for answer in list(writer.answers)]

    @property
    def noted(self) -> list[str]:
        return [title for writer in self.writers for title in writer.noted]

    @property
    def asked(self) -> list[str]:
        return [address for writer in self.writers for address in writer.asked]

    def go_on(self, forms: int = 4) -> None:
        """Waits until so many more were kept, and a report asked for since."""
        noted, asked = len(self.noted), len(self.asked)
        until(lambda: len(self.noted) >= noted + forms, seconds=60, what="people write", more=self.last_words)
        if any(writer.reports_of for writer in self.writers):
            until(lambda: len(self.asked) > asked, seconds=60, what="a report is asked for", more=self.last_words)

    def last_words(self) -> str:
        return "".join(f"\n{answer.what}" for answer in self.failures()[-5:])

    def failures(self) -> list[Answer]:
        return sorted((answer for answer in self.answers if not answer.is_good), key=lambda answer: answer.began)

    def first_kept_after(self, moment: float) -> float:
        """When a form was first taken that was sent after that moment; later than anything if none was."""
        taken = [one.ended for one in self.answers if one.what == "302" and one.began > moment]
        return min(taken, default=float("inf"))


def the_other_one(cast: Cast) -> Trajectory:
    """Followed by the same practitioner, who notes nothing there."""
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person)
    return cast.trajectory_b


@contextmanager
def people_at_work(
    port: int,
    users: Iterable[User],
    trajectory: Trajectory,
    *,
    reports_of: Trajectory | None = None,
    called: str = "Personne",
) -> Iterator[People]:
    """They write for as long as the block lasts, the first asks for reports too, and they end what they began."""
    over = Event()
    writers = [
        Writer(f"{called} {rank}", Visitor(port, user), trajectory, None if rank else reports_of, over)
        for rank, user in enumerate(users)
    ]
    threads = [Thread(target=writer.work, name=writer.name) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield People(writers)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def settle(toll: Toll, people: People, var_dir: Path) -> None:
    """What people wrote and asked for, counted; what is amiss is said above the count. Whatever was written was
    written whole, whether they were told or not."""
    asked = list(ProgressReport.objects.filter(public_id__in=[UUID(one.split("/")[-2]) for one in people.asked]))
    lost = [*lost_words(people), *lost_of(asked, var_dir)] + ["a report"] * (len(people.asked) - len(asked))
    doubled = [*doubled_rows(), *doubled_of(ProgressReport.objects.all(), var_dir)]
    print("\n".join([*lost, *doubled]))
    assert half_written() == []
    toll.settle(accepted=len(people.noted) + len(people.asked), lost=len(lost), doubled=len(doubled))


def lost_words(people: People) -> list[str]:
    """What people were told was kept, and is not there."""
    there = set(Intervention.objects.values_list("title", flat=True))
    return [title for title in people.noted if title not in there]


def doubled_rows() -> list[str]:
    """What one form wrote twice: each of theirs has a title or a period of its own."""
    titles = Counter(Intervention.objects.values_list("title", flat=True))
    periods = Counter(f"report from {start}" for start in ProgressReport.objects.values_list("period_start", flat=True))
    return [words for words, times in (titles + periods).items() for _again in range(times - 1)]


def half_written() -> list[str]:
    """Everything that one form writes was written with the intervention, or nothing was: its part, promise and
    journal page, the form's own mark, one line of history for each."""
    found = []
    for made in Intervention.objects.all():
        counts = {
            "share": InterventionShare.objects.filter(intervention=made, account=made.title).count(),
            "step": NextStep.objects.filter(text=made.title).count(),
            "journal": JournalEntry.objects.filter(intervention=made).count(),
            "sending": Submission.objects.filter(url=made.get_absolute_url()).count(),
            "history": Intervention.pgh_event_model.objects.filter(pgh_obj_id=made.pk).count(),
        }
        found += [f"{made.title}: {counts}"] * (set(counts.values()) != {1})
    whole = Intervention.objects.count()
    rows = [model.objects.count() for model in (InterventionShare, NextStep, JournalEntry)]
    return found + [f"{rows} rows for {whole} interventions"] * (rows != [whole] * 3)
