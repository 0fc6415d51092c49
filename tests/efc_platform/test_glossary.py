"""The glossary's words, and the links that pages make to them."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from efc_platform.pages.glossary import BY_SLUG, DEFINITIONS, THEMES
from efc_platform.templatetags.french import NO_BREAK, tidy

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TERM = re.compile(r"""\{%\s*term\s+["']([^"']+)["']""")
GLOSSARY_ANCHOR = re.compile(r"""\{%\s*url\s+["']glossary["']\s*%\}#([\w-]+)""")


def linked_slugs():
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text()
        for slug in TERM.findall(text) + GLOSSARY_ANCHOR.findall(text):
            yield pytest.param(slug, id=f"{path.relative_to(TEMPLATES)}:{slug}")


def anchors():
    return [theme.slug for theme in THEMES] + [definition.slug for definition in DEFINITIONS]


@pytest.mark.parametrize("slug", list(linked_slugs()))
def test_word_linked_from_a_page_is_defined(slug):
    assert slug in BY_SLUG


def test_anchors_are_unique_and_fit_for_an_address():
    assert len(set(anchors())) == len(anchors())
    assert [slug for slug in anchors() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_words_that_refer_to_others_refer_to_known_ones_and_not_to_themselves():
    for definition in DEFINITIONS:
        assert set(definition.see_also) <= BY_SLUG.keys() - {definition.slug}
        assert [other.slug for other in definition.related] == list(definition.see_also)


def test_typography_is_french():
    written = [definition.term + definition.plain for definition in DEFINITIONS] + [theme.title for theme in THEMES]
    assert [text for text in written if "'" in text or '"' in text or "..." in text] == []
    assert NO_BREAK + "»" in tidy(BY_SLUG["visee"].plain)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=[definition.slug for definition in DEFINITIONS])
def test_definition_stays_short(definition):
    sentences = re.findall(r"[.?!…](?=\s|$)", definition.plain)
    assert 1 <= len(sentences) <= 3
    assert len(definition.plain) <= 360


def test_page_is_light_and_gives_each_word_its_anchor(client):
    written = client.get(reverse("glossary"), secure=True).content.decode()
    assert [slug for slug in anchors() if f'id="{slug}"' not in written] == []
    assert len(re.findall(r"<[a-z]", written)) <= 360
