"""What somebody types is words, in every place that shows it: nothing of it runs, fetches or disguises."""

import io
import re
from dataclasses import replace
from functools import cache

import pytest
from django.core.mail import EmailMessage
from django.http import FileResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client

from efc_platform.shared.errors import TypedText
from efc_platform.shared.frozen import digest, to_json
from efc_platform.shared.mail import render_mail
from efc_platform.shared.rich_text import render_rich_text
from efc_platform.templatetags.glossary_link import term
from efc_platform.templatetags.rich_text import rich
from tests.hostile import PAYLOADS, dangers, elements, skeleton
from tests.trajectories import report_contents

each_payload = pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
SUBSET = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "h5", "h6"}
# A place of each kind, with the filters that templates pass words through.
PLACES = [
    "<p>{{ words }}</p>",
    "<p>{{ words|linebreaks }}</p>",
    "<p>{{ words|linebreaksbr }}</p>",
    "<p>{{ words|tidy }}</p>",
    "<p>{{ words|truncatechars:40 }}</p>",
    "<p>{{ words|capfirst }} {{ words|lower }}</p>",
    '<p title="{{ words }}" data-running="{{ words|truncatechars:70 }}">x</p>',
    '<a href="/recherche/?q={{ words|urlencode }}">x</a>',
    '<input value="{{ words }}">',
    "<textarea>\n{{ words }}</textarea>",
    '<select><option value="{{ words }}" selected>{{ words }}</option></select>',
    "<title>{{ words }}</title>",
    "<svg><title>{{ words }}</title><text>{{ words }}</text></svg>",
]


def harmless(payload: str) -> str:
    """Words of the same length on the same lines, which ask nothing of a parser."""
    return re.sub(r"\S", "x", payload)


def test_the_list_is_long_and_each_line_is_another():
    assert len(PAYLOADS) >= 120
    assert len(set(PAYLOADS)) == len(PAYLOADS)
    # Trusted as they are, most of them would do something: what the other tests lean on can fail.
    assert sum(1 for payload in PAYLOADS if dangers(payload)) > 80


@each_payload
def test_long_text_keeps_its_subset_and_nothing_else(payload):
    for html in (render_rich_text(payload), rich(payload), rich(f"# {payload}\n\n> - **{payload}**")):
        assert dangers(html) == []
        found = {(one.tag, *sorted(one.attrib)) for one in elements(html)}
        assert {tag for tag, *_names in found} <= SUBSET
        assert {names for tag, *names in map(tuple, found) for names in [tuple(names)]} <= {(), ("href", "rel")}


@cache
def _template(place: str):
    return engines["django"].from_string(place)


@pytest.mark.parametrize("place", PLACES)
def test_words_change_nothing_of_the_place_they_stand_in(place):
    if "linebreaks" in place:
        # A paragraph may hold several lines.
        shapes = [(payload, {tag for tag, _names in skeleton(_rendered(place, payload))}) for payload in PAYLOADS]
        assert [payload for payload, tags in shapes if not tags <= {"p", "br"}] == []
        return
    plain = skeleton(_rendered(place, "Des mots."))
    assert plain
    assert [payload for payload in PAYLOADS if skeleton(_rendered(place, payload)) != plain] == []


def _rendered(place: str, words: str) -> str:
    return _template(place).render({"words": words})


@each_payload
def test_mail_read_in_a_page_has_links_to_the_web_alone(payload):
    html = _rendered("<div>{{ words|urlize|linebreaks }}</div>", f"Bonjour,\n\n{payload}\n\nhttps://exemple.example/x")
    assert dangers(html) == []
    assert {one.tag for one in elements(html)} <= {"div", "p", "br", "a"}


def test_word_of_the_glossary_shows_what_it_is_given():
    plain = skeleton(term("essai", "essai"))
    assert [payload for payload in PAYLOADS if skeleton(term(payload, payload)) != plain] == []


def test_texts_given_back_by_an_error_stay_in_their_fields():
    def page(words: str) -> list:
        typed = [TypedText(words, words), TypedText("Long", f"{words}\n{words * 3}")]
        return skeleton(render_to_string("errors/typed_texts.html", {"typed": typed}))

    assert [payload for payload in PAYLOADS if page(payload) != page(harmless(payload))] == []


