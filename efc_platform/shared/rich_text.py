"""The small Markdown subset in which long texts are written: headings, bold, italic, lists, quotes, links."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_RULES = ["heading", "list", "blockquote", "emphasis", "link", "newline", "escape", "balance_pairs", "fragments_join"]
_PARSER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(_RULES)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "h5", "h6"}


def render_rich_text(text: str) -> SafeString:
    """The text as HTML, whatever was typed: no tag but the subset's, no address but the web's and mail's.

    A heading takes its place below those of the page: « # » is of the third level.
    """
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    # HTML by nature: the sanitiser has just let through the tags above and their text, nothing else; this is the
    # one place of the project that trusts a text, and a test holds it to that.
    return mark_safe(clean)  # noqa: S308
