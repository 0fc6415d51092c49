"""Who is told what of a session: those enrolled, where an address is known; those whom it is for."""

from django.db.models import Q, QuerySet

from accounts.models import Category, Person, User
from accounts.notices import SUBJECTS, tell
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import Accompaniment, CohortPlace, Membership
from trainings.models import Enrolment, EnrolmentState, Session

# What an appointment's mail says, noted in the product too.
_TITLES = {
    "enrolled": "Vous avez une place",
    "waiting": "Vous êtes sur la liste d’attente",
    "promoted": "Une place s’est libérée pour vous",
    "given_back": "Votre inscription a été annulée",
    "cancelled": "Une session est annulée",
}


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


def tell_opened(session: Session, *, by: Person) -> None:
    """The people of the cohort it is for, and those who accompany them; an open session has its public page."""
    places = CohortPlace.objects.current().filter(cohort=session.cohort_id).values("structure")
    belong = Membership.objects.current().filter(structure__in=places).values("person")
    accompany = Accompaniment.objects.current().filter(structure__in=places).values("practitioner")
    users = User.objects.filter(Q(person__in=belong) | Q(person__in=accompany), is_active=True).order_by("pk")
    title = f"Une session s’ouvre pour votre promotion · {session.training.title}"
    _news(session, users, f"session-opened:{session.public_id}", title, by)


def tell_moved(session: Session, *, by: Person) -> None:
    """Whoever counts on being there: its half-days or its place are no longer the same."""
    standing = session.enrolments.standing().values("person")
    title = f"Une session a changé de dates ou de lieu · {session.training.title}"
    users = User.objects.filter(person__in=standing, is_active=True).order_by("pk")
    _news(session, users, f"session-moved:{session.public_id}:{session.version}", title, by)


def _news(session: Session, users: QuerySet[User], key: str, title: str, by: Person) -> None:
    url = session.get_absolute_url()
    tell(users, category=Category.TRAININGS, about=session, by=by, key=key, title=title, url=url)


def _tell(enrolment: Enrolment, what: str, template: str, **more: Person) -> None:
    _note(enrolment, what, _TITLES[template])
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


def _note(enrolment: Enrolment, what: str, title: str) -> None:
    """An appointment stands apart: its mail leaves at once, whatever one chose."""
    if _has_account(enrolment.person):
        session = enrolment.session
        key, title = f"{what}:{enrolment.public_id}", f"{title} · {session.training.title}"
        tell([enrolment.person.user], about=session, key=key, title=title, url=session.get_absolute_url())


def _address_of(enrolment: Enrolment) -> str:
    """The account's address, else the one written down to reach the person."""
    person = enrolment.person
    return person.user.email if _has_account(person) else person.email


def _has_account(person: Person) -> bool:
    """One that opens: a link behind a closed door helps nobody."""
    return hasattr(person, "user") and person.user.is_active


def register() -> None:
    SUBJECTS.register(Session._meta.label, Session.objects.visible_to)
