"""Ways of writing code that open a door, looked for file by file: what a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
import tomllib
from functools import cache

import pytest

from tests.architecture.test_rules import APPS, CODE, ROOT, TEMPLATES, VIEWS, found, sources

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
FORMS = [path for path in CODE if path.stem == "forms" or path.parent.name == "forms"]


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call of the application's own code, with the name of what is called."""
    nodes = (
        (path.relative_to(ROOT), node)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    )
    return [(f"{ast.unparse(node.func)} in {path}", node) for path, node in nodes]


@pytest.mark.parametrize(
    ("danger", "why"),
    [
        (r"\b(?<!\.)(eval|exec|compile|__import__)\(", "a text becomes code"),
        (r"\b(pickle|marshal|shelve|dill)\b", "what is read back may run"),
        (r"\b(os\.system|os\.popen|pty)\b|shell\s*=", "a text becomes a command"),
        (r"\byaml\.(load|unsafe_load|full_load)\(", "what is read back may run"),
        (r"\b(md5|sha1|MODE_ECB|DES|RC4)\b\(?", "broken since long"),
        (r"verify\s*=\s*False|_create_unverified_context|CERT_NONE", "the other side is not known"),
        (r"^\s*(import|from) random\b", "what can be guessed is not a secret"),
        (r"import (requests|aiohttp|urllib3)\b|\burlopen\b|http\.client", "the platform calls nobody"),
        (r"redirect\(\s*request\.(GET|POST|META|headers)", "anybody's address would be followed"),
        (r"Template\(|from_string\(", "a text becomes a template"),
        (r"xml\.etree|lxml|minidom|xml\.sax", "an entity reads a file"),
    ],
)
def test_code_takes_no_dangerous_way(danger, why):
    assert found(danger, CODE) == [], why


def test_only_backups_start_programs():
    """PostgreSQL's, and our own commands: none of them by a shell."""
    assert {where.split(":")[0] for where in found(r"\bsubprocess\b", CODE)} <= {
        "efc_platform/backups/making.py",
        "efc_platform/backups/programs.py",
        "efc_platform/backups/restoring.py",
        "efc_platform/backups/scratch.py",
    }
    starters = [where for where, _node in calls() if re.match(r"subprocess\.\w+ in ", where)]
    assert {where.split(" in ")[1] for where in starters} == {"efc_platform/backups/programs.py"}


def test_only_the_public_register_is_called_at_the_address_of_the_settings():
    """And the site itself, by the command that looks at an installation."""
    callers = {where.split(":")[0] for where in found(r"import httpx\b", CODE)}
    assert callers == {"structures/register.py", "efc_platform/management/deployment.py"}
    makers = [(where, node) for where, node in calls() if where.startswith("httpx.Client in")]
    assert [{one.arg: ast.unparse(one.value) for one in node.keywords}["trust_env"] for _, node in makers] == ["False"]
    assert [where for where, node in calls() if any(one.arg == "follow_redirects" for one in node.keywords)] == []


def test_document_is_printed_by_the_one_function_that_refuses_to_fetch():
    makers = [(where, node) for where, node in calls() if re.match(r"(weasyprint\.)?HTML in ", where)]
    assert [where for where, _node in makers] == ["HTML in efc_platform/shared/pdf.py"]
    given = {one.arg: ast.unparse(one.value) for _where, node in makers for one in node.keywords}
    assert given["url_fetcher"] == "ProjectFileFetcher()"


def test_markup_is_made_of_a_fixed_text_into_which_words_are_escaped():
    makers = [(where, node) for where, node in calls() if where.startswith(("format_html in", "format_html_join in"))]
    assert makers
    assert [where for where, node in makers if not isinstance(node.args[0], ast.Constant)] == []


def test_regular_expression_is_written_in_the_code():
    """Made of what somebody typed, it could be another, or take for ever."""
    used = [(where, node) for where, node in calls() if re.match(r"re\.(?!escape)\w+ in ", where)]
    assert len(used) > 10
    assert [where for where, node in used if not _is_written(node.args[0])] == []


def _is_written(pattern: ast.expr) -> bool:
    """A fixed text, a constant of the module, or a text in which constants alone are put."""
    if isinstance(pattern, ast.JoinedStr):
        return all(_is_written(one.value if isinstance(one, ast.FormattedValue) else one) for one in pattern.values)
    if isinstance(pattern, ast.Call):
        # Escaped, it finds itself and nothing else.
        return ast.unparse(pattern.func) == "re.escape"
    return isinstance(pattern, ast.Constant) or (isinstance(pattern, ast.Name) and pattern.id.isupper())


def test_form_names_the_fields_that_it_writes():
    assert len(FORMS) >= 5
    assert found(r"\"__all__\"|'__all__'|^\s+exclude\s*=", FORMS) == []


def test_view_trusts_no_address_that_it_was_given():
    """Where one goes next is asked of Django, which knows which addresses are ours."""
    following = {entry.split(":")[0] for entry in found(r"[\"'](next|retour|suite)[\"']", VIEWS)}
    careful = {entry.split(":")[0] for entry in found(r"url_has_allowed_host_and_scheme", VIEWS)}
    assert following <= careful


def test_script_builds_no_markup_keeps_nothing_and_speaks_to_nobody():
    assert SCRIPTS
    risky = r"\beval\(|new Function|innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|postMessage|__proto__"
    storage = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker"
    assert found(rf"{risky}|{storage}|XMLHttpRequest|WebSocket|EventSource", SCRIPTS) == []
    # A request to our own pages is htmx's work; keeping a draft is no page's change, and must say why it failed.
    asked = [where.split(":")[0] for where in found(r"\bfetch\(", SCRIPTS)]
    to_ourselves = found(r"\bfetch\((state\.dataset\.draft|location\.href),", SCRIPTS)
    assert asked == ["static/js/drafts.js"] * len(to_ourselves)


def test_page_loads_nothing_from_elsewhere():
    outside = found(
        r"<(script|link|img|iframe|source|video|audio|object|embed)\b[^>]*(src|href|data)=\"(https?:)?//", TEMPLATES
    )
    assert outside == []


def test_security_lints_are_on_and_what_they_let_through_was_read():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert [rule for rule in lint["ignore"] if rule.startswith("S") and not rule.startswith("SIM")] == []
    excused = {folder for folder, rules in lint["per-file-ignores"].items() if any(re.match(r"S\d", r) for r in rules)}
    assert excused == {"tests/**", "devtools/**"}
    # One a line, each with its reason beside it.
    assert {re.sub(r":\d+:", ":", one) for one in found(r"noqa: [A-Z0-9, ]*\bS\d+|nosec", sources(*APPS))} == {
        "efc_platform/backups/programs.py: noqa: S603",
        "efc_platform/shared/rich_text.py: noqa: S308",
    }


def test_no_key_is_kept_with_the_code():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = [ROOT / name for name in listed if not name.endswith((".webp", ".png", ".woff2", ".ico", ".xz"))]
    assert len(texts) > 300
    secrets = (
        r"BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[baprs]-\w{10,}|eyJ[\w-]{20,}\.[\w-]{20,}\."
    )
    assert found(secrets, [path for path in texts if path.is_file() and path.name != "test_security_rules.py"]) == []
