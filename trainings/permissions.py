"""Who may propose trainings, keep a session, and enrol whom."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Standing, act, declare, is_permitted
from structures.models import CohortPlace, Structure, ties_of
from trainings.models import Enrolment, Session
from trajectories.models import Intervention
from trajectories.permissions import can_edit_intervention

_FOLLOWING = (Standing.ACCOMPANYING, Standing.LEADER)
_KEEPING = (Standing.COORDINATOR, Standing.LEADING_SESSION)

declare(
    "trainings",
    "Les formations et les sessions",
    30,
    see_every_session=act("Voir toutes les sessions, aussi celles d’une promotion", Standing.COORDINATOR),
    plan_training=act(
        "Écrire le catalogue et programmer des sessions",
        Standing.COORDINATOR,
        Standing.TRAINER,
        operations="propose_training edit_training plan_session",
    ),
    lead_session=act("Mener une session", Standing.COORDINATOR, Standing.PRACTITIONER, Standing.TRAINER),
    keep_session=act(
        "Modifier ou annuler une session, noter les présences",
        *_KEEPING,
        operations="edit_session cancel_session take_attendance",
    ),
    tie_session=act(
        "Relier une intervention que l’on a menée à une session que l’on voit",
        Standing.AUTHOR,
        operations="tie_sessions",
    ),
    enrol=act("S’inscrire à une session ouverte", Standing.SIGNED_IN, operations="enrol"),
    enrol_people=act("Inscrire les personnes de la structure", *_FOLLOWING),
    see_enrolment=act("Voir qui vient à une session, et les présences", *_KEEPING, *_FOLLOWING, Standing.CONCERNED),
    cancel_enrolment=act(
        "Annuler une inscription", *_KEEPING, *_FOLLOWING, Standing.CONCERNED, operations="cancel_enrolment"
    ),
)


def can_plan_training(user: User) -> bool:
    """Trainers and coordination write the catalogue and plan its sessions."""
    return is_permitted(user, "plan_training")


def can_keep_session(user: User, session: Session) -> bool:
    """Whoever leads it, as long as their role allows it, and coordination: they edit it, cancel it, take the
    attendance."""
    if is_permitted(user, "keep_session"):
        return True
    leads = is_permitted(user, "lead_session") and session.trainers.filter(pk=user.person_id).exists()
    return leads and is_permitted(user, "keep_session", standings=frozenset({Standing.LEADING_SESSION}))


def can_tie_session(user: User, intervention: Intervention) -> bool:
    """Whoever may correct the intervention; each session that they see."""
    author = frozenset({Standing.AUTHOR}) if can_edit_intervention(user, intervention) else frozenset()
    return is_permitted(user, "tie_session", standings=author)


def structures_enrolled_by(user: User, session: Session) -> QuerySet[Structure]:
    """The structures whose people the user may enrol: those they lead or accompany; whoever keeps a cohort's
    session, those of the cohort. A cohort's session takes no other."""
    if session.cohort_id is None:
        return Structure.objects.filter(pk__in=ties_of(user).where("enrol_people"))
    places = CohortPlace.objects.current().filter(cohort=session.cohort_id)
    invited = Structure.objects.filter(pk__in=places.values("structure"))
    if can_keep_session(user, session):
        return invited
    return invited.filter(pk__in=ties_of(user).where("enrol_people"))


def can_cancel_enrolment(user: User, enrolment: Enrolment) -> bool:
    """Oneself, whoever leads or accompanies the structure it was made for, even one that left the cohort since,
    and whoever keeps the session."""
    if enrolment.person_id == user.person_id or can_keep_session(user, enrolment.session):
        return True
    return enrolment.structure_id in ties_of(user).where("cancel_enrolment")
