"""Who is told what about a trajectory, after which operation: those who read it, and never its words."""

from datetime import date, timedelta

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Category, Person, Role, RoleGrant, User
from accounts.notices import SUBJECTS, tell
from accounts.notifications import coordinators
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import Accompaniment, LocalRole, Membership, Structure, in_charge, practising
from structures.notifications import people_around
from trajectories.models import (
    AccountRemark,
    Agreement,
    Amendment,
    Closing,
    DiagnosisAnswer,
    FollowUp,
    FrameworkRemark,
    FrameworkVersion,
    InterventionShare,
    NextStep,
    Party,
    ProgressReport,
    Reading,
    RemarkKind,
    Reopening,
    Round,
    RoundView,
    SharedDiagnosis,
    TextOpening,
    Trajectory,
    Trial,
    TrialState,
    Verbatim,
)
from trajectories.permissions import can_steer
from trajectories.rounds import writers_of

# What is written down longer after its day is memory, not news.
_FRESH = timedelta(days=30)
_TRIALS = {
    TrialState.PLANNED: "Un essai est proposé",
    TrialState.RUNNING: "Un essai est en cours",
    TrialState.SUSPENDED: "Un essai est suspendu",
    TrialState.KEPT: "Un essai est gardé",
    TrialState.ADAPTED: "Un essai est gardé en l’adaptant",
    TrialState.DROPPED: "Un essai est abandonné",
}


def _is_news(day: date | None) -> bool:
    return day is None or day >= timezone.localdate() - _FRESH


def tell_share(share: InterventionShare, *, by: Person) -> None:
    """Those to whom the circle of its account opens it."""
    intervention = share.intervention
    if _is_news(intervention.occurred_on):
        key, url = f"intervention:{share.pk}", intervention.get_absolute_url()
        _tell_around(share.trajectory, share, key, "Une intervention a été partagée", url, by)


def tell_remark(remark: AccountRemark, *, by: Person) -> None:
    """Those who led the intervention and still accompany the structure: they answer."""
    share = remark.share
    structure = share.trajectory.structure
    leading = share.intervention.practitioners.filter(
        pk__in=practising().filter(structure=structure).values("practitioner")
    )
    people = User.objects.filter(is_active=True, person__in=leading).order_by("pk")
    what = "Une correction est demandée" if remark.kind == RemarkKind.CORRECTION else "On vous a répondu"
    title, key = f"{what}, sur une intervention · {structure.name}", f"remark:{remark.public_id}"
    tell(people, category=Category.STEPS, about=share, by=by, key=key, title=title, url=remark.get_absolute_url())


def tell_remark_answered(remark: AccountRemark, *, by: Person) -> None:
    """Whoever wrote the remark."""
    title = f"Une réponse à votre remarque · {remark.share.trajectory.structure.name}"
    people, key = User.objects.filter(is_active=True, person=remark.author_id), f"remark:{remark.public_id}:answered"
    url = remark.get_absolute_url()
    tell(people, category=Category.STEPS, about=remark.share, by=by, key=key, title=title, url=url)


def tell_framework_remark(remark: FrameworkRemark, *, by: Person) -> None:
    """Coordination, who answers."""
    title, key = "Une remarque sur le référentiel", f"framework-remark:{remark.public_id}"
    url = remark.get_absolute_url()
    tell(coordinators(), category=Category.EXCHANGES, about=remark, by=by, key=key, title=title, url=url)


def tell_framework_remark_answered(remark: FrameworkRemark, *, by: Person) -> None:
    """Whoever wrote it."""
    _tell_author(remark, "Une réponse à votre remarque sur le référentiel", "answered", by)


def tell_remarks_taken_up(version: FrameworkVersion, *, by: Person) -> None:
    """Those whose remarks a version takes up, now that it can be read."""
    for remark in version.remarks_taken_up.all():
        _tell_author(remark, f"Le référentiel, version {version.number}, reprend votre remarque", "taken-up", by)


def _tell_author(remark: FrameworkRemark, title: str, what: str, by: Person) -> None:
    people, key = User.objects.filter(is_active=True, person=remark.author_id), f"framework-remark:{remark.public_id}"
    url = remark.get_absolute_url()
    tell(people, category=Category.EXCHANGES, about=remark, by=by, key=f"{key}:{what}", title=title, url=url)


def tell_reading(reading: Reading, *, by: Person) -> None:
    """Whoever sees the trajectory, now that the reading is shared."""
    title = f"Une lecture a été scellée (point de vue\u00a0: {reading.get_viewpoint_display().lower()})"
    _tell_around(reading.trajectory, reading, f"reading:{reading.public_id}", title, reading.get_absolute_url(), by)


