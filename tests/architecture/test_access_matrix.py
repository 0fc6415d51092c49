"""Every address, asked by everybody, about what is theirs and what is not, by every method."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from structures.models import LocalRole
from tests.access_matrix import MATRIX, OPEN, STANDINGS, Line
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import MembershipFactory
from tests.factories.world import World, furnish, give_passwords
from tests.signing_in import sign_in

INSIDE_A = {"practitioner", "leader", "board", "staff", "volunteer"}
# Where no object is asked about, what counts is the role held anywhere.
ELSEWHERE = {"other_practitioner": "practitioner", "former_practitioner": "practitioner", "leader_b": "leader"}
ACTORS = [
    "anonymous",
    "deactivated",
    "coordinator",
    "practitioner",
    "other_practitioner",
    "former_practitioner",
    "leader",
    "board",
    "staff",
    "volunteer",
    "leader_b",
    "trainer",
    "member",
    "nobody",
]
_OWN = ("page", "open_session", "unfinished", "noting", "noted", "noting_csv")
# Who wrote what of each world; nobody of the cast wrote what the community has of B.
_AUTHORS = {
    **{about: {"A": "practitioner", "B": "leader_b"} for about in ("draft", "draft_line", "draft_sign")},
    **{about: {"A": "practitioner", "B": "other_practitioner"} for about in _OWN},
    "framework_remark": {"A": "leader", "B": "leader_b"},
    "passkey": {"A": "leader", "B": "leader_b"},
    **{about: {"A": "practitioner"} for about in ("shared_report", "draft_report", "contribution")},
    **{about: {"A": "practitioner"} for about in ("calibration_open", "calibration_told")},
}
OF_FRAMEWORK = {
    *("framework", "framework_remark_on", "framework_dim", "framework_pair", "framework_draft"),
    *("draft_dim", "draft_pair", "draft_part", "draft_under", "draft_order"),
}
OF_NO_STRUCTURE = OF_FRAMEWORK | {
    *(None, "csv", "member", "own_profile", "profile", "key", "letter", "token", "lost_factor", "terms")
}
OF_COMMUNITY = {
    "member",
    "own_profile",
    "profile",
    "community",
    "community_dim",
    "resource",
    "shared_report",
    "draft_report",
    "contribution",
    *("calibration_draft", "calibration_open", "calibration_told", "told_part", "story_draft", "story_open"),
}
IN_COMMUNITY = {"practitioner", "other_practitioner", "former_practitioner", "trainer", "member"}
WAYS = {"GET": ("get", {}), "HEAD": ("head", {}), "htmx": ("get", {"HX-Request": "true"}), "POST": ("post", {})}
# A browser's form is never wholly empty: with this token it is one that nobody filled in.
EMPTY_FORM = {"csrfmiddlewaretoken": "x"}


@dataclass(frozen=True)
class Question:
    """One cell: somebody asks for an address about an object of A or of B."""

    line: Line
    actor: str
    owner: str
    way: str

    def __str__(self) -> str:
        about = f" of a {self.line.about} of {self.owner}" if self.line.about else ""
        return f"{self.way} {self.line.address}{about} by {self.actor}"


@pytest.fixture(autouse=True)
def refusals_are_expected(caplog) -> None:
    """Thousands of 403 and 404 would bury what a failure has to say."""
    caplog.set_level("ERROR", "django.request")


@pytest.fixture
def worlds(cast: Cast) -> dict[str, World]:
    """What belongs to A, written by the cast; and the same around B."""
    give_passwords(cast.users.values())
    stranger = PersonFactory()
    me = cast.practitioner.person
    people_a = {"practitioner": me, "drafted_by": me, "trainer": cast.trainer.person, "present": cast.staff.person}
    # Somebody else answers for B too: its leader may leave it.
    MembershipFactory(structure=cast.structure_b, person=UserFactory().person, role=LocalRole.LEADER)
    people_b = {"practitioner": stranger, "drafted_by": cast.leader_b.person}
    return {
        "A": furnish(cast.trajectory_a, **people_a, journal_of=cast.practitioner, leader=cast.leader),
        "B": furnish(cast.trajectory_b, **people_b, journal_of=cast.other_practitioner, leader=cast.leader_b),
    }


def standing(question: Question) -> str:
    """How the actor stands towards the object asked about."""
    actor, about, owner = question.actor, question.line.about, question.owner
    if actor in {"anonymous", "deactivated"}:
        return "anonymous"
    if actor == _AUTHORS.get(str(about), {}).get(owner):
        return "author"
    if about in OF_COMMUNITY and actor in IN_COMMUNITY:
        return _standing_in_community(actor, about)
    if actor == "coordinator":
        return actor
    # What is taught belongs to no structure: every trainer keeps the catalogue, and leads sessions of A alone.
    if actor == "trainer" and (owner == "A" or about == "training"):
        return actor
    if about in OF_NO_STRUCTURE:
        return actor if actor in INSIDE_A else ELSEWHERE.get(actor, "stranger")
    if owner == "A":
        return actor if actor in INSIDE_A else "stranger"
    return "leader" if actor == "leader_b" else "stranger"


def _standing_in_community(actor: str, about: str) -> str:
    """What the community shares is the same to all its people, whichever structure it comes from."""
    return actor if actor == "trainer" else "stranger" if about == "draft_report" else "practitioner"


def expected(question: Question) -> int:
    status = question.line.statuses[standing(question)]
    assert status is not None, f"{question}: the matrix has a dash where somebody stands"
    is_shut = question.line.address not in OPEN and standing(question) == "anonymous"
    return 403 if is_shut and question.way == "htmx" else status


# A view answers HEAD and htmx as it does GET: five people who stand differently towards A and B ask every way, which
# says it of each address; the others would say it again.
ASKED_EVERY_WAY = {"anonymous", "coordinator", "leader_b", "nobody", "practitioner"}


def questions_of(actor: str) -> Iterator[Question]:
    by_get = ("GET", "HEAD", "htmx") if actor in ASKED_EVERY_WAY else ("GET",)
    for line in MATRIX:
        owners = ("A", "B") if line.about not in OF_NO_STRUCTURE else ("A",)
        for owner in owners:
            for way in ("POST",) if line.method == "POST" else by_get:
                yield Question(line, actor, owner, way)


class Asker:
    """Asks as one person; each request starts from the same session and leaves nothing behind."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.key = self._session_of(user) if user else None

    @staticmethod
    def _session_of(user: User) -> str:
        client = Client()
        sign_in(client, user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, question: Question, address: str) -> int:
        self.client.cookies.clear()
        if self.key:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.key
        method, headers = WAYS[question.way]
        with transaction.atomic():
            response = getattr(self.client, method)(address, EMPTY_FORM if method == "post" else None, headers=headers)
            transaction.set_rollback(True)
        # Read to its end, a download closes its file.
        list(response)
        if response.status_code == 302 and not self.key and question.line.address not in OPEN:
            assert response["Location"].startswith(reverse("account_login")), question
        return response.status_code


