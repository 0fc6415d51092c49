"""What pages read of trainings: calendars, who comes, what a structure took part in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from structures.models import CohortPlace, Membership, Structure, ties_of
from trainings.models import Attendance, Enrolment, HalfDay, Session, SessionIntervention, SessionQuerySet
from trainings.permissions import structures_enrolled_by
from trajectories.models import Intervention, InterventionShare, Trajectory


def listed(sessions: SessionQuerySet) -> SessionQuerySet:
    """With what a line of the calendar shows."""
    return sessions.with_places().select_related("training", "cohort").prefetch_related("half_days", "trainers")


def public_sessions() -> SessionQuerySet:
    """What the public page announces: open, to come, the soonest first."""
    return listed(Session.objects.public().upcoming().filter(begins_at__gte=timezone.now()))


def upcoming_sessions(user: User) -> SessionQuerySet:
    """Those that are cancelled too: whoever counted on one looks for it where it stood."""
    return listed(Session.objects.visible_to(user).upcoming())


def joinable_sessions(user: User) -> SessionQuerySet:
    """Sessions to come that the user may join and has not joined."""
    joined = Enrolment.objects.standing().filter(person=user.person_id)
    coming = upcoming_sessions(user).standing().filter(begins_at__gt=timezone.now())
    return coming.exclude(pk__in=joined.values("session"))


def own_enrolments(user: User) -> QuerySet[Enrolment]:
    """One's own places and turns in sessions that are not over, the soonest first."""
    return (
        Enrolment.objects.standing()
        .filter(person=user.person_id, session__ends_at__gte=timezone.now(), session__cancelled_at__isnull=True)
        .select_related("session__training")
        .prefetch_related("session__half_days")
        .order_by("session__begins_at", "pk")
    )


def attendance_to_take(user: User) -> QuerySet[HalfDay]:
    """Half-days that began and that nobody has taken the attendance of, the oldest first, for whoever leads them."""
    return (
        HalfDay.objects.filter(
            starts_at__lte=timezone.now(),
            taken_at__isnull=True,
            session__cancelled_at__isnull=True,
            session__in=Session.objects.led_by(user).values("pk"),
        )
        .filter(Exists(Enrolment.objects.confirmed().filter(session=OuterRef("session"))))
        .annotate(rank=_rank())
        .select_related("session__training")
        .order_by("starts_at", "pk")
    )


def _rank() -> Subquery:
    """The place of a half-day in its session, as its address names it."""
    before = HalfDay.objects.filter(session=OuterRef("session"), starts_at__lte=OuterRef("starts_at")).order_by()
    return Subquery(before.values("session").annotate(number=Count("pk")).values("number"))


def led_sessions(user: User) -> SessionQuerySet:
    return listed(Session.objects.led_by(user).standing().upcoming())


@dataclass(frozen=True)
class Candidate:
    """Somebody the user may enrol, and for which structure."""

    person: Person
    structure: Structure | None
    enrolment: Enrolment | None

    @property
    def key(self) -> str:
        return f"{self.person.public_id}:{self.structure.public_id if self.structure else ''}"


def candidates(user: User, session: Session) -> list[Candidate]:
    """Oneself first, then the people of the structures whose people the user may enrol, those enrolled included."""
    standing = {one.person_id: one for one in session.enrolments.standing()}
    open_to_user = structures_enrolled_by(user, session).values("pk")
    mine = Q(person=user.person_id)
    if session.cohort_id:
        mine &= Q(structure__in=CohortPlace.objects.current().filter(cohort=session.cohort_id).values("structure"))
    places = (
        Membership.objects.current()
        .filter(Q(structure__in=open_to_user) | mine)
        .select_related("person", "structure")
        .order_by("structure__name", "person__last_name", "person__first_name", "pk")
    )
    found: dict[int, Candidate] = {}
    for place in places:
        found.setdefault(place.person_id, Candidate(place.person, place.structure, standing.get(place.person_id)))
    me = found.pop(user.person_id, Candidate(user.person, None, standing.get(user.person_id)))
    return [me, *found.values()]


@dataclass(frozen=True)
class Row:
    """One person enrolled and, by half-day, whether they came; None where nobody took the attendance."""

    enrolment: Enrolment
    came: tuple[bool | None, ...]

    @property
    def is_told(self) -> bool:
        """At least one half-day had its attendance taken."""
        return any(one is not None for one in self.came)