def tell_round(tour: Round, *, by: Person) -> None:
    """Those whose view it expects."""
    for view in tour.views.select_related("reading"):
        _tell_expected(view, f"round:{tour.public_id}", by=by)


def remind_of_round(tour: Round, day: date) -> None:
    """Those whose view is waited for, and nobody else."""
    for view in tour.views.waited_for().select_related("reading", "round__trajectory__structure"):
        _tell_expected(view, f"round-reminder:{tour.public_id}:{day}")


def words_of_round(tour: Round) -> str:
    """What the reminder says: also shown beside it, before it leaves."""
    structure = tour.trajectory.structure
    return f"Votre regard est attendu pour le tour de lecture du {date_format(tour.opens_on)} · {structure.name}"


def _tell_expected(view: RoundView, key: str, *, by: Person | None = None) -> None:
    tour = view.round
    title, url = words_of_round(tour), tour.get_absolute_url()
    tell(writers_of(view), category=Category.STEPS, about=tour, by=by, key=key, title=title, url=url)


def tell_round_opened(tour: Round) -> None:
    """Everybody around, and none of what its views say."""
    if not _is_news(tour.opens_on):
        return
    structure, key = tour.trajectory.structure, f"round:{tour.public_id}:opened"
    title, people = f"Un tour de lecture est ouvert · {structure.name}", people_around(structure)
    tell(people, category=Category.STRUCTURES, about=tour, key=key, title=title, url=tour.get_absolute_url())


def tell_met(tour: Round, *, by: Person) -> None:
    """Once a day, however many dimensions a meeting goes through."""
    key, url = f"met:{tour.public_id}:{timezone.localdate()}", reverse("meeting", args=[tour.public_id])
    _tell_around(tour.trajectory, tour, key, "Une rencontre a été notée", url, by)


def tell_reopening_asked(asked: Reopening, *, by: Person) -> None:
    """Those who wrote the other views: each of them must agree."""
    structure = asked.reading.trajectory.structure
    views = RoundView.objects.filter(round=asked.reading.round_id).exclude(reading=asked.reading)
    title, key = f"On vous demande votre accord pour reprendre une lecture · {structure.name}", f"reopening:{asked.pk}"
    for view in views.filter(reading__isnull=False).select_related("reading", "round"):
        url = view.round.get_absolute_url()
        tell(writers_of(view), category=Category.STEPS, about=view.round, by=by, key=key, title=title, url=url)


def tell_reopening_agreed(asked: Reopening, *, by: Person) -> None:
    """Whoever asked: their draft is open."""
    reading, who = asked.reading, User.objects.filter(is_active=True, person=asked.asked_by_id)
    title, key = f"Vous pouvez reprendre votre lecture · {reading.trajectory.structure.name}", f"taken-up:{asked.pk}"
    draft = reading.taken_up_by
    tell(who, category=Category.STEPS, about=draft, by=by, key=key, title=title, url=draft.get_absolute_url())


def tell_trial(trial: Trial, *, by: Person) -> None:
    """Begun, suspended or concluded: the structure learns from each."""
    if _is_news(trial.ended_on or trial.started_on):
        url = trial.get_absolute_url()
        title = _TRIALS[TrialState(trial.state)]
        _tell_around(trial.trajectory, trial, f"trial:{trial.public_id}:{trial.version}", title, url, by)


def tell_step(step: NextStep, *, by: Person, only_owner: bool = False) -> None:
    """Whoever is to keep it; the others too, unless it goes with an intervention of which they are told, or only
    changes hands."""
    if not _is_news(_made_on(step)):
        return
    trajectory, key = step.trajectory, f"step:{step.public_id}"
    url = reverse("next_steps", args=[trajectory.public_id])
    title = f"Un prochain pas vous est donné · {trajectory.structure.name}"
    owner = User.objects.filter(person=step.owner_id)
    tell(owner, category=Category.STEPS, about=step, by=by, key=key, title=title, url=url)
    if step.intervention_id is None and not only_owner:
        _tell_around(trajectory, step, key, "Un prochain pas a été noté", url, by)


def tell_verbatim(verbatim: Verbatim, *, by: Person) -> None:
    """Whoever said the words, if they have an account: they wait for their agreement."""
    structure, url = verbatim.trajectory.structure, verbatim.get_absolute_url()
    title = f"Une parole de vous attend votre accord · {structure.name}"
    key, speaker = f"verbatim:{verbatim.public_id}:{verbatim.version}", User.objects.filter(person=verbatim.said_by_id)
    tell(speaker, category=Category.STEPS, about=verbatim, by=by, key=key, title=title, url=url)


