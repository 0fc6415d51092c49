"""Long texts on the page."""

from django import template
from django.utils.safestring import SafeString

from efc_platform.shared.rich_text import render_rich_text
from efc_platform.templatetags.french import tidy

register = template.Library()


@register.filter
def rich(text: str | None) -> SafeString:
    """A text written in the Markdown subset, as a reader sees it, with French spaces."""
    return render_rich_text(tidy(text))
