"""The words of a mail: plain text, in French, with links that work from anywhere."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string


def absolute_url(path: str) -> str:
    """The address a mail gives for a page: the request that caused the mail has no say in it."""
    return f"{settings.SITE_URL}{path}"


def render_mail(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject (the template's first line) and the body of a mail.

    Templates stand in templates/emails/, extend emails/layout.txt and give its blocks: subject,
    greeting (optional), body, why. `site_url` is there to make addresses whole.
    """
    written = render_to_string(template, {**context, "site_url": settings.SITE_URL})
    subject, _newline, body = written.strip().partition("\n")
    return subject.strip(), f"{body.strip()}\n"
