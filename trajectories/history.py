"""What is told of a trajectory's past: to each reader what they may read of it now, and might have read then."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from accounts.history import Source
from accounts.models import User
from structures.models import ties_of
from trajectories.models import (
    DIAGNOSED,
    Agreement,
    Amendment,
    Appointment,
    Closing,
    FollowUp,
    Intervention,
    InterventionShare,
    NextStep,
    OwnMoment,
    Phase,
    Reading,
    ResourceNote,
    SharedDiagnosis,
    Trajectory,
    Trial,
    UsefulEffect,
    opened_by,
    resource_in_words,
)
from trajectories.models.interventions import within_circle
from trajectories.permissions import can_read_texts, can_see_agreement, can_see_reports, can_steer, can_write_diagnosis

WORDS = {
    "starting_words": "les mots du départ",
    "aim": "la visée provisoire",
    "working_question": "la question de travail",
}
# Printed in the report and written by whoever steers: read by those two only.
LEAD_WORDS = {"lead_words": "en quelques mots"}
DATES = {"started_on": "début", "closed_on": "fin"}
ACCOUNT = {"account": "le compte rendu", "decision": "la décision", "open_question": "la question ouverte"}
Restore = Callable[[Any, str], str]


def sources_of(trajectory: Trajectory, user: User) -> list[Source]:
    """Its dates, meetings and shared readings for whoever sees it; its texts for whoever reads them."""
    reads = can_read_texts(user, trajectory)
    steering = can_steer(user, trajectory)
    sources = [_trajectory(trajectory, user, reads, steering), _appointments(trajectory, reads), _readings(trajectory)]
    texts = [_trials(trajectory, user, steering), _steps(trajectory, user), _accounts(trajectory, user)]
    texts += [_closings(trajectory), _news(trajectory)]
    texts += [_phases(trajectory), _moments(trajectory, user)]
    texts += [_effects(trajectory, user), _resources(trajectory, user)]
    sources.append(_diagnoses(trajectory, user))
    sources += [_agreements(trajectory), _amendments(trajectory)] if can_see_agreement(user, trajectory) else []
    return sources + (texts if reads or opened_by(user).shares else [])


def _restoring(trajectory: Trajectory, kind: str, removed: QuerySet, columns: Iterable[str]) -> Restore:
    """Offered for a text that is still away, by key of its row."""
    rows = removed.values("pk", *columns)
    return _offering(trajectory, kind, {row["pk"]: {name for name in columns if not row[name]} for row in rows})


def _restoring_words(trajectory: Trajectory, columns: Iterable[str]) -> Restore:
    """The trajectory is at hand: its own words ask for no query."""
    return _offering(trajectory, "mots", {trajectory.pk: {name for name in columns if not getattr(trajectory, name)}})


def _offering(trajectory: Trajectory, kind: str, empty: dict[int, set[str]]) -> Restore:
    def address(event: Any, column: str) -> str:
        is_away = column in empty.get(event.pgh_obj_id, ())
        return reverse("text_restore", args=[trajectory.public_id, kind, event.pgh_id, column]) if is_away else ""

    return address


def _of_nobody(event: Any, column: str) -> str:
    return ""


def _events(model: Any) -> QuerySet:
    return model.pgh_event_model.objects.all()


def _trajectory(trajectory: Trajectory, user: User, reads: bool, steers: bool) -> Source:
    words = WORDS if reads else {}
    if steers or can_see_reports(user, trajectory):
        words = {**words, **LEAD_WORDS}
    return Source(
        "mots",
        _events(Trajectory).filter(pgh_obj_id=trajectory.pk),
        {**words, **DATES},
        lambda event: "a ouvert la trajectoire" if event.pgh_label == "insert" else "a modifié la trajectoire",
        texts=frozenset(words),
        restore=_restoring_words(trajectory, words) if steers else _of_nobody,
    )


def _appointments(trajectory: Trajectory, reads: bool) -> Source:
    """When and where, seen with the trajectory; what about, with its texts."""
    return Source(
        "rencontres",
        _events(Appointment).filter(trajectory=trajectory.pk),
        {"starts_at": "date et heure", "minutes": "durée", "place": "lieu", "cancelled_at": "annulé le"}
        | ({"subject": "sujet", "link": "lien", "cancelled_because": "pourquoi"} if reads else {}),
        lambda event: _said(event, f"une rencontre le {date_format(event.starts_at, 'j F Y')}", made="a fixé"),
    )


def _readings(trajectory: Trajectory) -> Source:
    """A reading is its authors' alone until it is shared, and what it was before its seal stays so: it is told from its
    seal on, once others may see it. Opening a round shares its readings later than they were sealed: that is an event
    of the round, not one more of each."""
    shared = Reading.objects.shared().filter(trajectory=trajectory)
    sealing = Q(shared_at__isnull=True) | Q(shared_at__lte=F("sealed_at"))
    return Source(
        "lectures",
        _events(Reading).filter(sealing, pgh_obj_id__in=shared.values("pk"), sealed_at__isnull=False),
        {"sealed_at": "scellée"},
        lambda event: f"a scellé une lecture ({event.get_viewpoint_display().lower()}, {date_format(event.read_on)})",
    )


AGREED = {
    "aim": "visée",
    "working_question": "question de travail",
    "modalities": "modalités",
    "confidentiality": "règles de confidentialité",
    "rights": "droits sur les écrits",
    "funding": "prix et financement",
    "board_not_asked": "pourquoi l’accord du conseil n’est pas demandé",
}
FROM_TO = {"starts_on": "du", "ends_on": "au", "days_agreed": "jours convenus", "board_says": "accord du conseil"}


def _agreements(trajectory: Trajectory) -> Source:
    return Source(
        "convention",
        _events(Agreement).filter(trajectory=trajectory.pk),
        {**AGREED, **FROM_TO, "board_agreed_on": "accord donné le", "board_agreed_by": "par qui"},
        lambda event: _said(event, "la convention", made="a écrit"),
        texts=frozenset(AGREED),
    )


def _diagnoses(trajectory: Trajectory, user: User) -> Source:
    """The versions that one reads now, as they were while one might have read them."""
    seen = SharedDiagnosis.objects.visible_to(user).filter(trajectory=trajectory)
    then = Q() if can_write_diagnosis(user, trajectory) else Q(proposed_at__isnull=False)
    return Source(
        "diagnostic",
        _events(SharedDiagnosis).filter(then, pgh_obj_id__in=seen.values("pk")),
        {
            "where_we_are": "où nous en sommes",
            "strengths": "ce sur quoi s’appuyer",
            "tensions": "ce qui tire et résiste",
            "question": "la question de travail",
            "proposed_at": "proposé",
            "validated_at": "validé",
        },
        lambda event: _said(event, f"le diagnostic partagé, version {event.number}", made="a écrit"),
        texts=frozenset(DIAGNOSED),
    )


def _amendments(trajectory: Trajectory) -> Source:
    return Source(
        "avenants",
        _events(Amendment).filter(agreement__trajectory=trajectory.pk),
        {"what_changes": "ce qui change", "ends_on": "nouvelle fin", "days_agreed": "jours convenus"},
        lambda event: _said(event, f"l’avenant n°\u00a0{event.number}", made="a écrit"),
        texts=frozenset({"what_changes"}),
    )


def _closings(trajectory: Trajectory) -> Source:
    return Source(
        "fin",
        _events(Closing).filter(trajectory=trajectory.pk),
        {"reason": "raison", "review": "le bilan", "what_continues": "ce qui continue", "reopened_at": "rouverte le"},
        lambda event: {"insert": "a clos la trajectoire"}.get(event.pgh_label, "a modifié la fin de la trajectoire"),
        texts=frozenset({"review", "what_continues"}),
    )


def _news(trajectory: Trajectory) -> Source:
    return Source(
        "nouvelles",
        _events(FollowUp).filter(closing__trajectory=trajectory.pk),
        {"heard_on": "nouvelles du", "words": "ce qui a été entendu"},
        lambda event: _said(event, f"les nouvelles à {event.months}\u00a0mois", made="a prévu"),
        texts=frozenset({"words"}),
    )


def _trials(trajectory: Trajectory, user: User, steers: bool) -> Source:
    seen = Trial.objects.visible_to(user).filter(trajectory=trajectory)
    return Source(
        "essais",
        _events(Trial).filter(pgh_obj_id__in=seen.values("pk")),
        {
            "gap": "l’écart qui nous y pousse",
            "question": "ce que nous voulons apprendre",
            "watched": "ce que nous regarderons",
            "with_words": "avec qui d’autre",
            "learnt": "ce que nous avons appris",
            "state": "état",
            "started_on": "depuis",
            "until_on": "prévu jusqu’au",
            "ended_on": "jusqu’au",
        },
        lambda event: _said(event, f"l’essai «\u00a0{event.title}\u00a0»"),
        texts=frozenset({"gap", "question", "watched", "learnt"}),
        # What was learnt is what an edit may empty by mistake; the rest is rewritten from the page of the trial.
        restore=_restoring(trajectory, "essais", seen, ["learnt"]) if steers else _of_nobody,
    )


def _steps(trajectory: Trajectory, user: User) -> Source:
    seen = NextStep.objects.visible_to(user).filter(trajectory=trajectory)
    return Source(
        "pas",
        _events(NextStep).filter(pgh_obj_id__in=seen.values("pk")),
        {
            "text": "ce qui est promis",
            "due_on": "échéance",
            "owner_words": "qui s’en charge",
            "done_at": "fait",
            "set_aside_at": "laissé de côté",
            "set_aside_why": "pourquoi",
        },
        lambda event: _said(event, f"le prochain pas «\u00a0{event.text}\u00a0»"),
    )


def _phases(trajectory: Trajectory) -> Source:
    return Source(
        "phases",
        _events(Phase).filter(trajectory=trajectory.pk),
        {"kind": "genre", "name": "avec nos mots", "starts_on": "du", "ends_on": "au"},
        lambda event: _said(event, f"la phase «\u00a0{event.name or event.get_kind_display()}\u00a0»"),
    )


def _moments(trajectory: Trajectory, user: User) -> Source:
    """Of those that one reads: what was taken away is told no more."""
    seen = OwnMoment.objects.visible_to(user).filter(trajectory=trajectory)
    return Source(
        "moments",
        _events(OwnMoment).filter(pgh_obj_id__in=seen.values("pk")),
        {
            "happened_on": "date",
            "title": "ce qui s’est passé",
            "words": "avec nos mots",
            "is_milestone": "grand moment",
        },
        lambda event: _said(event, f"le moment «\u00a0{event.title}\u00a0»", made="a raconté"),
        texts=frozenset({"words"}),
    )


def _effects(trajectory: Trajectory, user: User) -> Source:
    """Of those that one reads, as moments are."""
    seen = UsefulEffect.objects.visible_to(user).filter(trajectory=trajectory)
    return Source(
        "effets",
        _events(UsefulEffect).filter(pgh_obj_id__in=seen.values("pk")),
        {
            "title": "ce qui change",
            "for_whom": "pour qui",
            "territory": "où",
            "since_on": "depuis",
            "fact": "le fait qui le montre",
            "confidence": "sur quoi cela repose",
        },
        lambda event: _said(event, f"l’effet «\u00a0{event.title}\u00a0»"),
        texts=frozenset({"fact"}),
    )


def _resources(trajectory: Trajectory, user: User) -> Source:
    seen = ResourceNote.objects.visible_to(user).filter(trajectory=trajectory)
    return Source(
        "ressources",
        _events(ResourceNote).filter(pgh_obj_id__in=seen.values("pk")),
        {
            "resource": "quelle ressource",
            "direction": "sens",
            "noted_on": "date",
            "situation": "la situation qui le montre",
            "among": "entre qui",
        },
        lambda event: _said(
            event, f"une situation\u00a0: {resource_in_words(event.resource, event.direction).lower()}"
        ),
        texts=frozenset({"situation"}),
    )


def _accounts(trajectory: Trajectory, user: User) -> Source:
    """An account that one reads, in the versions that one might have read: what it said within a narrower circle is
    told to that circle only."""
    readable = InterventionShare.objects.readable_by(user).filter(trajectory=trajectory)
    then = within_circle(user) | Q(pgh_obj_id__in=opened_by(user).shares)
    led = Intervention.objects.led_by(user).filter(shares__trajectory__structure__in=ties_of(user).accompanied)
    return Source(
        "comptes-rendus",
        _events(InterventionShare).filter(then, pgh_obj_id__in=readable.values("pk")),
        {**ACCOUNT, "circle": "qui peut lire"},
        lambda event: _said(event, f"l’intervention du {date_format(event.intervention.occurred_on)}"),
        texts=frozenset(ACCOUNT),
        related=["intervention"],
        restore=_restoring(trajectory, "comptes-rendus", readable.filter(intervention__in=led), ACCOUNT),
    )


def _said(event: Any, what: str, *, made: str = "a noté") -> str:
    verb = {"insert": made, "delete": "a effacé"}.get(event.pgh_label, "a modifié")
    return f"{verb} {what}"