def tell_step_late(step: NextStep) -> None:
    """Its day has passed: whoever keeps it, and nobody else; when nobody does, those who steer. Once."""
    trajectory = step.trajectory
    users = User.objects.filter(person=step.owner_id) if step.owner_id else people_around(trajectory.structure)
    steering = [user for user in users if step.owner_id or can_steer(user, trajectory)]
    key, url = f"step-late:{step.public_id}:{step.due_on}", reverse("next_steps", args=[trajectory.public_id])
    title = f"La date d’un prochain pas est passée · {trajectory.structure.name}"
    tell(steering, category=Category.STEPS, about=step, key=key, title=title, url=url)


def _made_on(step: NextStep) -> date | None:
    """The day of the intervention it comes from; one already due was made before."""
    days = [step.intervention.occurred_on if step.intervention else None, step.due_on]
    return min((day for day in days if day), default=None)


def _tell_around(trajectory: Trajectory, about: Model, key: str, title: str, url: str, by: Person) -> None:
    structure = trajectory.structure
    title, users = f"{title} · {structure.name}", people_around(structure)
    tell(users, category=Category.STRUCTURES, about=about, by=by, key=key, title=title, url=url)


def tell_closed(closing: Closing, *, by: Person) -> None:
    """Everybody around it, and none of the words of the review."""
    trajectory = closing.trajectory
    if _is_news(trajectory.closed_on):
        key, url = f"closed:{closing.public_id}", trajectory.get_absolute_url()
        _tell_around(trajectory, trajectory, key, "L’accompagnement a pris fin", url, by)


def tell_reopened(trajectory: Trajectory, *, by: Person) -> None:
    key, url = f"reopened:{trajectory.public_id}:{trajectory.version}", trajectory.get_absolute_url()
    _tell_around(trajectory, trajectory, key, "La trajectoire est rouverte", url, by)


def tell_news(follow_up: FollowUp, *, by: Person) -> None:
    trajectory = follow_up.closing.trajectory
    if _is_news(follow_up.heard_on):
        key, url = f"news:{follow_up.public_id}", trajectory.get_absolute_url()
        _tell_around(trajectory, follow_up, key, "Des nouvelles ont été notées", url, by)


def tell_news_due(follow_up: FollowUp) -> None:
    """Whoever is in charge that day, once; when nobody is, coordination, which names somebody."""
    trajectory = follow_up.closing.trajectory
    structure = trajectory.structure
    charged = User.objects.filter(person__in=in_charge().filter(structure=structure).values("practitioner"))
    people, url = (charged, follow_up.get_absolute_url()) if charged else (coordinators(), structure.get_absolute_url())
    title = f"Il est temps de prendre des nouvelles · {structure.name}"
    key = f"news-due:{follow_up.public_id}"
    tell(people, category=Category.STEPS, about=trajectory, key=key, title=title, url=url)


def tell_diagnosis_proposed(diagnosis: SharedDiagnosis, *, by: Person) -> None:
    """The leaders, who validate it or ask for a change."""
    structure, key = diagnosis.trajectory.structure, f"diagnosis:{diagnosis.public_id}:proposed"
    leaders = User.objects.filter(is_active=True, person__in=_people_of(structure, [Party.LEADER])).order_by("pk")
    title, url = f"Un diagnostic partagé attend votre avis · {structure.name}", diagnosis.get_absolute_url()
    tell(leaders, category=Category.STEPS, about=diagnosis, by=by, key=key, title=title, url=url)


def tell_change_asked(answer: DiagnosisAnswer, *, by: Person) -> None:
    """Those who write it, and none of the words of the change."""
    diagnosis = answer.diagnosis
    structure, key = diagnosis.trajectory.structure, f"diagnosis:{diagnosis.public_id}:asked:{answer.pk}"
    writing = {diagnosis.created_by_id, *_people_of(structure, [Party.LEADER, Party.PRACTITIONER])}
    people = User.objects.filter(is_active=True, person__in=writing).order_by("pk")
    title, url = f"Un changement est demandé au diagnostic · {structure.name}", diagnosis.get_absolute_url()
    tell(people, category=Category.STEPS, about=diagnosis, by=by, key=key, title=title, url=url)


def tell_diagnosis_validated(diagnosis: SharedDiagnosis, *, by: Person) -> None:
    key, url = f"diagnosis:{diagnosis.public_id}:validated", diagnosis.get_absolute_url()
    _tell_around(diagnosis.trajectory, diagnosis, key, "Le diagnostic partagé est validé", url, by)


