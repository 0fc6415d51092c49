"""Sending a form as somebody does who reads the pause, and goes on."""

from typing import Any

from django.test import Client

from efc_platform.shared.pauses import CONFIRMED


def send(client: Client, address: str, typed: dict[str, Any], **options: Any):
    """What comes after the pause, if there is one; else what came at once."""
    response = client.post(address, typed, **options)
    while response.status_code == 200 and response.templates and response.templates[0].name == "pages/pause.html":
        response = client.post(address, typed | {CONFIRMED: response.context["keys"]}, **options)
    return response
