"""The archive: everything of the person who asks, nothing of anybody else, and for them alone."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from accounts import archive
from accounts.models import DataArchive, Person, User
from accounts.operations import ask_for_archive, correct_identity, give_consent
from accounts.personal_data import parts
from efc_platform.backstage.models import Job, JobState, Submission
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.classification import classified_models
from structures.models import AccompanimentRequest
from structures.operations import answer_request, end_accompaniment, receive_request
from tests.architecture.test_leaks import Canaries
from tests.factories.cast import Cast
from tests.factories.structures import MembershipFactory
from tests.factories.trainings import AttendanceFactory, EnrolmentFactory
from tests.factories.world import World, furnish, give_passwords
from trainings.models import HalfDay
from trajectories.models import Intervention, JournalEntry, NextStep, Participation, Trajectory
from trajectories.operations import JournalText, request_progress_report, write_journal_entry


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def world(cast: Cast, canaries: Canaries) -> World:
    """Structure A, whose every text is a word of its own, around its practitioner."""
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": me.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader, words=canaries)


def read(user: User) -> dict[str, str]:
    """What the archive of this person says, file by file."""
    with ZipFile(BytesIO(archive.compose(user))) as made:
        return {name: made.read(name).decode(errors="replace") for name in made.namelist()}


def words_of(user: User) -> tuple[str, str]:
    """As a person reads it, and as a program does."""
    files = read(user)
    return "\n".join(text for name, text in files.items() if name.endswith(".html")), files["donnees.json"]


# What the person of the test wrote or is named by: each of these words is theirs.
MINE = {
    *("journal.facts", "journal.feelings", "journal.interpretations"),
    *("sealed.observed_fact", "sealed.next_question", "draft.observed_fact", "draft.next_question"),
    *("sealed.evidence", "draft.evidence", "criterion.observed_fact", "criterion.evidence"),
    *(
        f"share.{name}.{circle}"
        for name in ("account", "decision", "open_question")
        for circle in ("structure", "team")
    ),
    *(
        "intervention.title.structure",
        "intervention.title.team",
        "appointment.subject",
        "appointment.place",
        "appointment.link",
    ),
    *("shared_report.title", "shared_report.context", "shared_report.consent_scope", "draft_report.title"),
    *("contribution.text", "resource.title", "resource.usage", "training.title", "training.content"),
    *("past_request.answer", "session.place"),
    *("profile.work", "profile.territory", "profile.help", "reply.text"),
    *("vignette_answer.words", "calibration.title.open", "vignette.title.open"),
}


def test_archive_holds_every_word_of_the_person(cast, world, canaries):
    page, data = words_of(cast.practitioner)
    assert canaries.found_in(page) >= MINE
    assert canaries.found_in(data) >= MINE


def test_archive_of_a_neighbour_holds_no_word_of_theirs(cast, world, canaries):
    for name in ("other_practitioner", "leader_b", "coordinator", "nobody"):
        page, data = words_of(cast.users[name])
        assert canaries.found_in(page + data) == set()


def fill(cast: Cast, world: World) -> dict[str, str]:
    """A word in every field that names this person or that they filled in elsewhere, by table and field."""
    me = cast.practitioner
    correct_identity(by=me, expected_version=1, first_name="Mot001", last_name="Mot002", gender="f", phone="Mot003")
    correct_identity(by=me, expected_version=2, first_name="Mot004", last_name="Mot005", gender="f", phone="Mot006")
    Person.objects.filter(pk=me.person_id).update(email="mot007@essai.example")
    MembershipFactory(structure=cast.structure_a, person=me.person, role="staff", function="Mot008")
    receive_request(person_name="Mot009", structure_name="Mot010", message="Mot011", email=me.email, phone="Mot012")
    led = Intervention.objects.filter(created_by=me.person).first()
    Participation.objects.create(intervention=led, person=me.person)
    NextStep.objects.create(trajectory=world.trajectory, text="Mot013", owner=me.person)
    Trajectory.objects.filter(pk=world.trajectory.pk).update(starting_words="Mot014", starting_words_by=me.person)
    enrolment = EnrolmentFactory(session=world.session, person=me.person)
    AttendanceFactory(enrolment=enrolment, half_day=world.session.half_days.first())
    HalfDay.objects.filter(session=world.session).update(taken_by=me.person, taken_at=timezone.now())
    give_consent(by=me, subject="photo", number=1)
    Submission.objects.create(author=me.person, key=world.page.public_id, digest="0" * 64, url="/Mot015/")
    ask_for_archive(by=me)
    return {f"Mot{number:03d}" for number in range(1, 16)}


def test_archive_holds_what_names_the_person_and_what_was_written_of_them_before(cast, world):
    words = fill(cast, world)
    page, data = words_of(User.objects.get(pk=cast.practitioner.pk))
    for text in (page.lower(), data.lower()):
        assert {word for word in words if word.lower() not in text} == set()


# Not one person's: what a structure or a session is, or what others keep of it.
OF_OTHERS = {
    "storedfile": "a document is in the archive as a file",
    "job": "mails are there as mails",
    "workshopanswer": "nobody can tell whose it is, and it is gone as its question closes",
}


def test_every_table_that_tells_of_people_is_gathered_by_some_application(cast, world):
    """Add the new table to its application's personal_data.py, and its words to the tests above."""
    gathered = {table.name for part in parts() for table in part.gather(cast.practitioner)}
    telling = {model._meta.model_name for model in classified_models() if model.classification.personal}
    assert telling - gathered - {*OF_OTHERS} == set()


