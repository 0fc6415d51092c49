"""What trainings hand over to whoever gathers: a moment of the story, an answer to the search box."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.formats import date_format

from accounts.models import User
from efc_platform.shared.search import FEW, Hit, matching
from efc_platform.templatetags.french import clock
from structures.cohorts import Meeting
from structures.models import Cohort
from structures.silence import News
from trainings.models import Enrolment, EnrolmentState, Session, Training
from trainings.operations import tie_sessions
from trainings.queries import attended_by, sessions_of, sessions_to_tie
from trajectories.models import Intervention, Trajectory
from trajectories.story import Moment, Period, Reader
from trajectories.ties import Choice, Link, Tie


def last_session() -> News:
    """The last half-day, past or to come, to which somebody of the structure is enrolled."""
    enrolled = Enrolment.objects.filter(state=EnrolmentState.CONFIRMED, session__cancelled_at__isnull=True)
    return News(enrolled, "structure", moment="session__half_days__starts_at")


def training_moments(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """A session that people of the structure came to, while the trajectory ran: how many, never who."""
    start = max(trajectory.started_on, period.start or trajectory.started_on)
    end = min((day for day in (trajectory.closed_on, period.end) if day), default=None)
    for attended in attended_by(trajectory.structure, reader.user, start=start, end=end):
        people = f"{attended.people}\u00a0personne{'s' if attended.people > 1 else ''}"
        half_days = f"{attended.half_days}\u00a0demi-journée{'s' if attended.half_days > 1 else ''}"
        session = attended.session
        yield Moment(
            attended.on,
            "training",
            session.training.title,
            detail=f"{session.training.get_modality_display()}, {people}, {half_days}",
            url=session.get_absolute_url() if attended.is_seen else "",
        )


def cohort_sessions(cohort: Cohort, user: User) -> Iterable[Meeting]:
    """The sessions planned for it, as far as the person sees them."""
    for session in Session.objects.visible_to(user).filter(cohort=cohort).select_related("training"):
        detail = f"{clock(session.begins_at)}, {session.place}"
        yield Meeting(
            session.begins_on, session.training.title, detail, session.get_absolute_url(), session.is_cancelled
        )


def find_trainings(user: User, words: str) -> Iterable[Hit]:
    found = matching(Training.objects.visible_to(user), words)[:FEW]
    return [Hit(one.title, one.get_absolute_url(), one.summary) for one in found]


def _told(session: Session) -> str:
    return f"{session.training.title}, {date_format(session.begins_on)}"


def session_choices(user: User, intervention: Intervention | None) -> list[Choice]:
    found = sessions_to_tie(user, intervention)
    return [Choice(str(one.public_id), _told(one), one.is_tied) for one in found]  # type: ignore[attr-defined]


def keep_sessions(user: User, intervention: Intervention, chosen: Sequence[str]) -> None:
    tie_sessions(by=user, intervention=intervention, sessions=[UUID(key) for key in chosen])


def session_links(user: User, intervention: Intervention) -> list[Link]:
    return [Link(_told(one), one.get_absolute_url()) for one in sessions_of(user, intervention)]


SESSIONS = Tie("Session de formation ou de rencontre", "Sessions", session_choices, keep_sessions, session_links)