def test_page_of_a_session_that_ended_gives_words_back_as_words(db):
    def page(form: dict[str, str]) -> list:
        return skeleton(Client().post("/mon-compte/", form).content.decode())

    hostile = {"presentation": "\n".join(PAYLOADS), "name": PAYLOADS[0]}
    assert page(hostile) == page({name: harmless(words) for name, words in hostile.items()})


def _hostile(words: str):
    """An ordinary report whose every text is these words."""
    usual = report_contents.usual()
    line = replace(usual.interventions[0], heading=words, account=words, decision=words, open_question=words)
    dimension = usual.dimensions[0]
    changed = ("title", "for_whom", "territory", "fact", "confidence")
    tried = ("title", "question", "learnt", "gap", "watched")
    facts = tuple(replace(fact, observed_fact=words, next_question=words) for fact in dimension.facts)
    return replace(
        usual,
        structure_name=words,
        requested_for=words,
        practitioners=(words,),
        cohort_name=words,
        lead=words,
        quote=replace(usual.quote, text=words, source=words),
        figures=tuple(replace(one, value=words, label=words) for one in usual.figures),
        story=tuple(replace(one, title=words, text=words) for one in usual.story),
        dimensions=(replace(dimension, name=words, short_name=words, spoke_name=words[:20], facts=facts),),
        interventions=(replace(line, modality=words, place=words, practitioners=(words,), with_whom=words),),
        trials=tuple(replace(one, **dict.fromkeys(tried, words)) for one in usual.trials),
        effects=tuple(replace(one, **dict.fromkeys(changed, words)) for one in usual.effects),
        settlements=tuple(
            replace(one, dimension=words, outcome=words, words=words, voices=((words, words),))
            for one in usual.settlements
        ),
        resources=tuple(replace(one, label=words, situation=words, among=words) for one in usual.resources),
        verbatims=tuple(replace(one, words=words, named_as=words) for one in usual.verbatims),
        next_steps=tuple(replace(one, text=words, owner=words) for one in usual.next_steps),
        open_questions=(words,),
    )


def test_printed_report_takes_no_element_from_what_people_wrote():
    """Its template, before it is laid out: many payloads at once, since each report takes a while."""

    def page(words: str) -> list:
        report = _hostile(words)
        context = {"report": report, "digest": digest(to_json(report)), "document": {"title": words, "subject": words}}
        return skeleton(render_to_string("pdf/progress_report.html", context))

    together = [" ".join(PAYLOADS[rank : rank + 12]) for rank in range(0, len(PAYLOADS), 12)]
    assert [words for words in together if page(words) != page(harmless(words))] == []


HOSTILE_NAMES = ["Alpha\nBcc: tous@evil.example", "Alpha\r\nX-A: b", "Alpha\u2028Bcc: a@b.example", *PAYLOADS]


def test_mail_is_plain_text_with_one_subject_whatever_was_typed():
    """A name on two lines, which a program may send, adds no header and holds no mail back."""
    for words in HOSTILE_NAMES:
        context = {"structure": {"name": words}, "person": {"first_name": words}, "url": "https://exemple.example/"}
        letter = EmailMessage(*render_mail("emails/report_ready.txt", context), to=["a@essai.example"])
        message = letter.message()
        assert (message.get_content_type(), message.is_multipart()) == ("text/plain", False)
        assert (message["Bcc"], message["X-A"], letter.recipients()) == (None, None, ["a@essai.example"])


def test_name_of_a_downloaded_file_stays_within_its_header():
    for name in HOSTILE_NAMES:
        answer = FileResponse(io.BytesIO(b"%PDF-1.7"), as_attachment=True, filename=f"{name}.pdf")
        disposition = answer["Content-Disposition"]
        assert disposition.startswith("attachment; filename")
        assert set(disposition) <= {"\t", *map(chr, range(32, 127))}
        # Inside its quotes, a quote is escaped.
        assert re.fullmatch(r'attachment; filename(="([^"\\]|\\.)*"|\*=utf-8\'\'[^"; ]*)', disposition)
