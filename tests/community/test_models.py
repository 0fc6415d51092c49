"""Who sees which rows of the community, and what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.models import Contribution, ContributionKind, ExperienceReport, ReportState, SharedResource
from tests.factories.community import AnswerFactory, ContributionFactory, ReportFactory, ResourceFactory

PEERS = {"practitioner", "other_practitioner", "former_practitioner", "trainer", "member"}


def seen_by(cast, rows) -> set[str]:
    return {name for name, user in cast.users.items() if rows.visible_to(user).exists()}


def test_draft_is_seen_by_its_authors_alone(cast):
    ReportFactory(authors=[cast.member.person, cast.nobody.person], structure=cast.structure_a)
    assert seen_by(cast, ExperienceReport.objects) == {"member", "nobody"}


def test_shared_report_is_seen_by_the_community_and_by_those_who_direct_its_structure(cast):
    report = ReportFactory(shared=True, structure=cast.structure_a)
    assert seen_by(cast, ExperienceReport.objects) == PEERS | {"leader", "board"}
    ContributionFactory(report=report)
    assert seen_by(cast, Contribution.objects) == PEERS | {"leader", "board"}


def test_shared_report_of_no_structure_is_seen_by_the_community(cast):
    ReportFactory(shared=True)
    assert seen_by(cast, ExperienceReport.objects) == PEERS


def test_sheets_are_seen_by_the_community(cast):
    ResourceFactory()
    assert seen_by(cast, SharedResource.objects) == PEERS


def test_report_is_found_once_whatever_the_reasons_to_see_it(cast):
    ReportFactory(shared=True, authors=[cast.practitioner.person, cast.member.person], structure=cast.structure_a)
    assert ExperienceReport.objects.visible_to(cast.practitioner).count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"state": ReportState.SHARED, "shared_at": None},
        {"is_about_structure": True, "consent_on": None},
    ],
)
def test_database_refuses_a_report_shared_without_a_day_or_an_agreement(db, broken):
    report = ReportFactory(shared=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExperienceReport.objects.filter(pk=report.pk).update(**broken)


def test_database_refuses_an_answer_to_nothing_and_a_contribution_that_answers(db):
    contribution = ContributionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContributionFactory(kind=ContributionKind.ANSWER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContributionFactory(answers_to=contribution)


def test_database_refuses_a_neighbouring_experience_without_its_link(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContributionFactory(kind=ContributionKind.NEIGHBOURING)


def test_what_was_taken_back_no_longer_stands(db):
    ContributionFactory(withdrawn_at=timezone.now())
    standing = ContributionFactory()
    assert list(Contribution.objects.standing()) == [standing]


def test_rows_say_what_they_are(db):
    answer = AnswerFactory(answers_to=ContributionFactory(report=ReportFactory(shared=True, title="Le tri")))
    assert str(answer) == "Réponse · Le tri"
    assert answer.get_absolute_url() == f"{answer.report.get_absolute_url()}#contribution-{answer.public_id}"
    assert str(ResourceFactory(title="Le carnet")) == "Le carnet"
