"""Who may write, share, debate and take back, and what each act needs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from community import operations
from community.models import Contribution, ContributionKind, ExperienceReport, ReportState, SharedResource
from community.operations import ReportContent, SheetContent
from community.queries import clues_for
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure
from tests.factories.community import AnswerFactory, ReportFactory, ResourceFactory
from tests.factories.people import PersonFactory
from tests.factories.structures import MembershipFactory, StructureFactory

PEERS = ["practitioner", "other_practitioner", "former_practitioner", "trainer", "member"]
OUTSIDERS = ["coordinator", "leader", "board", "staff", "volunteer", "leader_b", "nobody"]
AGREED = {"is_about_structure": True, "consent_on": date(2025, 5, 5), "consent_scope": "Entre pairs"}
LONG = "Chez nous, ne rien conclure a fait partir deux personnes, et il a fallu un an pour en reparler."


def share(user, report: ExperienceReport, **options) -> ExperienceReport:
    return operations.share_report(by=user, report=report, expected_version=report.version, **AGREED | options)


def refusal(operation, **arguments) -> tuple[str, str | None]:
    with pytest.raises(OperationRefused) as refused:
        operation(**arguments)
    return refused.value.message, refused.value.field


# Writing


@pytest.mark.parametrize("name", PEERS)
def test_title_is_enough_to_begin(cast, name):
    made = operations.write_report(by=cast.users[name], content=ReportContent(title="  Un silence "))
    assert (made.title, made.state, made.version) == ("Un silence", ReportState.DRAFT, 1)
    assert (made.created_by, list(made.authors.all())) == (cast.users[name].person, [cast.users[name].person])


@pytest.mark.parametrize("name", OUTSIDERS)
def test_report_is_not_written_from_outside_the_community(cast, name):
    refusal(operations.write_report, by=cast.users[name], content=ReportContent(title="Un silence"))
    assert not ExperienceReport.objects.exists()


def test_co_authors_are_peers_and_sign(cast, content):
    peer = cast.member.person
    made = operations.write_report(by=cast.practitioner, content=replace(content, co_authors=[peer]))
    assert set(made.authors.all()) == {cast.practitioner.person, peer}
    stranger = replace(content, co_authors=[cast.nobody.person])
    assert refusal(operations.write_report, by=cast.practitioner, content=stranger)[1] == "co_authors"


def test_co_author_edits_and_nobody_can_leave_out_whoever_began(cast, draft, content):
    with_peer = replace(content, co_authors=[cast.member.person])
    operations.edit_report(by=cast.practitioner, report=draft, expected_version=1, content=with_peer)
    operations.edit_report(by=cast.member, report=draft, expected_version=2, content=content)
    assert set(draft.authors.all()) == {cast.practitioner.person, cast.member.person}


def test_co_author_who_left_the_community_still_signs(cast, draft, content):
    gone = cast.member
    with_peer = replace(content, co_authors=[gone.person])
    operations.edit_report(by=cast.practitioner, report=draft, expected_version=1, content=with_peer)
    gone.role_grants.all().delete()
    operations.edit_report(by=cast.practitioner, report=draft, expected_version=2, content=with_peer)
    assert gone.person in draft.authors.all()


def test_structure_is_one_that_the_writer_accompanies(cast, content):
    theirs = replace(content, structure=cast.structure_b)
    assert refusal(operations.write_report, by=cast.practitioner, content=theirs)[1] == "structure"
    ours = replace(content, structure=cast.structure_a)
    assert operations.write_report(by=cast.practitioner, content=ours).structure == cast.structure_a


def test_co_author_who_does_not_accompany_the_structure_leaves_it_there(cast, content):
    ours = replace(content, structure=cast.structure_a, co_authors=[cast.member.person])
    made = operations.write_report(by=cast.practitioner, content=ours)
    edited = operations.edit_report(
        by=cast.member, report=made, expected_version=1, content=replace(ours, title="Autre")
    )
    assert (edited.title, edited.structure) == ("Autre", cast.structure_a)


@pytest.mark.parametrize("name", ["member", "coordinator", "leader"])
def test_report_is_edited_by_its_authors_alone(cast, draft, content, name):
    refusal(operations.edit_report, by=cast.users[name], report=draft, expected_version=1, content=content)


def test_edit_of_an_older_version_is_refused(cast, draft, content):
    operations.edit_report(by=cast.practitioner, report=draft, expected_version=1, content=replace(content, kept="Un"))
    with pytest.raises(StaleEdit):
        operations.edit_report(
            by=cast.practitioner, report=draft, expected_version=1, content=replace(content, kept="Deux")
        )
    draft.refresh_from_db()
    assert (draft.kept, draft.version) == ("Un", 2)


# Sharing


def test_report_is_shared_with_the_agreement_of_the_structure(cast, draft):
    made = share(cast.practitioner, draft)
    assert (made.state, made.is_about_structure, made.version) == (ReportState.SHARED, True, 2)
    assert (made.consent_on, made.consent_scope) == (date(2025, 5, 5), "Entre pairs")
    assert timezone.now() - made.shared_at < timedelta(minutes=1)


def test_report_about_no_structure_keeps_no_agreement(cast, draft):
    made = share(cast.practitioner, draft, is_about_structure=False)
    assert (made.state, made.consent_on, made.consent_scope) == (ReportState.SHARED, None, "")


def test_sharing_may_be_dated(cast, draft):
    day = datetime(2025, 6, 1, 9, tzinfo=UTC)
    assert share(cast.practitioner, draft, on=day).shared_at == day


def test_sharing_twice_changes_nothing(cast, draft):
    first = share(cast.practitioner, draft)
    again = share(cast.practitioner, first, consent_scope="Autre chose")
    assert (again.version, again.consent_scope) == (2, "Entre pairs")


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"consent_on": None}, "consent_on"),
        ({"consent_on": timezone.localdate() + timedelta(days=1)}, "consent_on"),
        ({"consent_scope": "  "}, "consent_scope"),
    ],
)
def test_agreement_has_a_past_day_and_a_scope(cast, draft, missing, field):
    chosen = AGREED | missing
    told = refusal(operations.share_report, by=cast.practitioner, report=draft, expected_version=1, **chosen)
    assert told[1] == field


def test_text_of_a_structure_is_not_shared_as_if_of_none(cast, content):
    made = operations.write_report(by=cast.practitioner, content=replace(content, structure=cast.structure_a))
    chosen = {"is_about_structure": False}
    told = refusal(operations.share_report, by=cast.practitioner, report=made, expected_version=1, **chosen)
    assert told[1] == "is_about_structure"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("context", "le contexte"),
        ("situation", "la situation"),
        ("done", "ce que vous avez fait, ou ce qui a résisté"),
        ("question", "la question adressée à la communauté"),
    ],
)
def test_essential_part_that_misses_is_named(cast, content, part, told):
    made = operations.write_report(by=cast.practitioner, content=replace(content, **{part: "  "}))
    message, _field = refusal(operations.share_report, by=cast.practitioner, report=made, expected_version=1, **AGREED)
    assert message == f"Il manque encore\u00a0: {told}."


def test_what_resisted_stands_for_what_was_done(cast, content):
    made = operations.write_report(by=cast.practitioner, content=replace(content, done="", resisted="Tout."))
    assert share(cast.practitioner, made).state == ReportState.SHARED


@pytest.mark.parametrize("name", ["member", "coordinator", "leader", "nobody"])
def test_report_is_shared_by_its_authors_alone(cast, draft, name):
    refusal(operations.share_report, by=cast.users[name], report=draft, expected_version=1, **AGREED)


def test_author_who_left_the_community_no_longer_shares_but_still_withdraws(cast, shared):
    cast.practitioner.role_grants.all().delete()
    draft = ReportFactory(created_by=cast.practitioner.person)
    refusal(operations.share_report, by=cast.practitioner, report=draft, expected_version=1, **AGREED)
    assert operations.withdraw_report(by=cast.practitioner, report=shared).state == ReportState.DRAFT


def test_text_changed_since_it_was_read_again_is_not_shared(cast, draft, content):
    operations.edit_report(by=cast.practitioner, report=draft, expected_version=1, content=replace(content, kept="Un"))
    with pytest.raises(StaleEdit):
        operations.share_report(by=cast.practitioner, report=draft, expected_version=1, **AGREED)


@pytest.fixture
def in_lens(cast, names, content):
    """A report of A, whose structure is in Lens and whose director is Nadia Roussel."""
    Structure.objects.filter(pk=cast.structure_a.pk).update(commune_name="Lens", acronym="RTR")
    Structure.objects.filter(pk=cast.structure_b.pk).update(commune_name="Arras")
    return replace(content, structure=cast.structure_a)


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        ("title", "Chez Alpha", "«\u00a0Alpha\u00a0», le nom d’une structure, dans «\u00a0Le titre\u00a0»"),
        ("context", "À Lens.", "«\u00a0Lens\u00a0», la commune de la structure, dans «\u00a0Le contexte\u00a0»"),
        ("period", "Avec RTR", "«\u00a0RTR\u00a0», le sigle d’une structure, dans «\u00a0Quand\u00a0»"),
        ("kept", "Avec Bêta.", "«\u00a0Bêta\u00a0», le nom d’une structure, dans «\u00a0Ce que nous en gardons\u00a0»"),
        (
            "situation",
            "Madame Roussel rit.",
            "«\u00a0Roussel\u00a0», le nom d’une personne de la structure, dans «\u00a0La situation\u00a0»",
        ),
        (
            "effects",
            "Samia Dhaoui rit.",
            "«\u00a0Samia Dhaoui\u00a0», le nom d’une personne, dans «\u00a0Les effets observés\u00a0»",
        ),
    ],
)
def test_words_that_give_somebody_away_are_named_with_their_part(cast, in_lens, part, text, told):
    made = operations.write_report(by=cast.practitioner, content=replace(in_lens, **{part: text}))
    message, _field = refusal(operations.share_report, by=cast.practitioner, report=made, expected_version=1, **AGREED)
    assert message == f"On pourrait reconnaître quelqu’un\u00a0: {told}."


def test_communes_and_last_names_of_other_structures_say_nothing(cast, in_lens):
    text = "À Arras, madame Dhaoui connaît tout le monde."
    made = operations.write_report(by=cast.practitioner, content=replace(in_lens, situation=text))
    assert share(cast.practitioner, made).state == ReportState.SHARED


def test_somebody_who_left_the_structure_is_still_recognised(cast, in_lens):
    gone = PersonFactory(first_name="Jean", last_name="Morin")
    MembershipFactory(structure=cast.structure_a, person=gone, until=date(2024, 1, 1))
    made = operations.write_report(by=cast.practitioner, content=replace(in_lens, situation="Morin rit."))
    assert (
        "Morin" in refusal(operations.share_report, by=cast.practitioner, report=made, expected_version=1, **AGREED)[0]
    )


def test_names_are_read_in_two_queries_however_many(cast, draft, django_assert_num_queries):
    for _rank in range(3):
        MembershipFactory(structure=StructureFactory())
    with django_assert_num_queries(2):
        assert clues_for(cast.structure_a)


# A shared text keeps the rules of sharing


def test_shared_report_stays_complete(cast, draft, content):
    made = share(cast.practitioner, draft)
    less = replace(content, question="")
    told = refusal(operations.edit_report, by=cast.practitioner, report=made, expected_version=2, content=less)
    assert told == ("Il manque encore\u00a0: la question adressée à la communauté.", "question")


def test_shared_report_is_checked_again_when_it_is_rewritten(cast, draft, content):
    made = share(cast.practitioner, draft)
    told = refusal(
        operations.edit_report,
        by=cast.practitioner,
        report=made,
        expected_version=2,
        content=replace(content, kept="Écrire à Bêta."),
    )
    assert told[1] == "kept"
    made.refresh_from_db()
    assert (made.kept, made.version) == ("", 2)


def test_report_shared_as_of_no_structure_does_not_receive_one(cast, draft, content):
    made = share(cast.practitioner, draft, is_about_structure=False)
    ours = replace(content, structure=cast.structure_a)
    told = refusal(operations.edit_report, by=cast.practitioner, report=made, expected_version=2, content=ours)
    assert told[1] == "structure"


# Taking back


def test_report_taken_back_is_a_draft_at_once_and_keeps_its_debate(cast, shared, disagreement):
    made = operations.withdraw_report(by=cast.practitioner, report=shared)
    assert (made.state, made.shared_at, made.consent_on) == (ReportState.DRAFT, None, None)
    assert not ExperienceReport.objects.visible_to(cast.member).filter(pk=shared.pk).exists()
    assert not Contribution.objects.visible_to(cast.member).exists()
    assert list(Contribution.objects.visible_to(cast.practitioner)) == [disagreement]


def test_taking_back_twice_changes_nothing(cast, shared):
    operations.withdraw_report(by=cast.practitioner, report=shared)
    assert operations.withdraw_report(by=cast.practitioner, report=shared).version == 2


def test_report_is_taken_back_by_its_authors_alone(cast, shared):
    refusal(operations.withdraw_report, by=cast.member, report=shared)


# Debating


@pytest.mark.parametrize("name", ["other_practitioner", "former_practitioner", "trainer", "member"])
def test_peers_contribute_to_a_shared_report(cast, shared, name):
    made = operations.contribute(by=cast.users[name], report=shared, kind=ContributionKind.QUESTION, text=" Qui ? ")
    assert (made.text, made.author, made.answers_to) == ("Qui ?", cast.users[name].person, None)


@pytest.mark.parametrize("name", ["practitioner", *OUTSIDERS])
def test_authors_and_outsiders_do_not_contribute(cast, shared, name):
    refusal(operations.contribute, by=cast.users[name], report=shared, kind=ContributionKind.QUESTION, text="Qui ?")


def test_draft_receives_no_contribution(cast, draft):
    refusal(operations.contribute, by=cast.member, report=draft, kind=ContributionKind.QUESTION, text="Qui ?")


def test_answer_is_no_kind_of_contribution(cast, shared):
    told = refusal(operations.contribute, by=cast.member, report=shared, kind=ContributionKind.ANSWER, text="Oui.")
    assert told[1] == "kind"


@pytest.mark.parametrize("text", ["Non.", f"Non. {' ' * 10}\n", "x" * 59])
def test_disagreement_without_its_reasons_is_refused(cast, shared, text):
    kind = ContributionKind.DISAGREEMENT
    assert refusal(operations.contribute, by=cast.member, report=shared, kind=kind, text=text)[1] == "text"


def test_neighbouring_experience_leads_to_another_shared_report(cast, shared):
    kind, draft = ContributionKind.NEIGHBOURING, ReportFactory(created_by=cast.member.person)
    for link in (None, shared, draft, ReportFactory()):
        told = refusal(
            operations.contribute, by=cast.member, report=shared, kind=kind, text="Chez nous.", linked_report=link
        )
        assert told[1] == "linked_report"
    other = ReportFactory(shared=True)
    made = operations.contribute(by=cast.member, report=shared, kind=kind, text="Chez nous.", linked_report=other)
    assert made.linked_report == other


def test_concept_leads_to_its_sheet(cast, shared):
    kind, sheet = ContributionKind.CONCEPT, ResourceFactory()
    told = refusal(operations.contribute, by=cast.member, report=shared, kind=kind, text="Le travail réel.")
    assert told[1] == "linked_resource"
    made = operations.contribute(
        by=cast.member, report=shared, kind=kind, text="Le travail réel.", linked_resource=sheet
    )
    assert made.linked_resource == sheet


def test_contribution_names_nobody_and_does_not_tell_where_the_structure_is(cast, shared):
    Structure.objects.filter(pk=cast.structure_a.pk).update(commune_name="Lens")
    ExperienceReport.objects.filter(pk=shared.pk).update(structure=cast.structure_a)
    kind = ContributionKind.QUESTION
    told = refusal(operations.contribute, by=cast.member, report=shared, kind=kind, text="Est-ce Alpha ?")
    assert told == ("On pourrait reconnaître quelqu’un\u00a0: «\u00a0Alpha\u00a0» (le nom d’une structure).", "text")
    # A refusal here would be the answer to the question.
    assert operations.contribute(by=cast.member, report=shared, kind=kind, text="Est-ce à Lens ?").pk


@pytest.mark.parametrize("name", ["practitioner", "member", "other_practitioner"])
def test_the_community_answers_authors_included(cast, disagreement, name):
    made = operations.answer(by=cast.users[name], contribution=disagreement, text="C’est juste.")
    assert (made.kind, made.answers_to, made.report) == (ContributionKind.ANSWER, disagreement, disagreement.report)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_do_not_answer(cast, disagreement, name):
    refusal(operations.answer, by=cast.users[name], contribution=disagreement, text="C’est juste.")


def test_answer_is_not_answered_nor_what_was_taken_back(cast, disagreement):
    answer = operations.answer(by=cast.practitioner, contribution=disagreement, text="C’est juste.")
    refusal(operations.answer, by=cast.member, contribution=answer, text="Ah.")
    operations.withdraw_contribution(by=cast.member, contribution=disagreement)
    refusal(operations.answer, by=cast.practitioner, contribution=disagreement, text="Encore.")


def test_answer_names_nobody(cast, disagreement):
    told = refusal(operations.answer, by=cast.practitioner, contribution=disagreement, text="Bêta le sait.")
    assert told[1] == "text"


def test_contribution_rewritten_says_when(cast, disagreement):
    day = datetime(2025, 7, 1, 9, tzinfo=UTC)
    made = operations.edit_contribution(
        by=cast.member, contribution=disagreement, expected_version=1, text=LONG, on=day
    )
    assert (made.text, made.edited_at, made.version) == (LONG, day, 2)
    with pytest.raises(StaleEdit):
        operations.edit_contribution(by=cast.member, contribution=disagreement, expected_version=1, text=LONG)


@pytest.mark.parametrize("name", ["practitioner", "other_practitioner", "coordinator"])
def test_contribution_is_rewritten_and_taken_back_by_its_author_alone(cast, disagreement, name):
    someone = cast.users[name]
    refusal(operations.edit_contribution, by=someone, contribution=disagreement, expected_version=1, text=LONG)
    refusal(operations.withdraw_contribution, by=someone, contribution=disagreement)


def test_contribution_rewritten_keeps_its_rules(cast, disagreement):
    edit = {"by": cast.member, "contribution": disagreement, "expected_version": 1}
    assert refusal(operations.edit_contribution, **edit, text="Non.")[1] == "text"
    assert refusal(operations.edit_contribution, **edit, text=f"{LONG} Bêta.")[1] == "text"


def test_contribution_taken_back_keeps_its_answers_and_is_not_rewritten(cast, disagreement):
    answer = AnswerFactory(answers_to=disagreement)
    made = operations.withdraw_contribution(by=cast.member, contribution=disagreement)
    assert (made.withdrawn_at is None, list(made.answers.all())) == (False, [answer])
    assert operations.withdraw_contribution(by=cast.member, contribution=made).version == 2
    refusal(operations.edit_contribution, by=cast.member, contribution=made, expected_version=2, text=LONG)


# Sheets


SHEET = SheetContent(kind="tool", title=" Le carnet ", intention="Voir.", usage="À deux.")


@pytest.mark.parametrize("name", PEERS)
def test_peers_write_sheets(cast, name):
    made = operations.write_resource(by=cast.users[name], content=SHEET, co_authors=[PersonFactory()])
    assert (made.title, made.status, made.edited_by) == ("Le carnet", "trial", cast.users[name].person)
    assert made.authors.count() == 2


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_write_no_sheet(cast, name):
    refusal(operations.write_resource, by=cast.users[name], content=SHEET)
    made = ResourceFactory()
    refusal(operations.edit_resource, by=cast.users[name], resource=made, expected_version=1, content=SHEET)


def test_whoever_rewrites_a_sheet_joins_its_authors(cast):
    made, day = operations.write_resource(by=cast.member, content=SHEET), datetime(2025, 7, 1, 9, tzinfo=UTC)
    edited = operations.edit_resource(
        by=cast.trainer, resource=made, expected_version=1, content=replace(SHEET, limits="Le bruit."), on=day
    )
    assert (edited.limits, edited.edited_by, edited.edited_at, edited.version) == (
        "Le bruit.",
        cast.trainer.person,
        day,
        2,
    )
    assert set(edited.authors.all()) == {cast.member.person, cast.trainer.person}
    with pytest.raises(StaleEdit):
        operations.edit_resource(by=cast.member, resource=made, expected_version=1, content=SHEET)


def test_two_sheets_of_a_kind_never_share_a_title(cast):
    operations.write_resource(by=cast.member, content=SHEET)
    assert refusal(operations.write_resource, by=cast.trainer, content=SHEET)[1] == "title"
    assert operations.write_resource(by=cast.trainer, content=replace(SHEET, kind="method")).pk
    other = ResourceFactory(kind="tool", title="Autre")
    told = refusal(operations.edit_resource, by=cast.member, resource=other, expected_version=1, content=SHEET)
    assert (told[1], SharedResource.objects.get(pk=other.pk).title) == ("title", "Autre")