def tell_agreement(agreement: Agreement, amendment: Amendment | None, *, by: Person) -> None:
    """Once somebody signed, those who are waited for; once everybody did, all those who read it."""
    structure, text = agreement.trajectory.structure, amendment or agreement
    if not _is_news(max(one.signed_on for one in text.signatures)):
        return
    what, url = ("Un avenant" if amendment else "La convention"), agreement.get_absolute_url()
    key = f"agreement:{text.public_id}:{'signed' if text.signed_on else 'waiting'}"
    if text.signed_on:
        _tell_around(agreement.trajectory, agreement, key, f"{what} est {'signé' if amendment else 'signée'}", url, by)
        return
    waiting = User.objects.filter(is_active=True, person__in=_people_of(structure, text.waited_for)).order_by("pk")
    title = f"{what} attend votre signature · {structure.name}"
    tell(waiting, category=Category.STEPS, about=agreement, by=by, key=key, title=title, url=url)


def _people_of(structure: Structure, parties: list[Party]) -> set[int]:
    roles = [
        role for party, role in ((Party.LEADER, LocalRole.LEADER), (Party.BOARD, LocalRole.BOARD)) if party in parties
    ]
    people = set(structure.memberships.current().filter(role__in=roles).values_list("person", flat=True))
    if Party.PRACTITIONER in parties:
        people |= set(in_charge().filter(structure=structure).values_list("practitioner", flat=True))
    if Party.COORDINATION in parties:
        people |= set(coordinators().values_list("person", flat=True))
    return people


def tell_report_ready(report: ProgressReport) -> None:
    """Whoever asked for a report learns at once that it waits for them, by a mail that holds none of its content;
    the others who read reports of this structure learn that there is one."""
    asker, key, url = report.requested_by, f"report:{report.public_id}", report.get_absolute_url()
    _tell(report, "ready", "emails/report_ready.txt")
    title = f"Votre bilan est prêt · {report.trajectory.structure.name}"
    tell([asker], about=report, key=key, title=title, url=url)
    _tell_around(report.trajectory, report, key, "Un bilan a été établi", url, asker.person)


def tell_report_failed(report: ProgressReport) -> None:
    """Whoever asked for a report learns that it could not be made, and what they can do."""
    _tell(report, "failed", "emails/report_failed.txt")


def _tell(report: ProgressReport, outcome: str, template: str) -> None:
    if not report.requested_by.is_active:
        return
    context = {
        "person": report.requested_by.person,
        "structure": report.trajectory.structure,
        "period_start": report.period_start,
        "period_end": report.period_end,
        "reason": report.job.error,
        "is_reader": ProgressReport.objects.visible_to(report.requested_by).filter(pk=report.pk).exists(),
        "url": absolute_url(report.get_absolute_url()),
    }
    # The job's date makes a second failure, after a new try, worth a second mail.
    key = (
        f"report-{outcome}:{report.public_id}:{report.job.finished_at:%Y%m%dT%H%M%S%f}"
        if outcome == "failed"
        else f"report-ready:{report.public_id}"
    )
    mails.post(key=key, to=report.requested_by.email, template=template, context=context)


def tell_text_opened(opening: TextOpening) -> None:
    """The structure's leaders and its practitioners learn that the coordination opened a text; which, by whom and
    why is behind their sign-in."""
    structure = opening.trajectory.structure
    path = reverse("looks", args=[structure.public_id])
    url, title = absolute_url(path), f"La coordination a ouvert un texte · {structure.name}"
    tell(_owners(structure), about=structure, key=f"text-opened:{opening.public_id}", title=title, url=path)
    for user in _owners(structure):
        context = {"person": user.person, "structure": structure, "url": url}
        key = f"text-opened:{opening.public_id}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/text_opened.txt", context=context)


def _owners(structure: Structure) -> QuerySet[User]:
    leaders = Membership.objects.current().filter(structure=structure, role=LocalRole.LEADER)
    practitioners = RoleGrant.objects.current().filter(role=Role.PRACTITIONER)
    accompany = Accompaniment.objects.current().filter(structure=structure)
    return User.objects.filter(
        Q(person__in=leaders.values("person"))
        | Q(person__in=accompany.values("practitioner"), pk__in=practitioners.values("user")),
        is_active=True,
    )


def register() -> None:
    SUBJECTS.register(InterventionShare._meta.label, InterventionShare.objects.readable_by)
    followed = (Trajectory, Reading, Trial, NextStep, ProgressReport, FollowUp, Agreement, SharedDiagnosis, Verbatim)
    for model in (*followed, FrameworkRemark, Round):
        SUBJECTS.register(model._meta.label, model.objects.visible_to)
