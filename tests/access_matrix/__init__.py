"""The access matrix: what every address answers to everybody. Reviewed by hand; a test asks each cell.

The tables stand beside this file, one for each part of the product: one line for a method of an address and the
object it is about. GET stands for HEAD and for htmx too.
Columns are ways of standing towards the object: somebody of structure A is a stranger to what belongs
to B. `trainer` holds the role and leads the sessions of A, not those of B. `author` is whoever wrote a draft,
a journal page or a text of the community; where nothing has an author it is a dash. Of what the community
has, `practitioner` is anybody of it.
"""

from dataclasses import dataclass
from pathlib import Path

# The whole list of what answers without signing in; anything more is a decision, not an accident.
OPEN = {
    "account_confirm_login_code",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "accessibility",
    "agenda_feed",
    "appointment_answer",
    "ask_for_support",
    "glossary",
    "healthz",
    "organisation_logo",
    "home",
    "invitation",
    "join",
    "join_asked",
    "legal",
    "lost_factor",
    "mail",
    "mailbox",
    "mails_stop",
    # For a monitoring tool, under a token of the settings; not there without one.
    "metrics",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "privacy",
    "public_sessions",
    "readyz",
    "register",
    "support_asked",
    "terms",
    "terms_version",
    "who_sees_what",
    # For a room without accounts: the code on its wall is the key, drawn at random, and dies with the workshop.
    "workshop_code",
    "workshop_phone",
}

STANDINGS = [
    "anonymous",
    "coordinator",
    "practitioner",
    "leader",
    "board",
    "staff",
    "volunteer",
    "trainer",
    "stranger",
    "author",
]

# The columns, in this order, under the name that the tables give them: address object method anon coord pract leader
# board staff volun train stran auth.
# 302 anonymous: to the sign-in page; 403 anonymous: the page that gives typed texts back.
# 404: for all one may know, it does not exist. 405: this address takes no such request.


@dataclass(frozen=True)
class Line:
    """What one method of one address answers, by standing; None where nobody can stand so."""

    address: str
    about: str | None
    method: str
    statuses: dict[str, int | None]


def _read(line: str) -> Line:
    address, about, method, *cells = line.split()
    statuses = {name: None if cell == "-" else int(cell) for name, cell in zip(STANDINGS, cells, strict=True)}
    return Line(address, None if about == "-" else about, method, statuses)


_TABLES = sorted(Path(__file__).parent.glob("*.txt"))
MATRIX = [_read(line) for table in _TABLES for line in table.read_text("utf-8").splitlines() if line]