def asker(cast: Cast, actor: str) -> Asker:
    if actor == "anonymous":
        return Asker(None)
    if actor != "deactivated":
        return Asker(cast.users[actor])
    found = Asker(cast.practitioner)
    User.objects.filter(pk=cast.practitioner.pk).update(is_active=False)
    assert SessionStore(found.key).load(), "the session is still there: it is the account that is closed"
    return found


@pytest.mark.parametrize("actor", ACTORS)
def test_every_address_answers_what_the_matrix_says(actor, cast, worlds):
    asks, wrong = asker(cast, actor), []
    for question in questions_of(actor):
        address = reverse(question.line.address, kwargs=kwargs_of(question.line.about, worlds[question.owner]))
        status = asks.ask(question, address)
        if status != expected(question):
            wrong.append(f"{question}: {status} instead of {expected(question)}")
    assert wrong == [], "\n" + "\n".join(wrong)


def names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or f"unnamed: {entry.pattern}"
        else:
            yield from names(entry)


def test_every_address_is_in_the_matrix_for_both_methods():
    declared = {(line.address, line.method) for line in MATRIX}
    assert declared == {(name, method) for name in names(get_resolver()) for method in ("GET", "POST")}


def test_no_line_is_written_twice():
    keys = [(line.address, line.about, line.method) for line in MATRIX]
    assert len(set(keys)) == len(keys)


def test_only_the_reviewed_addresses_are_open():
    shut = {"GET": 302, "POST": 403}
    opened = {line.address for line in MATRIX if line.statuses["anonymous"] != shut[line.method]}
    assert opened == OPEN


def test_every_actor_of_the_cast_is_asked(cast):
    assert set(ACTORS) == {"anonymous", "deactivated", *cast.users}
    everybody = chain.from_iterable(questions_of(actor) for actor in ACTORS)
    assert {standing(question) for question in everybody} == set(STANDINGS)


@pytest.mark.parametrize(("address", "about"), [("member_end", "membership"), ("practitioner_end", "accompaniment")])
def test_what_belongs_to_another_structure_is_not_reached_through_ones_own(cast, worlds, signed_in, address, about):
    mixed = kwargs_of(about, worlds["B"]) | {"public_id": worlds["A"].structure.public_id}
    for actor in ("coordinator", "practitioner", "leader"):
        assert signed_in(cast.users[actor]).post(reverse(address, kwargs=mixed)).status_code == 404
    row = getattr(worlds["B"], about)
    row.refresh_from_db()
    assert row.until is None


def answers_as_expected(actor: str, asks: Asker, worlds: dict[str, World], lines: list[Line]) -> set[str]:
    """The addresses among these that still answer to this person what the matrix says."""
    asked = {}
    for line in lines:
        question = Question(line, actor, "A", "GET")
        asked[line.address] = asks.ask(question, reverse(line.address, kwargs=kwargs_of(line.about, worlds["A"])))
    return {line.address for line in lines if asked[line.address] == expected(Question(line, actor, "A", "GET"))}


# Each asks to prove again who one is, hence who one is.
PROVED_AGAIN = {
    *("archive_file", "change_address", "lost_factor_request", "support", "text_open"),
    *("journal_export", "journal_export_json", "journal_export_text"),
}


def test_without_the_guard_of_the_door_the_matrix_notices(cast, worlds, settings, caplog):
    """What is closed is closed by one middleware; whatever still answers as before has a second lock of its own."""
    caplog.set_level("CRITICAL", "django.request")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SignInRequired" not in name]
    shut = [line for line in MATRIX if line.method == "GET" and line.address not in OPEN]
    unnoticed = answers_as_expected("anonymous", asker(cast, "anonymous"), worlds, shut)
    second_lock = ("account_", "mfa_", "usersessions_")
    assert {name for name in unnoticed if not name.startswith(second_lock)} == PROVED_AGAIN
    assert len({line.address for line in shut} - unnoticed) > 60


def test_without_the_table_of_acts_the_matrix_notices(cast, worlds, monkeypatch):
    monkeypatch.setattr("accounts.permissions.is_open", lambda name, standings: True)
    refused = [line for line in MATRIX if line.method == "GET" and line.statuses["volunteer"] == 403]
    unnoticed = answers_as_expected("volunteer", asker(cast, "volunteer"), worlds, refused)
    assert len({line.address for line in refused} - unnoticed) > 8
