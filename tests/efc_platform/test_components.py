"""What the components promise beyond their look."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from lxml import html


def included(component: str, parameters: str, **context: object):
    source = f'{{% include "components/{component}.html" with {parameters} only %}}'
    return html.fromstring(f"<div>{Template(source).render(Context(context))}</div>")


class VisitForm(forms.Form):
    on = forms.DateField(label="Date")
    circle = forms.ChoiceField(label="Qui lit", choices=[("team", "l’équipe")], widget=forms.RadioSelect)


def test_confirm_form_posts_its_token_and_the_version_it_was_read_at():
    form = included(
        "confirm_form", 'action="/sceller/" label="Sceller" version=3 csrf_token=csrf_token', csrf_token="t" * 64
    ).find(".//form")
    assert (form.get("method"), form.get("action")) == ("post", "/sceller/")
    assert dict(form.form_values()) == {"csrfmiddlewaretoken": "t" * 64, "version": "3"}


def test_pagination_keeps_the_search():
    page = included(
        "pagination",
        "page_obj=page query=query",
        page=Paginator(range(60), 20).get_page(2),
        query=QueryDict("q=tri&page=2"),
    )
    assert [link.get("href") for link in page.findall(".//a")] == ["?q=tri&page=1", "?q=tri&page=3"]


def test_pagination_is_silent_when_all_fits():
    page = included("pagination", "page_obj=page query=query", page=Paginator([1], 20).get_page(1), query=QueryDict())
    assert page.findall(".//nav") == []


def test_error_summary_leads_to_each_refused_field():
    summary = included("error_summary", "form=form", form=VisitForm({"on": "hier"}))
    links = [(link.get("href"), link.text) for link in summary.findall(".//a")]
    assert links == [("#id_on", "Date"), ("#div_id_circle", "Qui lit")]


def test_error_summary_is_silent_before_anything_is_sent():
    assert included("error_summary", "form=form", form=VisitForm()).text_content().strip() == ""


def test_moment_without_a_summary_says_only_that_it_happened():
    moment = included("moment", 'on=on title="Visite croisée"', on=date(2025, 10, 14))
    assert moment.find(".//time").get("datetime") == "2025-10-14"
    assert moment.text_content().split() == ["14", "octobre", "2025Visite", "croisée"]


def test_viewpoints_differ_by_shape_as_well_as_by_colour():
    keys = ["direction", "accompaniment", "team", "partner", "start"]
    drawings = [included("viewpoint", f'key="{key}"').find(".//svg") for key in keys]
    colours = {drawing[0].get("fill") for drawing in drawings}
    shapes = {(drawing[0].tag, drawing[0].get("d"), drawing[0].get("r")) for drawing in drawings}
    assert (len(colours), len(shapes)) == (5, 5)


def test_crispy_form_shows_the_summary_once():
    page = html.fromstring(render_to_string("bootstrap5/errors.html", {"form": VisitForm({})}))
    assert page.get("id") == "errors"
