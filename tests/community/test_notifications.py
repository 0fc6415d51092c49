"""Who is told of a debate, and that no word of it leaves by mail."""

import pytest
from django.utils import timezone

from accounts.models import User
from community import operations
from community.models import ContributionKind, ExperienceReport
from efc_platform.backstage.models import Job
from tests.factories.notices import want_mails
from tests.factories.people import PersonFactory

SECRET = "Le couloir était plein de cartons et personne ne disait rien, ce jour-là non plus."


def letters() -> list[tuple[str, str, str]]:
    mails = Job.objects.filter(kind="mail").order_by("pk")
    return [(one.payload["to"], one.payload["subject"], one.payload["body"]) for one in mails]


@pytest.fixture(autouse=True)
def everybody_wants_mails(cast):
    want_mails(cast.users.values())


@pytest.fixture
def question(cast, shared):
    return operations.contribute(by=cast.member, report=shared, kind=ContributionKind.QUESTION, text=SECRET)


def test_authors_learn_of_a_contribution_its_kind_and_where(cast, question):
    (to, subject, body), *others = letters()
    assert (to, subject, others) == (
        cast.practitioner.email,
        "«\u00a0Le tri\u00a0»\u00a0: une contribution au débat",
        [],
    )
    assert body.startswith("Bonjour Inès,\n")
    assert "Sofia Benali a contribué au débat" in body
    assert "Genre de contribution\u00a0: question de clarification." in body
    assert question.get_absolute_url() in body
    assert SECRET not in body


def test_contributor_learns_of_an_answer(cast, question):
    answer = operations.answer(by=cast.practitioner, contribution=question, text=SECRET)
    to, subject, body = letters()[-1]
    assert (to, subject) == (cast.member.email, "«\u00a0Le tri\u00a0»\u00a0: une réponse à votre contribution")
    assert "Inès Carrel a répondu" in body
    assert answer.get_absolute_url() in body
    assert SECRET not in body


def test_contributor_who_comes_back_is_read_by_the_authors(cast, question):
    operations.answer(by=cast.member, contribution=question, text="Je précise.")
    assert [to for to, _subject, _body in letters()] == [cast.practitioner.email] * 2


def test_author_who_answers_is_not_told_of_it(cast, shared, question):
    shared.authors.add(cast.other_practitioner.person)
    operations.answer(by=cast.practitioner, contribution=question, text="Je réponds.")
    assert [to for to, _subject, _body in letters()] == [cast.practitioner.email, cast.member.email]


def test_nobody_is_told_who_has_no_open_account_or_may_no_longer_read(cast, shared):
    shared.authors.add(PersonFactory())
    User.objects.filter(pk=cast.practitioner.pk).update(is_active=False)
    made = operations.contribute(by=cast.member, report=shared, kind=ContributionKind.QUESTION, text=SECRET)
    cast.member.role_grants.all().delete()
    operations.answer(by=cast.trainer, contribution=made, text="Je réponds.")
    assert letters() == []


def test_what_is_dated_in_the_past_tells_nobody(cast, shared):
    past = timezone.now()
    made = operations.contribute(by=cast.member, report=shared, kind=ContributionKind.QUESTION, text=SECRET, on=past)
    operations.answer(by=cast.practitioner, contribution=made, text="Oui.", on=past)
    assert letters() == []


def test_rewriting_and_taking_back_tell_nobody(cast, question):
    sent = len(letters())
    operations.edit_contribution(by=cast.member, contribution=question, expected_version=1, text=f"{SECRET} Et donc ?")
    operations.withdraw_contribution(by=cast.member, contribution=question)
    operations.withdraw_report(by=cast.practitioner, report=ExperienceReport.objects.get())
    assert len(letters()) == sent