def test_versions_written_by_the_person_are_told_from_those_of_others(cast, world, signed_in):
    address = reverse("words", args=[world.trajectory.public_id])
    for user, aim in ((cast.practitioner, "Mavisée"), (cast.leader, "Leurvisée")):
        client = signed_in(user)
        version = client.get(address).context["form"]["version"].value()
        assert client.post(address, {"version": version, "aim": aim}).status_code == 302
    _page, data = words_of(cast.practitioner)
    assert ("Mavisée" in data, "Leurvisée" in data) == (True, False)


def test_journal_of_somebody_else_stays_shut(cast, world):
    write_journal_entry(
        by=cast.other_practitioner, text=JournalText(facts="Secretdelautre"), written_on=timezone.localdate()
    )
    assert "Secretdelautre" not in "".join(words_of(cast.practitioner))
    assert "Secretdelautre" in "".join(words_of(cast.other_practitioner))


def test_secrets_are_no_data_to_take_away(cast, world):
    User.objects.filter(pk=cast.practitioner.pk).update(password="argon2$secret")
    assert "argon2$secret" not in "".join(read(User.objects.get(pk=cast.practitioner.pk)).values())


def issued(cast: Cast, by: User):
    report = request_progress_report(
        by=by, trajectory=cast.trajectory_a, period_start=cast.trajectory_a.started_on, period_end=timezone.localdate()
    )
    run_job(report.job_id)
    report.refresh_from_db()
    return report


def test_documents_are_those_asked_for_that_one_may_still_read(cast, world):
    report = issued(cast, cast.practitioner)
    issued(cast, cast.leader)
    assert [name for name in read(cast.practitioner) if name.startswith("documents/")] == [
        f"documents/1-{report.file.name}"
    ]
    for accompaniment in cast.structure_a.accompaniments.current().filter(practitioner=cast.practitioner.person):
        end_accompaniment(by=cast.coordinator, accompaniment=accompaniment)
    assert [name for name in read(cast.practitioner) if name.startswith("documents/")] == []


def test_pages_are_whole_without_a_network(cast, world):
    files = read(cast.practitioner)
    html = "".join(text for name, text in files.items() if name.endswith(".html"))
    assert "http://" not in html
    assert "https://" not in html.replace("https://demo.example", "")
    linked = set(json.loads(files["donnees.json"]))
    assert linked == {part.heading for part in parts()}
    assert {"index.html", "style.css", "donnees.json"} < set(files)


def made(user: User) -> DataArchive:
    asked = ask_for_archive(by=user)
    run_job(asked.job_id)
    return DataArchive.objects.select_related("job", "file").get(pk=asked.pk)


