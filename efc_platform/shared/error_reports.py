"""Errors told to a service that gathers them (Sentry's protocol), when an address is given: where and of what kind,
never the words of a person.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport

from efc_platform.shared.request_id import request_id

# All that may stay of an event: anything a library adds one day is dropped until somebody looked at it.
_KEPT = {"event_id", "level", "platform", "timestamp", "release", "environment", "exception", "logger", "sdk"}


def tell_errors(dsn: str, *, environment: str, transport: type[Transport] | Transport | None = None) -> None:
    """From now on. No local variable, no body, no address, no header, no name leaves the server."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        data_collection={
            "user_info": False,
            "http_bodies": [],
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
            "frame_context_lines": 0,
        },
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=_bare,
        transport=transport,
    )


def _bare(event: Any, hint: Any) -> Any:
    """The kinds of the exceptions and the lines of code; a message quotes what people wrote too often to be kept, so
    what is only a message stays in the log."""
    if "exception" not in event:
        return None
    kept = {name: value for name, value in event.items() if name in _KEPT}
    for one in kept.get("exception", {}).get("values", []):
        one["value"] = ""
    kept["tags"] = {"request_id": request_id() or "-"}
    return kept
