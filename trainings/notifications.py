"""Who is told what of a session, by mail: those enrolled, where an address is known."""

from accounts.models import Person
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from trainings.models import Enrolment, EnrolmentState, Session


def tell_enrolment(enrolment: Enrolment) -> None:
    """A place, or a turn on the waiting list."""
    has_place = enrolment.state == EnrolmentState.CONFIRMED
    _tell(enrolment, f"enrolment-{enrolment.state}", "enrolled" if has_place else "waiting")


def tell_promotion(enrolment: Enrolment) -> None:
    """A place has come free for whoever waited."""
    _tell(enrolment, "enrolment-promoted", "promoted")


def tell_given_back(enrolment: Enrolment, *, by: Person) -> None:
    """Somebody else cancelled their enrolment: whoever counts on a place must not learn it at the door."""
    _tell(enrolment, "enrolment-given-back", "given_back", by=by)


def tell_cancellation(session: Session) -> None:
    """The session will not take place: whoever had a place or waited for one learns it, with the reason."""
    for enrolment in session.enrolments.standing().select_related("person__user", "session__training"):
        _tell(enrolment, "session-cancelled", "cancelled")


def _tell(enrolment: Enrolment, what: str, template: str, **more: Person) -> None:
    if not (address := _address_of(enrolment)):
        return
    session = enrolment.session
    context = {
        "person": enrolment.person,
        "session": session,
        "half_days": list(session.half_days.all()),
        "url": absolute_url(session.get_absolute_url()),
        "has_account": _has_account(enrolment.person),
        **more,
    }
    key = f"{what}:{enrolment.public_id}"
    mails.post(key=key, to=address, template=f"emails/session_{template}.txt", context=context)


def _address_of(enrolment: Enrolment) -> str:
    """The account's address, else the one written down to reach the person."""
    person = enrolment.person
    return person.user.email if _has_account(person) else person.email


def _has_account(person: Person) -> bool:
    """One that opens: a link behind a closed door helps nobody."""
    return hasattr(person, "user") and person.user.is_active
