"""What the pages of the community read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from community import operations
from community.models import ContributionKind, ExperienceReport
from community.operations import SheetContent
from community.queries import (
    contribution_versions,
    debate_of,
    listed,
    on_dimension,
    people_of_community,
    readiness_of,
    resource_versions,
    unanswered_disagreements,
    usages_of,
)
from tests.factories.community import AnswerFactory, ContributionFactory, ReportFactory, ResourceFactory
from tests.factories.people import UserFactory


def test_list_counts_the_texts_that_stand(shared):
    ContributionFactory(report=shared, withdrawn_at=timezone.now())
    AnswerFactory(answers_to=ContributionFactory(report=shared))
    assert listed(ExperienceReport.objects.all()).get().contribution_count == 2


def test_reports_are_found_by_the_dimension_they_worked_on(cast, shared):
    framework = cast.trajectory_a.framework_version
    shared.dimensions.set(framework.dimensions.filter(code__in=["D1", "D2"]))
    ReportFactory(shared=True)
    assert list(on_dimension(ExperienceReport.objects.all(), framework.dimensions.get(code="D1"))) == [shared]
    assert not on_dimension(ExperienceReport.objects.all(), framework.dimensions.get(code="D3")).exists()


def test_disagreement_waits_until_somebody_else_comes_back_to_it(cast, disagreement):
    me = cast.practitioner
    assert list(unanswered_disagreements(me)) == [disagreement]
    AnswerFactory(answers_to=disagreement, author=cast.member.person)
    AnswerFactory(answers_to=disagreement, withdrawn_at=timezone.now())
    assert list(unanswered_disagreements(me)) == [disagreement]
    AnswerFactory(answers_to=disagreement)
    assert list(unanswered_disagreements(me)) == []


def test_disagreements_with_others_or_taken_back_do_not_wait_for_me(cast, disagreement):
    assert list(unanswered_disagreements(cast.member)) == []
    operations.withdraw_contribution(by=cast.member, contribution=disagreement)
    assert list(unanswered_disagreements(cast.practitioner)) == []


def test_debate_is_told_oldest_first_with_its_answers(cast, shared):
    late, early = (
        ContributionFactory(report=shared, created_at=timezone.now() - timedelta(days=days)) for days in (1, 9)
    )
    answer = AnswerFactory(answers_to=early)
    assert [(one, list(one.answers.all())) for one in debate_of(shared, cast.member)] == [(early, [answer]), (late, [])]


def test_link_to_a_report_taken_back_since_is_told_to_its_authors_alone(cast, shared):
    other = ReportFactory(shared=True, created_by=cast.member.person)
    ContributionFactory(report=shared, kind=ContributionKind.NEIGHBOURING, linked_report=other)
    operations.withdraw_report(by=cast.member, report=other)
    assert [one.linked_report for one in debate_of(shared, cast.trainer)] == [None]
    assert [one.linked_report for one in debate_of(shared, cast.member)] == [other]


def test_those_who_direct_the_structure_are_led_to_no_other_text(cast, shared):
    ExperienceReport.objects.filter(pk=shared.pk).update(structure=cast.structure_a)
    ContributionFactory(report=shared, linked_report=ReportFactory(shared=True), linked_resource=ResourceFactory())
    told = debate_of(shared, cast.leader)[0]
    assert (told.linked_report, told.linked_resource) == (None, None)


def test_sheet_tells_where_it_was_put_to_use(cast):
    sheet = ResourceFactory()
    citing = ReportFactory(shared=True, resources=[sheet])
    ReportFactory(resources=[sheet])
    leaning = ContributionFactory(linked_resource=sheet)
    ContributionFactory(linked_resource=sheet, withdrawn_at=timezone.now())
    ContributionFactory(linked_resource=sheet, report=ReportFactory())
    usages = usages_of(sheet, cast.member)
    assert (usages.reports, usages.contributions) == ([citing], [leaning])


def test_community_is_made_of_those_who_hold_a_role_that_opens_it_today(cast):
    former = UserFactory(roles=[Role.MEMBER])
    former.role_grants.update(until=date(2024, 1, 1))
    UserFactory(roles=[Role.MEMBER], is_active=False)
    peers = [cast.users[name] for name in ("practitioner", "other_practitioner", "former_practitioner")]
    assert set(people_of_community()) == {one.person for one in [*peers, cast.trainer, cast.member]}


def test_contribution_keeps_each_of_its_texts_newest_first(cast, disagreement):
    texts, days = [disagreement.text], [datetime(2025, 7, day, 9, tzinfo=UTC) for day in (1, 5)]
    for rank, day in enumerate(days, start=1):
        texts.insert(0, f"{disagreement.text} Et puis {rank}.")
        operations.edit_contribution(
            by=cast.member, contribution=disagreement, expected_version=rank, text=texts[0], on=day
        )
    versions = contribution_versions(disagreement)
    assert [one.texts for one in versions] == [(("", text),) for text in texts]
    assert [one.on for one in versions] == [*reversed(days), disagreement.created_at]


def test_change_of_a_link_is_no_version_of_the_text(cast, disagreement):
    operations.edit_contribution(
        by=cast.member,
        contribution=disagreement,
        expected_version=1,
        text=disagreement.text,
        linked_resource=ResourceFactory(),
    )
    assert len(contribution_versions(disagreement)) == 1


def test_sheet_keeps_what_it_said_and_who_said_it(cast):
    first = SheetContent(kind="tool", title="Le carnet", intention="Voir.", usage="À deux.")
    made = operations.write_resource(by=cast.member, content=first)
    second = SheetContent(kind="tool", title="Le carnet", intention="Voir.", usage="À trois.", status="proven")
    operations.edit_resource(by=cast.trainer, resource=made, expected_version=1, content=second)
    newest, oldest = resource_versions(made)
    assert dict(newest.texts)["Comment s’en servir"] == "À trois."
    assert (dict(newest.texts)["État"], newest.by) == ("éprouvé", cast.trainer.person)
    assert dict(oldest.texts)["Comment s’en servir"] == "À deux."
    assert oldest.by == cast.member.person


@pytest.mark.parametrize(("kept", "is_ready"), [("Rien.", True), ("Chez Alpha.", False)])
def test_report_is_ready_when_nothing_misses_and_nobody_is_named(cast, kept, is_ready):
    assert readiness_of(ReportFactory(kept=kept)).is_ready == is_ready
