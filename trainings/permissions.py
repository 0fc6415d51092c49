"""Who may propose trainings, keep a session, and enrol whom."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import is_permitted
from structures.models import CohortPlace, Structure, ties_of
from trainings.models import Enrolment, Session


def can_plan_training(user: User) -> bool:
    """Trainers and coordination write the catalogue and plan its sessions."""
    return is_permitted(user, "plan_training")


def can_keep_session(user: User, session: Session) -> bool:
    """Whoever leads it, as long as their role allows it, and coordination: they edit it, cancel it, take the
    attendance."""
    if is_permitted(user, "keep_every_session"):
        return True
    return is_permitted(user, "lead_session") and session.trainers.filter(pk=user.person_id).exists()


def structures_enrolled_by(user: User, session: Session) -> QuerySet[Structure]:
    """The structures whose people the user may enrol: those they lead or accompany; whoever keeps a cohort's
    session, those of the cohort. A cohort's session takes no other."""
    if session.cohort_id is None:
        return Structure.objects.filter(pk__in=ties_of(user).followed)
    places = CohortPlace.objects.current().filter(cohort=session.cohort_id)
    invited = Structure.objects.filter(pk__in=places.values("structure"))
    if can_keep_session(user, session):
        return invited
    return invited.filter(pk__in=ties_of(user).followed)


def can_cancel_enrolment(user: User, enrolment: Enrolment) -> bool:
    """Oneself, whoever leads or accompanies the structure it was made for, even one that left the cohort since,
    and whoever keeps the session."""
    if enrolment.person_id == user.person_id or can_keep_session(user, enrolment.session):
        return True
    return enrolment.structure_id in ties_of(user).followed
