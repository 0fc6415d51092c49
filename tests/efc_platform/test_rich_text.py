"""Long texts: the subset is rendered, everything else is words."""

import pytest

from efc_platform.shared.rich_text import render_rich_text
from efc_platform.templatetags.rich_text import rich


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("Un **mot** et *un autre*", "<p>Un <strong>mot</strong> et <em>un autre</em></p>\n"),
        ("# Titre", "<h3>Titre</h3>\n"),
        ("###### Fin", "<h6>Fin</h6>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("> une phrase", "<blockquote>\n<p>une phrase</p>\n</blockquote>\n"),
        ("une ligne\nl’autre", "<p>une ligne<br>\nl’autre</p>\n"),
        ("a_b_c `code`", "<p>a_b_c `code`</p>\n"),
        ("5 < 7 & 8", "<p>5 &lt; 7 &amp; 8</p>\n"),
    ],
)
def test_subset_is_rendered(typed, html):
    assert render_rich_text(typed) == html


def test_link_leads_out_without_telling_where_from():
    html = render_rich_text("[lire](https://exemple.example/x)")
    assert html == '<p><a href="https://exemple.example/x" rel="noopener noreferrer">lire</a></p>\n'


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '<a href="https://exemple.example" onclick="x()">ici</a>',
        "[ici](javascript:alert(1))",
        "[ici](data:text/html;base64,xx)",
        "![image](https://exemple.example/x.png)",
    ],
)
def test_nothing_else_gets_through(typed):
    html = render_rich_text(typed)
    assert not any(
        sign in html
        for sign in ("<script", "<img", 'href="javascript', 'href="data', '<a href="https://exemple.example" onclick')
    )


def test_filter_puts_french_spaces():
    assert rich("Pourquoi ?") == "<p>Pourquoi&nbsp;?</p>\n"