def test_archive_is_made_by_a_worker_and_downloaded_by_its_person(cast, world, signed_in):
    found, client = made(cast.practitioner), signed_in(cast.practitioner)
    assert found.is_ready
    page = client.get(reverse("my_data")).content.decode()
    assert "Votre archive est prête." in page
    response = client.get(reverse("archive_file"))
    with ZipFile(BytesIO(b"".join(response))) as downloaded:
        assert "donnees.json" in downloaded.namelist()
    assert response["Cache-Control"] == "no-store"
    assert Job.objects.filter(kind="mail", payload__to=cast.practitioner.email).count() == 1
    assert signed_in(cast.other_practitioner).get(reverse("archive_file")).status_code == 404


def test_download_asks_to_prove_again_who_one_is(cast, world, signed_in):
    give_passwords([cast.practitioner])
    made(cast.practitioner)
    client = signed_in(cast.practitioner)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    response = client.get(reverse("archive_file"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_one_archive_at_a_time(cast, world):
    first = ask_for_archive(by=cast.practitioner)
    assert ask_for_archive(by=cast.practitioner) == first
    run_job(first.job_id)
    second = ask_for_archive(by=cast.practitioner)
    assert second.pk != first.pk
    assert list(DataArchive.objects.all()) == [second]
    assert not Job.objects.filter(pk=first.job_id).exists()


def test_account_closed_while_the_archive_waited_gets_none(cast, world):
    asked = ask_for_archive(by=cast.practitioner)
    User.objects.filter(pk=cast.practitioner.pk).update(is_active=False)
    run_job(asked.job_id)
    asked = DataArchive.objects.select_related("job").get(pk=asked.pk)
    assert (asked.job.state, asked.file) == (JobState.FAILED, None)


def test_page_says_where_the_archive_is(cast, world, signed_in):
    client = signed_in(cast.practitioner)
    assert "Préparer mon archive" in client.get(reverse("my_data")).content.decode()
    assert client.post(reverse("archive_ask")).status_code == 302
    assert "Votre demande est notée" in client.get(reverse("my_data")).content.decode()
    Job.objects.filter(kind="data_archive").update(state=JobState.FAILED, error="Plus de place.")
    page = client.get(reverse("my_data")).content.decode()
    assert "Plus de place." in page
    assert "Recommencer" in page


def test_page_that_waits_is_told_nothing_when_nothing_is_new(cast, world, signed_in):
    client = signed_in(cast.practitioner)
    ask_for_archive(by=cast.practitioner)
    headers = {"HX-Request": "true"}
    assert client.get(f"{reverse('my_data')}?vu=queued", headers=headers).status_code == 204
    assert client.get(f"{reverse('my_data')}?vu=running", headers=headers).status_code == 200


def many_pages(user: User, number: int) -> Iterator[JournalEntry]:
    text = JournalText(facts="Ce que j’ai vu. " * 20, feelings="Ce que j’ai senti. " * 10, interpretations="Peut-être.")
    for rank in range(number):
        yield write_journal_entry(by=user, text=text, written_on=timezone.localdate() - timedelta(days=rank))


def test_five_thousand_pages_of_journal_are_gathered_within_a_minute(cast, world):
    assert len(list(many_pages(cast.practitioner, 5000))) == 5000
    started = time.process_time()
    content = archive.compose(cast.practitioner)
    spent = time.process_time() - started
    assert spent < 60
    with ZipFile(BytesIO(content)) as whole:
        assert whole.read("trajectoires-et-journal.html").decode().count("Ce que j’ai senti. Ce") >= 5000


def test_a_request_answered_by_the_person_shows_their_answer_only(cast, world):
    asked = receive_request(person_name="Motdelautre", message="Motdelautre", email="autre@essai.example")
    answer_request(by=cast.coordinator, request=asked, answer="Maréponse", expected_version=1)
    data = "".join(words_of(cast.coordinator))
    assert ("Maréponse" in data, "Motdelautre" in data) == (True, False)
    assert AccompanimentRequest.objects.filter(pk=asked.pk).exists()
