"""A room of sixty behind one address, all at once: none lost, none twice, and how long a page takes."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast
from tests.factories.workshops import hold
from trajectories import operations
from trajectories.models import AnswerChoice, Workshop, WorkshopAnswer

pytestmark = pytest.mark.usefixtures("transactional_db")
log = logging.getLogger(__name__)
ROOM = 60
# What one worker with four threads runs at a time.
THREADS = 4


@dataclass
class Room:
    """Its phones, each with its cookie, and what they were answered."""

    workshop: Workshop
    phones: list[Client] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("workshop_phone", args=[self.workshop.code])

    def answer(self, phone: Client, choice: str) -> None:
        """Opens the page, answers, is shown its answer: what a phone does."""
        for method, data in (("get", None), ("post", {"place": 0, "choice": choice}), ("get", None)):
            begun = time.perf_counter()
            response = getattr(phone, method)(self.url, data)
            self.times.append(time.perf_counter() - begun)
            self.statuses.append(response.status_code)


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room(hold(cast, "D1", expected=ROOM, is_open=True), [Client() for _ in range(ROOM)])


def all_at_once(calls: list[Callable[[], Any]], *, by: int) -> None:
    """So many threads, each taking the next that waits."""
    waiting, lock = iter(calls), threading.Lock()

    def work() -> None:
        try:
            while True:
                with lock:
                    call = next(waiting, None)
                if call is None:
                    return
                call()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(by)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_sixty_phones_within_ten_seconds_are_sixty_answers(cast, room):
    choices = [str(1 + rank % 5) for rank in range(ROOM)]
    begun = time.perf_counter()
    all_at_once(
        [
            lambda phone=phone, choice=choice: room.answer(phone, choice)
            for phone, choice in zip(room.phones, choices, strict=True)
        ],
        by=THREADS,
    )
    lasted = time.perf_counter() - begun
    assert sorted(room.statuses) == [200] * 2 * ROOM + [302] * ROOM
    assert WorkshopAnswer.objects.count() == ROOM
    times = sorted(room.times)
    figures = f"{lasted:.1f} s in all, page {median(times) * 1000:.0f} ms, 95 of 100 {times[170] * 1000:.0f} ms"
    log.info("sixty phones: %s", figures)
    assert lasted < 10, figures
    operations.close_question(by=cast.practitioner, workshop=room.workshop, expected_version=2)
    counts = room.workshop.questions.get().counts
    assert {choice: counts[AnswerChoice(choice)] for choice in "12345"} == dict.fromkeys("12345", 12)


def test_phone_pressed_twenty_times_at_once_is_one_answer(room):
    phone = room.phones[0]
    phone.get(room.url)
    cookies = phone.cookies

    def press() -> None:
        finger = Client()
        finger.cookies = cookies
        room.statuses.append(finger.post(room.url, {"place": 0, "choice": "2"}).status_code)

    all_at_once([press] * 20, by=20)
    assert room.statuses == [302] * 20
    assert WorkshopAnswer.objects.get().choice == "2"


def test_answers_that_cross_the_closing_are_counted_or_told_that_they_were_not(cast, room):
    """None falls between the count and the erasing."""
    for phone in room.phones:
        phone.get(room.url)
    told: list[bool] = []

    def send(phone: Client) -> None:
        response = phone.post(room.url, {"place": 0, "choice": "3"})
        told.append(response.status_code == 302)

    def shut() -> None:
        operations.close_question(by=cast.practitioner, workshop=room.workshop, expected_version=2)

    calls: list[Callable[[], Any]] = [lambda phone=phone: send(phone) for phone in room.phones]
    calls.insert(ROOM // 2, shut)
    all_at_once(calls, by=12)
    question = room.workshop.questions.get()
    assert len(told) == ROOM
    assert (question.answered, question.counts[AnswerChoice.THIRD]) == (sum(told), sum(told))
    assert 0 < sum(told) < ROOM
    assert WorkshopAnswer.objects.count() == 0
