"""The table of acts: read as data, and what the roles held today open of it."""

import ast
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import localdate

from accounts.models import Role
from accounts.permissions import (
    TABLE,
    Standing,
    act,
    acts_of,
    declare,
    find_act,
    is_open,
    is_permitted,
    roles_open_to,
)
from structures.models import LocalRole

APPS = ["accounts", "structures", "trajectories", "trainings", "community"]
# What nobody signed in does: the clock, the command line, whoever has no account.
OF_NOBODY = {
    *("answer_question", "end_forgotten_workshops"),
    *("close_due_calibrations", "count_calibration"),
    # What publishing a version does by itself.
    "settle_origins",
    *("open_account", "come_in", "receive_request", "ask_to_join", "erase_old_requests", "rotate_journal_keys"),
    *(
        "erase_old_messages",
        "erase_old_cohort_messages",
        "tell_who_begins",
        "read_import",
        "write_lines",
        "take_back",
        "erase_old_imports",
        "read_interventions",
        "write_intervention_lines",
        "take_interventions_back",
        "erase_intervention_files",
    ),
    *(
        "look_at_the_quarter",
        "remind_of_news",
        "remind_of_rounds",
        "open_due_rounds",
        "remind_of_appointments",
        "remind_of_steps",
        "purge_access_events",
        "seal_history",
        "verify_history",
        "forget_in_history",
    ),
    *("carry_out_departure", "forget_inactive", "keep_archive", "erase_archives", "apply_retention", "stop_mails"),
}


def give(user, role: Role, *, since: date | None = None, until: date | None = None) -> None:
    user.role_grants.create(role=role, since=since or localdate(), until=until)


def names() -> set[str]:
    return {name for part in TABLE for name in part.acts}


def operations_of(app: str) -> set[str]:
    """The public functions that the app's `operations` offers."""
    module = import_module(f"{app}.operations")
    files = Path(module.__file__).parent.glob("*.py") if hasattr(module, "__path__") else [Path(module.__file__)]
    functions = [one for file in files for one in ast.parse(file.read_text()).body if isinstance(one, ast.FunctionDef)]
    return {one.name for one in functions if not one.name.startswith("_")}


def test_each_operation_stands_in_one_line_of_the_table_and_no_line_names_another():
    lines = [name for part in TABLE for one in part.acts.values() for name in one.operations]
    assert sorted(lines) == sorted(set().union(*map(operations_of, APPS)) - OF_NOBODY)


def test_every_role_and_every_place_in_a_structure_is_a_standing_of_the_same_name():
    assert {*Role.values, *LocalRole.values} <= {*Standing.values}


def test_each_line_is_open_to_somebody_and_says_what_it_is_once():
    acts = [one for part in TABLE for one in part.acts.values()]
    assert [one.label for one in acts if not one.open_to] == []
    assert len({one.label for one in acts}) == len(acts)


@pytest.mark.parametrize("role", Role)
def test_role_opens_what_the_table_says_and_nothing_else(nadia, role):
    give(nadia, role)
    opened = {name for name in names() if is_permitted(nadia, name)}
    assert opened == acts_of(Standing(role)) | acts_of(Standing.SIGNED_IN)


# The heart of what is promised, written a second time by hand: whoever changes the table changes it here too.
@pytest.mark.parametrize(
    ("line", "standings"),
    [
        ("read_journal", "author"),
        ("keep_journal", "practitioner"),
        ("edit_reading", "author"),
        ("read_shared_texts", "accompanying leader board staff volunteer"),
        ("see_sheet", "coordinator accompanying leader board staff volunteer"),
        ("see_reports", "accompanying leader board"),
        ("steer", "accompanying leader"),
        ("log_intervention", "accompanying"),
        ("appoint_practitioner", "coordinator"),
        ("answer_request", "coordinator"),
        ("take_part_in_community", "practitioner trainer member"),
    ],
)
def test_line_is_open_to_these_and_no_others(line, standings):
    assert find_act(line).open_to == {*standings.split()}


def test_funder_and_stranger_are_given_nothing_but_what_everybody_has():
    assert acts_of(Standing.FUNDER) == set()
    assert acts_of(Standing.SIGNED_IN) == {
        *("enrol", "secure_own_account", "take_first_steps"),
        *("read_framework", "remark_framework"),
    }


def test_several_roles_add_up(nadia):
    give(nadia, Role.COORDINATOR)
    give(nadia, Role.PRACTITIONER)
    assert is_permitted(nadia, "see_sheet")
    assert is_permitted(nadia, "keep_journal")


def test_standing_towards_an_object_opens_the_line_without_any_role(nadia):
    assert not is_permitted(nadia, "steer")
    assert is_permitted(nadia, "steer", standings=frozenset({Standing.LEADER}))


def test_role_that_ended_gives_nothing(nadia):
    give(nadia, Role.COORDINATOR, since=localdate() - timedelta(days=30), until=localdate())
    assert not is_permitted(nadia, "see_sheet")


def test_role_to_come_gives_nothing_yet(nadia):
    give(nadia, Role.COORDINATOR, since=localdate() + timedelta(days=1))
    assert not is_permitted(nadia, "see_sheet")


def test_coordination_reads_no_journal(nadia):
    give(nadia, Role.COORDINATOR)
    assert not is_permitted(nadia, "keep_journal")
    assert not is_open("read_journal", frozenset({Standing.COORDINATOR}))


def test_roles_that_open_a_line_are_told():
    assert roles_open_to("lead_session") == [Role.COORDINATOR, Role.PRACTITIONER, Role.TRAINER]


def test_misspelt_line_is_an_error_rather_than_a_refusal(nadia):
    with pytest.raises(ValueError, match="see_everything"):
        is_permitted(nadia, "see_everything")


def test_line_that_another_application_has_is_refused():
    with pytest.raises(ValueError, match="steer"):
        declare("elsewhere", "Ailleurs", 99, steer=act("Tenir la barre", Standing.SIGNED_IN))


def test_every_line_is_asked_for():
    asked = set()
    for app in [*APPS, "efc_platform"]:
        for file in (settings.BASE_DIR / app).rglob("*.py"):
            text = file.read_text()
            asked |= {name for name in names() if f'"{name}"' in text}
    # A page of a journal is found by its author, what is kept of somebody by them: there is nobody else to ask about.
    assert names() - asked == {
        *("read_journal", "keep_own_data", "leave_platform", "agree", "secure_own_account", "choose_mails"),
        "follow_own_agenda",
    }
