"""Writes static/css/app.css: the part of Bootstrap that the pages use, then our own identity (theme.css)."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

ROOT = Path(__file__).resolve().parent.parent
BOOTSTRAP = ROOT / "devtools/vendor/bootstrap-5.3.9.min.css"
THEME = ROOT / "static/css/theme.css"
TARGET = ROOT / "static/css/app.css"

HEADER = """@charset "UTF-8";
/*! Made by `make css` from theme.css and Bootstrap v5.3.9 (https://getbootstrap.com/): edit theme.css instead.
 * Bootstrap: Copyright 2011-2026 The Bootstrap Authors, MIT (https://github.com/twbs/bootstrap/blob/main/LICENSE) */
"""

# Written by crispy-bootstrap5's own templates, which no scan of ours reads.
CRISPY_CLASSES = {
    *("alert", "alert-danger", "btn", "btn-primary", "col-md", "d-flex", "d-none", "flex-grow-1", "fs-6", "gap-2"),
    *("form-check", "form-check-inline", "form-check-input", "form-check-label", "form-control", "form-label"),
    *("form-select", "form-switch", "form-text", "h-auto", "input-group", "input-group-text", "invalid-feedback"),
    *("is-invalid", "m-0", "mb-0", "mb-2", "mb-3", "row", "text-break", "text-danger", "visually-hidden"),
}

# Documents and mails bring their own style sheets.
OTHER_STYLE_SHEETS = {"pdf", "emails"}
NOT_PAGES = {"tests", "devtools", "docs", "var", "migrations", "node_modules"}

TAGS_ASIDE = r"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*"
CLASS_ATTRIBUTE = re.compile(rf'(?:\b|_)class(?:es)?="({TAGS_ASIDE})"', re.DOTALL)
SCRIPT_CLASS = re.compile(r"class(?:List\.\w+\(|Name\s*\+?=)\s*[\"']([^\"']+)[\"']")
VARIABLE = "\N{WHITE SQUARE}"


def classes_in_markup(text: str) -> set[str]:
    """The class names written in a template; one glued to a variable keeps a mark that a test refuses."""
    names: set[str] = set()
    for value in CLASS_ATTRIBUTE.findall(text):
        without_tags = re.sub(r"\{%.*?%\}", " ", value, flags=re.DOTALL)
        names.update(re.sub(r"\{\{.*?\}\}", VARIABLE, without_tags, flags=re.DOTALL).split())
    return names - {VARIABLE}


def classes_in_python(source: str) -> set[str]:
    """The class names given to form helpers and widgets, or written in a piece of markup."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        for value in _class_values(node):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                names.update(value.value.split())
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= classes_in_markup(node.value)
    return names


def _class_values(node: ast.AST) -> list[ast.expr | None]:
    if isinstance(node, ast.keyword) and (node.arg or "").endswith("class"):
        return [node.value]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "class"]
    if isinstance(node, ast.Assign):
        return [node.value for target in node.targets if getattr(target, "attr", "").endswith("_class")]
    return []


def classes_in_script(source: str) -> set[str]:
    return {name for names in SCRIPT_CLASS.findall(source) for name in names.split()} | classes_in_markup(source)


def page_templates() -> list[Path]:
    """The templates dressed by this style sheet, drawings included."""
    templates = ROOT / "templates"
    found = sorted([*templates.rglob("*.html"), *templates.rglob("*.svg")])
    return [path for path in found if path.relative_to(templates).parts[0] not in OTHER_STYLE_SHEETS]


def _modules() -> list[Path]:
    packages = [path.parent for path in sorted(ROOT.glob("*/__init__.py"))]
    found = sorted(path for package in packages for path in package.rglob("*.py"))
    return [path for path in found if not NOT_PAGES & set(path.relative_to(ROOT).parts)]


def used_classes() -> set[str]:
    """Every class that a page may carry, from templates, Python and scripts."""
    names = set(CRISPY_CLASSES)
    readers: list[tuple[list[Path], Callable[[str], set[str]]]] = [
        (page_templates(), classes_in_markup),
        (_modules(), classes_in_python),
        (sorted((ROOT / "static/js").glob("*.js")), classes_in_script),
    ]
    for paths, read in readers:
        for path in paths:
            names |= read(path.read_text())
    return names


