"""What a supervisor asks: is the process alive, can it serve."""

import logging
from contextlib import closing
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from efc_platform.shared.database_roles import excess_of_rights

log = logging.getLogger(__name__)
_CONNECT_SECONDS = 3


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f"{text}\n", content_type="text/plain; charset=utf-8", status=status, headers={"Cache-Control": "no-store"}
    )


@cache
def _say_excess(excess: str) -> None:
    """Once a process: loud enough for whoever reads the logs, without drowning them."""
    if excess and settings.IS_PRODUCTION:
        log.error("the application's database role is %s: docs/production.md says how to give it its own", excess)


def _warn_of_excess(cursor: CursorWrapper) -> None:
    _say_excess(excess_of_rights(cursor))


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; a database that is away is no reason to restart it."""
    return _answer("ok")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Requests can be served: the database answers. The broker is a doorbell, its absence changes nothing here."""
    # A connection of its own: the thread's may hang on a server that froze, where opening one gives up in time.
    probe = connection.copy()
    probe.settings_dict["OPTIONS"]["connect_timeout"] = _CONNECT_SECONDS
    try:
        with closing(probe), probe.cursor() as cursor:
            _warn_of_excess(cursor)
    except Error:
        return _answer("database away", 503)
    return _answer("ready")
