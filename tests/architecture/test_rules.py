"""The rules of the house that a reader would otherwise have to look for, file by file."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "structures", "trajectories", "trainings", "community", "efc_platform"]
MOST_LINES = 500


def sources(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


CODE = sources(*APPS)
EVERYTHING = sources(*APPS, "devtools", "tests")
VIEWS = [path for path in CODE if path.stem == "views" or path.parent.name in {"views", "pages"}]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def found(pattern: str, paths: list[Path]) -> list[str]:
    """Where the pattern stands, as file:line: what stands there."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {match.group()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for match in re.finditer(pattern, line)
    ]


def test_files_are_looked_at():
    assert len(CODE) > 60
    assert len(VIEWS) > 10
    assert len(TEMPLATES) > 80


def test_no_text_skips_escaping():
    assert found(r"\|\s*safe\b|\bsafeseq\b", TEMPLATES) == []
    # Long texts leave the sanitiser as HTML, there and nowhere else.
    trusted = {entry.split(":")[0] for entry in found(r"\bmark_safe\b|\bSafeString\(", CODE)}
    assert trusted == {"efc_platform/shared/rich_text.py"}
    # Mails are plain text.
    unescaped = {entry.split(":")[0] for entry in found(r"autoescape off", TEMPLATES)}
    assert unescaped == {"templates/emails/layout.txt"}


def test_templates_write_french_spaces():
    """A colon, a semicolon or a mark of question never begins a line of its own."""
    lone_marks = r"(?<=[\w}%»)’…]) (?:[:;?!](?=[\s<\"{]|$)|»)|« "
    assert found(lone_marks, TEMPLATES) == []


# The three that say on their first line that they read the whole context.
WHOLE_CONTEXT = ["footer", "masthead", "person_menu"]


def test_component_is_given_what_it_shows_and_nothing_else():
    inclusions = found(r'{% include "components/.*?%}', TEMPLATES)
    assert len(inclusions) > 100
    given_all = [entry for entry in inclusions if not entry.endswith(" only %}")]
    assert sorted(re.findall(r'"components/(\w+)', " ".join(given_all))) == WHOLE_CONTEXT
    # Without the question of the page, the first list of more than a page would be an incident.
    pagers = [entry for entry in inclusions if "components/pagination.html" in entry]
    assert [entry for entry in pagers if "query=" not in entry] == []


def operations(module_name: str) -> Iterator[FunctionType]:
    module = import_module(module_name)
    for name, one in vars(module).items():
        if inspect.isfunction(one) and not name.startswith("_") and one.__module__.startswith(module_name):
            yield one


DOMAIN = [f"{app}.operations" for app in APPS[:-1]]
# Whoever stops mails holds a signed link;
# whoever opens an account may be a command; who writes from a public page, or holds a link, has none; workers and
# the clock erase; whoever runs the server changes its keys.
WITHOUT_AUTHOR = {
    # The link of an invitation is the proof of who answers.
    *("answer_by_link", "remind_of_appointments", "remind_of_steps"),
    # The code on the wall of the room is the proof of who may answer; nobody is known there.
    *("answer_question", "end_forgotten_workshops"),
    *("remind_of_news", "remind_of_rounds", "open_due_rounds"),
    *("erase_archives", "keep_archive", "carry_out_departure", "forget_inactive", "open_account", "apply_retention"),
    *("come_in", "receive_request", "ask_to_join", "erase_old_requests", "erase_old_messages", "rotate_journal_keys"),
    *("purge_access_events", "seal_history", "verify_history", "forget_in_history", "stop_mails"),
    *("read_import", "write_lines", "take_back", "erase_old_imports"),
    *("read_interventions", "write_intervention_lines", "take_interventions_back", "erase_intervention_files"),
    # The clock closes, a worker counts.
    *("close_due_calibrations", "count_calibration"),
    *("erase_old_cohort_messages", "look_at_the_quarter", "tell_who_begins"),
}


def test_operation_is_keyword_only_and_says_who_acts_first():
    known = [one for name in DOMAIN for one in operations(name)]
    assert len(known) > 20
    anonymous = []
    for one in known:
        parameters = list(inspect.signature(one).parameters.values())
        kinds = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
        assert {parameter.kind for parameter in parameters} <= kinds
        if not parameters or parameters[0].name != "by":
            anonymous.append(one.__name__)
        assert one.__doc__, one.__name__
    assert set(anonymous) == WITHOUT_AUTHOR


def test_view_finds_its_object_among_those_one_sees():
    """A bare model handed to get_object_or_404, or a row by its number, would show anybody anything."""
    assert found(r"\.objects\.get\(|\.objects\.all\(\)", VIEWS) == []
    calls = [node for path in VIEWS for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    looked_up = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "get_object_or_404"]
    assert len(looked_up) > 8
    assert [
        ast.unparse(call) for call in looked_up if isinstance(call.args[0], ast.Name) and call.args[0].id[0].isupper()
    ] == []


def exposed() -> Iterator[type[models.Model]]:
    for label in ("structures", "trajectories", "trainings", "community"):
        for model in apps.get_app_config(label).get_models():
            is_event = model.__name__.endswith("Event")
            if not is_event and any(column.name == "public_id" for column in model._meta.fields):
                yield model


def test_model_with_an_address_says_who_sees_its_rows():
    blind = {model.__name__ for model in exposed() if not hasattr(model._default_manager, "visible_to")}
    assert blind == set()


def test_levels_are_never_added_up():
    assert found(r"\bAvg\(|\bStdDev\(|\bfmean\(|\bmean\(|\bmedian\(|(Sum|Max|Min)\([^)]*level", CODE) == []


@pytest.mark.parametrize("word", ["moyenne", "classement", "score"])
def test_no_page_speaks_of_it_but_to_say_that_there_is_none(word):
    spoken = found(rf".{{0,20}}\b{word}s?\b", TEMPLATES)
    assert [
        entry for entry in spoken if not re.search(rf"(ni|aucune?|never an?|pas de) {word}", entry, re.IGNORECASE)
    ] == []


def test_forbidden_ways_round_are_not_taken():
    """With hand-made SQL, or past the row that is the job."""
    assert found(r"\.raw\(|\.extra\(|RawSQL\(|\.delay\(|\.apply_async\(", CODE) == []


def test_one_address_alone_takes_forms_that_we_did_not_show():
    """The link at the foot of a mail, which is signed; tests/accounts/test_notices.py forges it."""
    exempt = [entry.split(":")[0] for entry in found(r"csrf_exempt", CODE)]
    assert exempt == ["accounts/views/notices.py"] * 2, "imported, and used once"


def test_no_file_is_too_long_to_be_read():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in EVERYTHING}
    assert {path: length for path, length in lengths.items() if length >= MOST_LINES} == {}


def test_names_are_written_in_plain_letters():
    names = {
        name
        for path in EVERYTHING
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (getattr(node, "name", None), getattr(node, "id", None), getattr(node, "arg", None))
        if isinstance(name, str)
    }
    assert {name for name in names if not name.isascii()} == set()