def rows_of(session: Session, half_days: Iterable[HalfDay], viewer: User) -> list[Row]:
    """Those enrolled whom the viewer may know of, with their attendance; the confirmed before those who wait."""
    taken = {
        (one.enrolment_id, one.half_day_id): one.is_present
        for one in Attendance.objects.filter(half_day__session=session)
    }
    enrolments = (
        Enrolment.objects.visible_to(viewer)
        .standing()
        .filter(session=session)
        .select_related("person", "structure")
        .order_by("state", "asked_at", "pk")
    )
    return [Row(one, tuple(taken.get((one.pk, half_day.pk)) for half_day in half_days)) for one in enrolments]


@dataclass(frozen=True)
class Attended:
    """A session some people of a structure came to: how many, how many half-days, never who; `on` is the first
    of those half-days."""

    session: Session
    on: date
    people: int
    half_days: int
    is_seen: bool


def attended_by(structure: Structure, viewer: User, *, start: date, end: date | None) -> list[Attended]:
    """The sessions people of the structure came to, within the days given, oldest first."""
    at = "half_days__starts_at__date"
    days = {f"{at}__gte": start} | ({f"{at}__lte": end} if end else {})
    sessions = (
        Session.objects.filter(
            half_days__attendances__is_present=True, half_days__attendances__enrolment__structure=structure, **days
        )
        .annotate(
            first_at=Min("half_days__starts_at"),
            people=Count("half_days__attendances__enrolment", distinct=True),
            number=Count("half_days", distinct=True),
            is_seen=Exists(Session.objects.visible_to(viewer).filter(pk=OuterRef("pk"))),
        )
        .select_related("training")
        .order_by("first_at", "pk")
    )
    return [Attended(one, _day(one.first_at), one.people, one.number, one.is_seen) for one in sessions]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@dataclass(frozen=True)
class Month:
    first: date
    sessions: list[Session]


def by_month(sessions: Iterable[Session]) -> list[Month]:
    """Sessions in the months in which they begin, in the order given."""

    def month(session: Session) -> date:
        return session.begins_on.replace(day=1)

    return [Month(first, list(found)) for first, found in groupby(sessions, key=month)]


def concerned_sessions(user: User) -> SessionQuerySet:
    """The sessions in one's agenda: those one leads, and those oneself or the people of one's structures go to;
    for coordination, all of them."""
    concerned = Session.objects.visible_to(user).standing()
    if not is_permitted(user, "keep_session"):
        going = Enrolment.objects.standing().filter(
            Q(person=user.person_id) | Q(structure__in=ties_of(user).where("see_enrolment"))
        )
        led = Session.objects.led_by(user)
        concerned = concerned.filter(Q(pk__in=going.values("session")) | Q(pk__in=led.values("pk")))
    return concerned


def cohort_sessions_of(user: User, cohorts: QuerySet) -> SessionQuerySet:
    """What is planned for these cohorts, as far as the person sees it."""
    return Session.objects.visible_to(user).standing().filter(cohort__in=cohorts)


# As many as are looked through on a form; the latest ones are those that one tells of.
OFFERED = 8


def sessions_to_tie(user: User, intervention: Intervention | None) -> list[Session]:
    """Those that one sees and that have begun, the latest first, each with `is_tied`; those that are tied already
    before the others."""
    tied = SessionIntervention.objects.filter(session=OuterRef("pk"), intervention=intervention)
    seen = Session.objects.visible_to(user).filter(Q(begins_at__lte=timezone.now()) & Q(cancelled_at__isnull=True))
    found = seen.annotate(is_tied=Exists(tied)).select_related("training")
    return list(found.order_by("-is_tied", "-begins_at", "pk")[:OFFERED])


def sessions_of(user: User, intervention: Intervention) -> QuerySet[Session]:
    """Of those it is tied to, the ones that one sees."""
    tied = SessionIntervention.objects.filter(intervention=intervention)
    seen = Session.objects.visible_to(user).filter(pk__in=tied.values("session"))
    return seen.select_related("training").order_by("begins_at", "pk")


def interventions_of(user: User, session: Session) -> QuerySet[Intervention]:
    """Those that are tied to it and that one sees, each with the structures that one sees it with."""
    seen = InterventionShare.objects.filter(trajectory__in=Trajectory.objects.visible_to(user))
    found = Intervention.objects.visible_to(user).filter(pk__in=session.tied.values("intervention"))
    shares = seen.select_related("trajectory__structure").order_by("pk")
    return found.prefetch_related(Prefetch("shares", queryset=shares)).order_by("occurred_on", "pk")