def classes_in_selector(tokens: list[Node]) -> set[str]:
    """What an element must carry to be chosen; what `:not()` names is no condition on the page's classes."""
    names: set[str] = set()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "ident" and before is not None and before == ".":
            names.add(token.value)
        elif token.type == "function" and token.lower_name != "not":
            names |= classes_in_selector(token.arguments)
    return names


def _split_selectors(prelude: list[Node]) -> Iterator[list[Node]]:
    selector: list[Node] = []
    for part in prelude:
        if part == ",":
            yield selector
            selector = []
        else:
            selector.append(part)
    yield selector


def _needs_bootstrap_script(selector: list[Node]) -> bool:
    return "[data-bs-" in tinycss2.serialize(selector)


def _compact(tokens: list[Node]) -> str:
    return re.sub(r"\s*([,>~])\s*", r"\1", re.sub(r"\s+", " ", tinycss2.serialize(tokens)).strip())


class Sheet:
    """A style sheet rewritten rule by rule: `used` names the classes to keep, None keeps them all."""

    def __init__(self, css: str, used: set[str] | None) -> None:
        self.used = used
        self.rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)

    def write(self, is_wanted: Callable[[Declaration], bool]) -> str:
        return "\n".join(self._write_rules(self.rules, is_wanted))

    def _write_rules(self, rules: list[Node], is_wanted: Callable[[Declaration], bool]) -> Iterator[str]:
        for rule in rules:
            text = self._write_rule(rule, is_wanted)
            if text:
                yield text

    def _write_rule(self, rule: Node, is_wanted: Callable[[Declaration], bool]) -> str:
        if isinstance(rule, QualifiedRule):
            return self._write_qualified(rule, is_wanted)
        if not isinstance(rule, AtRule) or rule.content is None:
            return ""
        if rule.lower_at_keyword not in {"media", "supports"}:
            return f"@{rule.at_keyword} {_compact(rule.prelude)}{{{_compact(rule.content)}}}"
        nested = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "\n".join(self._write_rules(nested, is_wanted))
        return f"@{rule.at_keyword} {_compact(rule.prelude)}{{\n{body}\n}}" if body else ""

    def _write_qualified(self, rule: QualifiedRule, is_wanted: Callable[[Declaration], bool]) -> str:
        selectors = [_compact(selector) for selector in _split_selectors(rule.prelude) if self._keeps(selector)]
        content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        wanted = [item for item in content if isinstance(item, Declaration) and is_wanted(item)]
        if not selectors or not wanted:
            return ""
        return f"{','.join(selectors)}{{{';'.join(_write_declaration(item) for item in wanted)}}}"

    def _keeps(self, selector: list[Node]) -> bool:
        if self.used is None:
            return True
        return classes_in_selector(selector) <= self.used and not _needs_bootstrap_script(selector)


def _write_declaration(declaration: Declaration) -> str:
    return f"{declaration.name}:{_compact(declaration.value)}{'!important' if declaration.important else ''}"


def _read_properties(css: str) -> set[str]:
    return set(re.findall(r"var\(\s*(--[\w-]+)", css))


def _without_unused_keyframes(css: str) -> str:
    animated = " ".join(re.findall(r"animation(?:-name)?:([^;}]+)", css)).split()
    lines = css.split("\n")
    return "\n".join(
        line for line in lines if not (match := re.match(r"@keyframes ([\w-]+)", line)) or match[1] in animated
    )


def cut(bootstrap: str, theme: str, used: set[str]) -> str:
    """Bootstrap without the rules, custom properties and animations that nothing refers to any more."""
    sheet = Sheet(bootstrap, used)
    kept = sheet.write(lambda declaration: True)
    while True:
        read = _read_properties(kept + theme)
        shorter = sheet.write(lambda item, read=read: not item.name.startswith("--") or item.name in read)
        if shorter == kept:
            return _without_unused_keyframes(kept)
        kept = shorter


def app_css() -> str:
    """The one style sheet of every page, the same from the same sources."""
    theme = Sheet(THEME.read_text(), used=None).write(lambda declaration: True)
    return f"{HEADER}{cut(BOOTSTRAP.read_text(), theme, used_classes())}\n{theme}\n"


if __name__ == "__main__":
    TARGET.write_text(app_css())
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")
