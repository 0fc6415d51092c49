"""A session as it stands just after somebody has proved who they are."""

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from accounts.models import User

# A test that waits for its turn on a busy machine must not find its session too old.
_BUSY = 3600


def sign_in(client: Client, user: User) -> Client:
    """Recently enough for the pages that ask to prove again who one is, and with the row that lists the device."""
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password", at=time.time() + _BUSY, reauthenticated=True)
    request.session.save()
    key = request.session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="Essai")
    return client
