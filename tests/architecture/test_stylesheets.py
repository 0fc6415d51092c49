"""One style sheet, made from what the pages use, readable by all and light enough for a slow line."""

import gzip
import re

import pytest

from devtools import cut_bootstrap
from devtools.cut_bootstrap import ROOT, classes_in_markup, classes_in_python, classes_in_script, cut

# Names that carry no style: what crispy-forms and allauth write, what scripts look for.
HOOKS = {"requiredField"}
BYTES_ON_THE_WIRE = 12_000
SCRIPT_BYTES = 3_000


def colours() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", cut_bootstrap.THEME.read_text()))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def classes_with_a_style() -> set[str]:
    without_strings = re.sub(r'url\([^)]*\)|"[^"]*"', "", cut_bootstrap.TARGET.read_text())
    return set(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", without_strings))


def test_committed_style_sheet_is_what_the_sources_make():
    assert cut_bootstrap.TARGET.read_text() == cut_bootstrap.app_css(), "run `make css` and commit static/css/app.css"


def test_style_sheet_is_light_on_the_wire():
    assert len(gzip.compress(cut_bootstrap.TARGET.read_bytes(), 9)) <= BYTES_ON_THE_WIRE


def test_script_of_every_page_stays_tiny():
    assert (ROOT / "static/js/app.js").stat().st_size <= SCRIPT_BYTES


@pytest.mark.parametrize("template", cut_bootstrap.page_templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_template_uses_only_classes_that_exist_written_whole(template):
    unknown = classes_in_markup(template.read_text()) - classes_with_a_style() - HOOKS
    assert unknown == set(), (
        f"no style for these; a name glued to a variable ({cut_bootstrap.VARIABLE}) must be written whole"
    )


@pytest.mark.parametrize("template", cut_bootstrap.page_templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_template_holds_nothing_the_content_policy_refuses(template):
    markup = re.sub(r"\{#.*?#\}", "", template.read_text())
    assert re.findall(r"<style|\sstyle=|<[^>]*\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", markup) == []


@pytest.mark.parametrize(
    "component", sorted((ROOT / "templates/components").glob("*.html")), ids=lambda path: path.name
)
def test_component_says_its_parameters_on_its_first_line(component):
    first_line = component.read_text().splitlines()[0]
    assert re.match(r"\{# \S.*\. ?.*#\}", first_line)


def test_identity_has_no_class_that_nobody_uses():
    theme = re.sub(r"/\*.*?\*/", "", cut_bootstrap.THEME.read_text(), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{};]+)\{", theme))
    ours = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    written_by_libraries = {"asteriskField", "htmx-indicator", "htmx-request"}
    assert ours - cut_bootstrap.used_classes() == written_by_libraries - cut_bootstrap.used_classes()


SURFACES = ["paper", "sheet"]
TINTS = ["leaf-tint", "clay-tint", "lake-tint", "plum-tint", "brick-tint", "quiet-tint"]


@pytest.mark.parametrize("surface", SURFACES + TINTS)
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "leaf", "clay", "lake", "plum", "brick"])
def test_words_are_readable_on_every_surface(ink, surface):
    assert contrast(colours()[ink], colours()[surface]) >= 4.5


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("line", ["field", "start", "leaf", "clay", "lake", "plum"])
def test_lines_that_carry_meaning_are_visible(line, surface):
    assert contrast(colours()[line], colours()[surface]) >= 3


@pytest.mark.parametrize("surface", ["leaf", "leaf-deep", "brick", "brick-deep"])
def test_words_on_a_filled_button_are_readable(surface):
    assert contrast("#ffffff", colours()[surface]) >= 4.5


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ('<p class="lede mb-0">', {"lede", "mb-0"}),
        ('<p class="tag{% if kind == "due" %} due{% endif %}">', {"tag", "due"}),
        ('<p class="tag {{ kind }}">', {"tag"}),
        ('<p class="alert-{{ kind }}">', {f"alert-{cut_bootstrap.VARIABLE}"}),
        ('{% include "x.html" with button_class="btn-link" only %}', {"btn-link"}),
        ("<p>class</p>", set()),
    ],
)
def test_classes_are_read_from_markup(markup, names):
    assert classes_in_markup(markup) == names


def test_classes_are_read_from_python():
    source = """
helper.label_class = "col-form-label"
Column("date", css_class="col-sm-4 mb-2")
forms.TextInput(attrs={"class": "font-monospace", "rows": 3})
format_html('<a class="term" href="{}">{}</a>', url, "not a class")
"""
    assert classes_in_python(source) == {"col-form-label", "col-sm-4", "mb-2", "font-monospace", "term"}


def test_classes_are_read_from_scripts():
    assert classes_in_script('row.classList.add("d-none"); row.className = "tag due";') == {"d-none", "tag", "due"}


def test_cut_keeps_only_what_the_used_classes_need():
    bootstrap = (
        ":root,[data-bs-theme=light]{--bs-a:1px;--bs-b:2px;--bs-c:var(--bs-d);--bs-d:3px}"
        "p{margin:0}.row>*,.modal p{margin:var(--bs-a)}.row:not(.modal){top:0}"
        "@media (min-width:1px){.modal{top:0}}@keyframes spin{to{top:0}}"
    )
    assert cut(bootstrap, "", {"row"}) == (
        ":root{--bs-a:1px}\np{margin:0}\n.row>*{margin:var(--bs-a)}\n.row:not(.modal){top:0}"
    )
