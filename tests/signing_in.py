"""A session as it stands just after somebody has proved who they are."""

import time

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from accounts.models import User


def sign_in(client: Client, user: User) -> Client:
    """Recently enough for the pages that ask to prove again who one is."""
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password", at=time.time(), reauthenticated=True)
    request.session.save()
    return client
