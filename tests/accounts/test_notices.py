"""What one is told, in the product and by mail: to whom, at which rhythm, once, and no longer than one may read."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import digests
from accounts.models import Category, Notice, NoticeRhythm, Rhythm, User, rhythms_of
from accounts.notices import AT_ONCE_A_DAY, DIGEST, stop_url, tell
from accounts.notifications import tell_role_given
from accounts.operations import choose_rhythms, open_notice
from accounts.tasks import ask_for_digests
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.tasks import run_job
from efc_platform.celery import app as celery
from efc_platform.shared.errors import OperationRefused
from structures.operations import end_membership
from tests.factories.cast import Cast
from tests.factories.notices import NoticeFactory, want_mails
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory
from tests.visitor import Visitor


def say(cast: Cast, *users: User, rank: int = 1, category: Category | None = Category.STRUCTURES, **more) -> None:
    """Something about structure A."""
    told = {"about": cast.structure_a, "key": f"essai:{rank}", "title": f"Une nouvelle {rank}", "url": "/agenda/"}
    tell(users, category=category, **told | more)


def letters() -> list[mail.EmailMessage]:
    """All that leaves, once the workers have done what waits."""
    while waiting := list(Job.objects.filter(state=JobState.QUEUED).order_by("pk")):
        for job in waiting:
            run_job(job.pk)
    return mail.outbox


def each_morning(day=None) -> list[mail.EmailMessage]:
    digests.ask_for_digests(day=day)
    return letters()


# --- who is told, and how


def test_daily_is_what_one_has_without_choosing(cast):
    assert set(rhythms_of(cast.leader).values()) == {Rhythm.DAILY}


def test_notice_waits_for_the_digest_unless_one_wants_it_at_once_or_never(cast):
    choose_rhythms(by=cast.leader, rhythms={Category.STRUCTURES: Rhythm.AT_ONCE})
    choose_rhythms(by=cast.board, rhythms={Category.STRUCTURES: Rhythm.NEVER})
    say(cast, cast.leader, cast.board, cast.staff)
    assert {one.recipient: one.rhythm for one in Notice.objects.all()} == {
        cast.leader: Rhythm.AT_ONCE,
        cast.board: Rhythm.NEVER,
        cast.staff: Rhythm.DAILY,
    }
    assert [(one.to, one.subject) for one in letters()] == [([cast.leader.email], "Une nouvelle 1")]
    assert [one.to for one in each_morning()] == [[cast.leader.email], [cast.staff.email]]


def test_same_thing_is_told_once(cast):
    want_mails([cast.leader])
    say(cast, cast.leader)
    say(cast, cast.leader)
    assert (Notice.objects.count(), len(letters())) == (1, 1)


def test_nobody_is_told_of_their_own_act_nor_of_what_they_may_not_read_nor_with_a_closed_account(cast):
    User.objects.filter(pk=cast.staff.pk).update(is_active=False)
    closed = User.objects.get(pk=cast.staff.pk)
    say(cast, cast.leader, cast.leader_b, cast.nobody, closed, cast.board, by=cast.leader.person)
    assert [one.recipient for one in Notice.objects.all()] == [cast.board]


def test_telling_many_asks_no_more_than_telling_one(cast):
    many = [MembershipFactory(structure=cast.structure_a, person=UserFactory().person).person.user for _one in range(9)]
    asked = []
    for rank, users in enumerate([[cast.leader], many]):
        with CaptureQueriesContext(connection) as queries:
            say(cast, *users, rank=rank)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert Notice.objects.count() == 10


def test_what_stands_apart_is_noted_and_writes_no_mail_of_its_own(cast):
    say(cast, cast.leader, category=None)
    assert each_morning() == []
    assert Notice.objects.get().get_category_display() == ""


def test_at_once_stops_after_a_few_mails_a_day_and_the_digest_takes_the_rest(cast):
    want_mails([cast.leader])
    for rank in range(10):
        say(cast, cast.leader, rank=rank)
    assert len(letters()) == AT_ONCE_A_DAY
    each_morning()
    assert len(mail.outbox) == AT_ONCE_A_DAY + 1 < 5
    assert [line for line in mail.outbox[-1].body.splitlines() if line.startswith("- ")] == [
        f"- Une nouvelle {rank}" for rank in range(9, AT_ONCE_A_DAY - 1, -1)
    ]


def test_the_next_day_mails_leave_at_once_again(cast):
    want_mails([cast.leader])
    for rank in range(AT_ONCE_A_DAY + 1):
        say(cast, cast.leader, rank=rank)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        say(cast, cast.leader, rank=99)
    assert Notice.objects.get(key="essai:99").rhythm == Rhythm.AT_ONCE


# --- the digest


def test_digest_says_by_category_of_which_kind_and_where(cast):
    say(cast, cast.leader, rank=1)
    say(cast, cast.leader, rank=2, title="Une nouvelle 1")
    say(cast, cast.leader, rank=3, category=Category.STEPS)
    (sent,) = each_morning()
    assert sent.subject.startswith("Ce qui vous attend ce ")
    assert "Ce qui est partagé dans mes structures\n- Une nouvelle 1 (2)\n" in sent.body
    assert "Mes accompagnements et mes pas\n- Une nouvelle 3\n" in sent.body
    assert "Mes échanges" not in sent.body
    assert sent.body.count("/notifications/arreter/") == 3, "one for each category, one for all"
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_no_mail_leaves_when_nothing_waits(cast):
    assert each_morning() == []
    assert not Job.objects.exists()


def test_digest_asked_for_twice_is_one_mail(cast):
    say(cast, cast.leader)
    for _morning in range(2):
        each_morning()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        each_morning()
    assert len(mail.outbox) == 1


def test_worker_that_dies_on_the_way_loses_and_repeats_nothing(cast, monkeypatch):
    say(cast, cast.leader)
    digests.ask_for_digests()
    job = Job.objects.get(kind=digests.NOTICE_DIGEST)
    with monkeypatch.context() as dying:
        dying.setattr(backstage, "finish", _die)
        assert backstage.claim(job_id=job.pk)
        with pytest.raises(SystemExit):
            digests.make_digest(Job.objects.get(pk=job.pk))
    assert (Notice.objects.for_the_digest().count(), Job.objects.filter(kind="mail").count()) == (1, 0)
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)):
        for _bell in range(2):
            run_job(job.pk)
        assert len(letters()) == 1
    assert not Notice.objects.for_the_digest().exists()


def _die(*, job: Job) -> None:
    raise SystemExit


def test_worker_overtaken_by_another_writes_nothing(cast):
    say(cast, cast.leader)
    digests.ask_for_digests()
    job = backstage.claim(job_id=Job.objects.get().pk)
    Job.objects.filter(pk=job.pk).update(attempts=job.attempts + 1)
    digests.make_digest(job)
    assert Notice.objects.for_the_digest().count() == 1
    assert not Job.objects.filter(kind="mail").exists()


def test_what_one_may_no_longer_read_is_left_out(cast):
    say(cast, cast.leader, cast.staff)
    end_membership(by=cast.coordinator, membership=cast.structure_a.memberships.get(person=cast.staff.person))
    assert [one.to for one in each_morning()] == [[cast.leader.email]]
    left = Notice.objects.get(recipient=cast.staff)
    assert (left.mailed_at, left.rhythm) == (None, Rhythm.NEVER)


def test_account_closed_meanwhile_receives_nothing(cast):
    say(cast, cast.leader)
    digests.ask_for_digests()
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert letters() == []
    assert each_morning(timezone.localdate() + timedelta(days=1)) == []


def test_category_stopped_meanwhile_and_notice_already_read_are_left_out(cast):
    say(cast, cast.leader, rank=1)
    say(cast, cast.leader, rank=2, category=Category.STEPS)
    say(cast, cast.leader, rank=3)
    choose_rhythms(by=cast.leader, rhythms={Category.STEPS: Rhythm.NEVER})
    open_notice(by=cast.leader, notice=Notice.objects.get(key="essai:3"))
    (sent,) = each_morning()
    assert [line for line in sent.body.splitlines() if line.startswith("- ")] == ["- Une nouvelle 1"]


def test_clock_asks_for_digests_in_the_morning(cast):
    (entry,) = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == ask_for_digests.name]
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({7}, {30})
    assert celery.conf.timezone == "Europe/Paris"
    say(cast, cast.leader)
    ask_for_digests()
    assert Job.objects.get().kind == digests.NOTICE_DIGEST


def _heap(user: User, about, number: int) -> None:
    Notice.objects.bulk_create(
        (NoticeFactory.build(recipient=user, about=about, key=f"tas:{rank}") for rank in range(number)), batch_size=2000
    )


def test_ten_thousand_notices_are_one_mail_and_as_many_queries_as_a_few(cast):
    asked = {}
    for user, number in ((cast.staff, 3), (cast.leader, 10_000)):
        _heap(user, cast.structure_a, number)
        digests.ask_for_digests()
        job = backstage.claim(job_id=Job.objects.get(state=JobState.QUEUED, kind=digests.NOTICE_DIGEST).pk)
        with CaptureQueriesContext(connection) as queries:
            digests.make_digest(job)
        asked[number] = len(queries)
    assert asked[3] == asked[10_000]
    assert not Notice.objects.for_the_digest().exists()
    assert "Et d’autres nouvelles encore." in letters()[-1].body


# --- stopping mails from the mail


def link_of(letter: mail.EmailMessage) -> str:
    return urlsplit(letter.extra_headers["List-Unsubscribe"].strip("<>")).path


@pytest.fixture
def anybody() -> Client:
    """Without a session, and without the proof that one of our pages was shown."""
    return Client(enforce_csrf_checks=True)


def one_click(client: Client, path: str):
    return client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")


def test_one_click_stops_one_category_without_signing_in(cast, anybody):
    want_mails([cast.leader])
    say(cast, cast.leader)
    (sent,) = letters()
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link_of(sent) in sent.body
    for _click in range(2):
        assert one_click(anybody, link_of(sent)).status_code == 200
    assert rhythms_of(cast.leader) == dict.fromkeys(Category, Rhythm.AT_ONCE) | {Category.STRUCTURES: Rhythm.NEVER}
    say(cast, cast.leader, rank=2)
    assert len(each_morning()) == 1
    assert Notice.objects.get(key="essai:2").rhythm == Rhythm.NEVER, "still told here"


def test_one_click_on_a_digest_stops_what_comes_in_it_and_nothing_else(cast, anybody):
    choose_rhythms(by=cast.leader, rhythms={Category.REQUESTS: Rhythm.AT_ONCE})
    say(cast, cast.leader)
    (sent,) = each_morning()
    one_click(anybody, link_of(sent))
    assert rhythms_of(cast.leader) == dict.fromkeys(Category, Rhythm.NEVER) | {Category.REQUESTS: Rhythm.AT_ONCE}
    assert set(rhythms_of(cast.staff).values()) == {Rhythm.DAILY}


def test_opening_the_link_asks_first_and_says_how_to_take_it_back(cast, client):
    path = urlsplit(stop_url(cast.leader, Category.STEPS)).path
    visitor = Visitor(client)
    visitor.open(path)
    assert visitor.page.heading == "Ne plus recevoir ces courriels ?"
    assert not NoticeRhythm.objects.exists()
    visitor.press("Ne plus les recevoir")
    assert visitor.page.heading == "C’est arrêté"
    assert "« Mes accompagnements et mes pas »" in visitor.page.words
    assert visitor.page.links["« Vos courriels »"] == reverse("notice_rhythms")
    assert cast.leader.person.display_name not in visitor.page.words


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_link_stops_nothing(cast, anybody, method, caplog):
    caplog.set_level("ERROR", "django.request")
    whole = urlsplit(stop_url(cast.leader, Category.STEPS)).path
    of_another = urlsplit(stop_url(cast.staff, Category.STEPS)).path
    mixed = whole.partition(":")[0] + ":" + of_another.partition(":")[2]
    unknown = urlsplit(stop_url(cast.leader, "security")).path
    for forged in (mixed, whole[:-3] + "/", "/notifications/arreter/x/", "/notifications/arreter/é:ù/", unknown):
        assert getattr(anybody, method)(forged).status_code == 404, forged
    assert not NoticeRhythm.objects.exists()


def test_link_of_a_closed_account_leads_nowhere(cast, anybody, caplog):
    caplog.set_level("ERROR", "django.request")
    path = urlsplit(stop_url(cast.leader, DIGEST)).path
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert one_click(anybody, path).status_code == 404


def test_security_mail_has_no_link_that_would_stop_it(cast):
    cast.leader.role_grants.create(role="member", since=timezone.localdate())
    tell_role_given(cast.leader.role_grants.get())
    (sent,) = letters()
    assert set(sent.extra_headers) == {"Message-ID"}
    assert "/notifications/arreter/" not in sent.body


# --- the pages


def test_masthead_and_list_say_what_waits_and_reading_empties_them(cast, signed_in):
    say(cast, cast.leader, rank=1)
    say(cast, cast.leader, rank=2, url="/structures/")
    visitor = Visitor(signed_in(cast.leader))
    visitor.open("/")
    visitor.click("Notifications 2 non lues")
    assert visitor.page.words.index("Une nouvelle 2") < visitor.page.words.index("Une nouvelle 1")
    visitor.open("/notifications/")
    assert Notice.objects.unread().count() == 2, "a GET never writes"
    notice = Notice.objects.get(key="essai:2")
    opened = visitor.client.post(reverse("notice_open", args=[notice.public_id]))
    assert (opened.status_code, opened.url) == (302, "/structures/")
    visitor.open("/notifications/")
    assert visitor.page.links["Une nouvelle 2"] == "/structures/"
    visitor.press("Tout marquer comme lu")
    assert visitor.page.messages == ["Tout est marqué comme lu."]
    assert not Notice.objects.unread().exists()
    assert "Notifications" in visitor.page.links


def test_reading_again_keeps_the_first_moment(cast):
    notice = NoticeFactory(recipient=cast.leader, about=cast.structure_a)
    open_notice(by=cast.leader, notice=notice)
    first = Notice.objects.get().read_at
    open_notice(by=cast.leader, notice=notice)
    assert Notice.objects.get().read_at == first


def test_notice_of_somebody_else_does_not_exist(cast, signed_in, caplog):
    caplog.set_level("ERROR", "django.request")
    notice = NoticeFactory(recipient=cast.leader, about=cast.structure_a)
    client = signed_in(cast.practitioner)
    assert client.post(reverse("notice_open", args=[notice.public_id])).status_code == 404
    client.post(reverse("notices_read"))
    with pytest.raises(OperationRefused, match="pas la vôtre"):
        open_notice(by=cast.practitioner, notice=notice)
    assert Notice.objects.unread().count() == 1
    assert notice.title not in client.get(reverse("notices")).content.decode()


def test_notice_about_what_is_closed_since_then_says_no_more_than_that(cast, signed_in):
    say(cast, cast.staff, title="Une nouvelle de la structure Alpha")
    end_membership(by=cast.coordinator, membership=cast.structure_a.memberships.get(person=cast.staff.person))
    visitor = Visitor(signed_in(cast.staff))
    visitor.open(reverse("notices"))
    assert "Une annonce sur quelque chose qui ne vous est plus ouvert" in visitor.page.words
    assert "Alpha" not in visitor.page.html


def test_nobody_told_of_anything_reads_what_will_come_here(cast, signed_in):
    visitor = Visitor(signed_in(cast.nobody))
    visitor.open(reverse("notices"))
    assert "Rien ne vous attend" in visitor.page.words


def test_ten_thousand_notices_are_listed_page_by_page_in_as_many_queries_as_a_few(cast, signed_in):
    asked = {}
    for user, number in ((cast.staff, 3), (cast.leader, 10_000)):
        _heap(user, cast.structure_a, number)
        client = signed_in(user)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{reverse('notices')}?page=400")
        asked[number] = len(queries)
    assert asked[3] == asked[10_000]
    assert len(page.context["page_obj"].object_list) == 20
    assert page.context["page_obj"].number == 400


def test_rhythms_are_chosen_for_oneself_whatever_is_sent(cast, signed_in):
    client, address = signed_in(cast.leader), reverse("notice_rhythms")
    sent = dict.fromkeys(Category.values, "daily") | {"steps": "never", "user": cast.staff.pk, "apart": "never"}
    assert client.post(address, sent).status_code == 302
    assert rhythms_of(cast.leader)[Category.STEPS] == Rhythm.NEVER
    assert set(NoticeRhythm.objects.values_list("user", flat=True)) == {cast.leader.pk}
    refused = client.post(address, sent | {"steps": "hourly"})
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {"steps"}


def test_page_says_what_stands_apart_and_why(cast, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(reverse("notice_rhythms"))
    said = visitor.page.section("Ce qui vous est toujours écrit tout de suite")
    for one in ("Vos rendez-vous", "Votre sécurité", "Vos papiers"):
        assert one in said


def test_notice_leads_to_no_other_site(cast):
    for url in ("https://ailleurs.example/", "//ailleurs.example/", "/\\ailleurs.example/"):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeFactory(recipient=cast.leader, about=cast.structure_a, url=url)


def test_person_without_notices_pays_no_query_for_their_number(cast, signed_in):
    client = signed_in(UserFactory())
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("structures"))
    read = [one["sql"] for one in queries if "accounts_notice" in one["sql"]]
    assert len(read) == 1
    assert "accounts_user" in read[0], "with the user, not apart"
