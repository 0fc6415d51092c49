"""A word of the référentiel, one tap away from its plain definition."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def term(slug: str, text: str) -> SafeString:
    """A link to the glossary's entry, the words staying those of the sentence."""
    return format_html('<a class="term" href="{}#{}">{}</a>', reverse("glossary"), slug, text)
