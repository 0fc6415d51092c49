"""The demonstration's debates: who writes, what they lean on, and in which order it happened."""

from collections import Counter

import pytest

from tests.efc_platform.demo_rows import COMMUNITY, DIMENSIONS, REPORTS, REQUESTS, SHEETS

SHARED = {slug: report for slug, report in REPORTS.items() if not report.get("draft")}
each_shared = pytest.mark.parametrize("report", SHARED.values(), ids=SHARED)
ESSENTIAL = {"title", "context", "starting_question", "situation", "done", "resisted", "kept", "question"}


def contributions():
    return [one for report in SHARED.values() for one in report["contributions"]]


def answerers(contribution):
    return {one["author"] for one in contribution.get("answers", [])}


def test_community_counts():
    assert (len(SHARED), len(REPORTS) - len(SHARED), len(SHEETS)) == (15, 1, 12)
    assert len(contributions()) == 51
    assert Counter(sheet["kind"] for sheet in SHEETS.values()) == {"method": 4, "tool": 4, "concept": 4}
    assert {sheet["status"] for sheet in SHEETS.values()} == {"trial", "proven", "contested", "withdrawn"}


def test_slug_is_the_file_name():
    assert [report["slug"] for report in REPORTS.values()] == list(REPORTS)


def test_everybody_who_writes_is_of_the_community():
    writers = {key for row in [*REPORTS.values(), *SHEETS.values()] for key in row["authors"]}
    writers |= {one["author"] for one in contributions()}
    writers |= {key for one in contributions() for key in answerers(one)}
    assert writers == COMMUNITY


@each_shared
def test_report_holds_what_the_community_needs(report):
    assert {name for name in ESSENTIAL if not report.get(name)} == set()
    assert set(report["dimensions"]) <= set(DIMENSIONS)
    assert report["question"].endswith("\u202f?")
    assert 2 <= len(report["contributions"]) <= 4


@each_shared
def test_report_is_shared_after_consent_with_sheets_that_exist(report):
    assert report["consent"]["days_ago"] > report["shared_days_ago"]
    assert report["consent"]["scope"]
    assert report["resources"]
    assert all(SHEETS[slug]["days_ago"] > report["shared_days_ago"] for slug in report["resources"])


@each_shared
def test_debate_follows_the_order_of_time(report):
    for one in report["contributions"]:
        days = [report["shared_days_ago"], one["days_ago"], *(each["days_ago"] for each in one.get("answers", []))]
        assert days == sorted(set(days), reverse=True)
        assert days[-1] > (4 if "revised_text" in one else 0)


@each_shared
def test_contributions_lean_on_what_was_there(report):
    for one in report["contributions"]:
        if linked := one.get("linked_report"):
            assert linked != report["slug"]
            assert SHARED[linked]["shared_days_ago"] > one["days_ago"]
        if linked := one.get("linked_resource"):
            assert SHEETS[linked]["days_ago"] > one["days_ago"]


@each_shared
def test_authors_answer_and_do_not_contribute_to_their_own_report(report):
    assert not {one["author"] for one in report["contributions"]} & set(report["authors"])


def test_kinds_have_what_they_ask_for():
    kinds = Counter(one["kind"] for one in contributions())
    assert kinds == {"neighbouring": 15, "disagreement": 14, "concept": 12, "question": 10}
    assert all(one.get("linked_report") for one in contributions() if one["kind"] == "neighbouring")
    assert all(one.get("linked_resource") for one in contributions() if one["kind"] == "concept")


def test_most_disagreements_are_answered_and_one_stays_open():
    disagreements = [one for one in contributions() if one["kind"] == "disagreement"]
    assert [one["author"] for one in disagreements if not answerers(one)] == ["salome"]


def test_two_contributions_were_rewritten():
    revised = [one for one in contributions() if "revised_text" in one]
    assert len(revised) == 2
    assert all(one["revised_text"] != one["text"] for one in revised)


def test_sharing_days_are_all_different():
    days = [report["shared_days_ago"] for report in SHARED.values()]
    assert len(days) == len(set(days))
    assert min(days) >= 15
    assert max(days) <= 700


def test_requests_are_answered_or_wait():
    assert len(REQUESTS) == 4
    assert [row["days_ago"] for row in REQUESTS if "answer" not in row] == [2, 9]
    for row in REQUESTS:
        assert all(row[name] for name in ("person_name", "structure_name", "message", "email"))
        assert ("answer" in row) == ("answered_days_ago" in row)
        assert row["days_ago"] > row.get("answered_days_ago", 0) >= 0
