"""Every page that each person can reach: it answers, everybody can read it, and it keeps to its budget."""

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.urls import get_resolver
from playwright.sync_api import BrowserContext

from tests.browser.budgets import figures_of
from tests.browser.conftest import OpenAs, Sites
from tests.browser.demonstration import Demonstration
from tests.browser.exploring import Answer
from tests.browser.visiting import UNFOLD, violations_of, visit

pytestmark = pytest.mark.browser
ROLES = ["anonymous", "coordination", "accompagnement", "dirigeance"]
by_role = pytest.mark.parametrize("role", ROLES)
# What no link leads these people to: a press of a button, a mail, a supervisor or a fault does.
NOT_LINKED = {
    *("appointment_reply", "appointment_reminders", "agenda_feed"),
    *("draft_keep", "draft_drop", "tag_drop", "tag_merge", "my_time_export", "network_time_export"),
    *("network", "communes", "silence_resume", "alike", "keep_apart", "merge_undo"),
    *("import_model", "import_refused", "import_retry", "import_undo", "import_write", "structures_export"),
    *("intervention_import_model", "intervention_import_refused", "intervention_import_retry"),
    *("intervention_import_undo", "intervention_import_write", "own_interventions_export"),
    "network_interventions_export",
    *("account_logout", "account_inactive", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("member_end", "practitioner_end", "reading_seal", "next_step_done", "report_retry"),
    *("trial_tie", "trial_evidence", "trial_continue", "phase_remove", "moment_remove", "verbatim_withdraw"),
    *("effect_remove", "resource_note_remove"),
    *("trajectory_reopen", "diagnosis_propose", "agreement_file"),
    *("framework_start", "framework_retire", "framework_file", "trajectory_pass"),
    *("agreement_scan", "document", "organisation_logo", "structure_restore"),
    # Buttons of a round.
    *("round_read", "round_reminders", "reopening_agree"),
    *("workshop_move", "workshop_reading", "workshop_line_drop"),
    *("report_file", "healthz", "readyz", "metrics", "job_retry", "support_asked"),
    *("experience_report_withdraw", "contribution_withdraw", "vignette_remove"),
    *("invitation_again", "invitation_revoke", "join", "join_asked", "join_decide", "join_link", "join_link_close"),
    *("member_contact", "member_invite", "member_presides"),
    *("practitioner_lead", "role_give", "role_end", "account_close", "account_reopen"),
    # Behind the page that asks to prove again who one is, or a factor that the demonstration has not.
    *("account_confirm_login_code", "change_address", "confirm_address", "lost_factor", "lost_factor_request"),
    *("journal_export", "journal_export_json", "journal_export_text", "open_session_end"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    *("mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("mfa_generate_recovery_codes", "mfa_view_recovery_codes"),
    *("notice_open", "notices_read"),
    *("accept_terms", "agreement_answer", "archive_ask", "archive_file", "departure_call_off"),
    *("support", "text_open", "account_open"),
    *("support_enter", "support_grant", "support_end", "sheet_restore", "text_restore"),
}


@by_role
def test_every_link_answers(role: str, sites: Sites):
    site = sites[role]
    dead = [
        f"{path} ({answer.status}), linked from {site.linked_from[path]}"
        for path, answer in site.answers.items()
        if answer.status != 200
    ]
    assert dead == []


@by_role
def test_every_link_into_a_page_finds_its_place(role: str, sites: Sites):
    """A mail's link, followed by nobody in particular, leads to the sign-in page: the place is behind it."""
    site = sites[role]
    lost = [
        f"{path}#{place}"
        for path, place in site.fragments
        if site.answers[path].name != "account_login" and place not in site.answers[path].ids
    ]
    assert lost == []


def test_links_lead_to_every_page(sites: Sites):
    met = {page.name for site in sites.values() for page in site.pages}
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert named - met == NOT_LINKED


@by_role
def test_titles_tell_pages_apart(role: str, sites: Sites):
    paths = defaultdict(set)
    # A mail has the title it was sent with, and the demonstration may send two of one subject.
    for page in (one for one in sites[role].pages if one.name != "mail"):
        paths[page.title].add(page.final.partition("?")[0])
    assert {title: sorted(same) for title, same in paths.items() if not title or len(same) > 1} == {}


@by_role
def test_headings_are_an_outline_under_one_title(role: str, sites: Sites):
    assert {page.final: page.headings for page in sites[role].pages if not _is_outline(page.headings)} == {}


def _is_outline(headings: list[tuple[int, str]]) -> bool:
    levels = [level for level, _text in headings]
    steps = [after - before for before, after in pairwise(levels)]
    return levels[:1] == [1] and levels.count(1) == 1 and max(steps, default=0) <= 1 and all(t for _l, t in headings)


@by_role
def test_pages_say_that_they_are_in_french(role: str, sites: Sites):
    assert [page.final for page in sites[role].pages if page.document.get("lang") != "fr"] == []


@by_role
def test_pages_are_readable_by_everybody_and_keep_to_their_budget(
    role: str, sites: Sites, demo: Demonstration, new_context: Callable[..., BrowserContext], told: Callable[..., None]
):
    faults = {}
    for page in _worth_a_visit(role, sites):
        context = new_context(role)
        seen = visit(context, demo.address, page.final)
        context.close()
        figures = figures_of(seen)
        told(role, page.name, figures, len(seen.violations))
        wide = [f"wider than 320 px: {one}" for one in seen.wider_than_the_screen]
        if found := [*seen.faults, *seen.violations, *wide, *figures.excesses(page.name)]:
            faults[f"{page.name} {page.final}"] = found
    assert faults == {}


def _worth_a_visit(role: str, sites: Sites) -> list[Answer]:
    """One page of each shape; those that an earlier person meets too are visited as that person."""
    earlier = ROLES[: ROLES.index(role)]
    known = {page.shape for before in earlier for page in sites[before].extremes}
    chosen = {page.shape: page for page in reversed(sites[role].extremes) if page.shape not in known}
    return list(chosen.values())


@pytest.mark.parametrize("role", ["anonymous", "dirigeance"])
def test_page_that_is_not_there_is_readable_by_everybody(role: str, new_context: Callable[..., BrowserContext]):
    context = new_context(role)
    page = context.new_page()
    response = page.goto("/mot-de-passe/nouveau/" if role == "anonymous" else "/nulle-part/")
    assert response is not None
    assert response.status == 404
    assert violations_of(page) == []
    context.close()


def test_a_faulty_page_does_not_pass(open_as: OpenAs):
    """What the other tests lean on can fail."""
    page = open_as()
    page.goto("/connexion/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"data:,\"><details><input></details>'")
    page.evaluate(UNFOLD)
    found = " ".join(violations_of(page))
    assert [rule in found for rule in ("image-alt", "label", "page-has-heading-one")] == [True, True, True]
