"""What is kept of a person along trajectories: what they led, promised and wrote; their journal, for them alone."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Person, User
from accounts.operations import forget_in_history
from accounts.personal_data import GONE, PARTS, RULES, Leaving, Part, Rule, Table, table_of
from efc_platform.backstage.models import StoredFile
from trajectories.models import (
    AccountRemark,
    AgendaFeed,
    Agreement,
    Amendment,
    Appointment,
    AppointmentGuest,
    Closing,
    DiagnosisAnswer,
    Evidence,
    FollowUp,
    FrameworkChange,
    FrameworkRemark,
    FrameworkVersion,
    Intervention,
    InterventionImport,
    InterventionShare,
    JournalEntry,
    NextStep,
    OwnMoment,
    Participation,
    Passage,
    Phase,
    Positioning,
    ProgressReport,
    Reading,
    Reopening,
    ReopeningConsent,
    ResourceNote,
    Round,
    RoundView,
    Settlement,
    SettlementVoice,
    SharedDiagnosis,
    Signature,
    Tag,
    TeamNote,
    TextOpening,
    Trajectory,
    Trial,
    TrialMove,
    UsefulEffect,
    Verbatim,
    Workshop,
)
from trajectories.operations import end_forgotten_workshops, erase_intervention_files, read_journal_entry
from trajectories.recalling import retire_reports, take_away

FACTS = ("observed_fact", "next_question")


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    led = Intervention.objects.filter(Q(created_by=me) | Q(practitioners=me)).distinct()
    yield table_of("Interventions que vous avez menées ou notées", led, without=("created_by",))
    yield table_of(
        "Ce que vous en avez écrit",
        InterventionShare.objects.filter(intervention__created_by=me),
        without=("dimensions", "criteria", "actors", "documents"),
        occurred_on=("date", lambda one: one.intervention.occurred_on),
    )
    yield table_of(
        "Interventions auxquelles vous avez pris part",
        Participation.objects.filter(person=me).select_related("intervention"),
        only=("count",),
        # Its title belongs to those who read its account: the day and the kind of meeting are this person's.
        occurred_on=("date", lambda one: one.intervention.occurred_on),
        modality=("modalité", lambda one: one.intervention.kind),
    )
    yield table_of("Prochains pas que vous tenez ou avez tenus", _steps(me), without=("intervention",))
    yield table_of(
        "Rendez-vous que vous avez notés", Appointment.objects.filter(created_by=me), without=("created_by",)
    )
    yield table_of(
        "Rendez-vous auxquels vous êtes invité·e",
        AppointmentGuest.objects.filter(person=me).select_related("appointment"),
        only=("answer", "answered_at"),
        # What it is about belongs to those who read the trajectory: the day is this person's.
        starts_at=("date et heure", lambda one: one.appointment.starts_at),
    )
    yield table_of("Adresse privée de votre agenda", AgendaFeed.objects.filter(user=user), without=("digest",))
    yield table_of(
        "Trajectoires où vos mots du départ sont gardés",
        Trajectory.objects.filter(starting_words_by=me),
        only=("structure", "starting_words"),
    )
    yield table_of("Fins d’accompagnement que vous avez écrites", Closing.objects.filter(created_by=me))
    yield from _told(me)
    yield table_of("Nouvelles que vous avez notées", FollowUp.objects.filter(written_by=me), without=("step",))
    yield table_of("Notes que vous avez écrites pour l’équipe", TeamNote.objects.filter(author=me), without=("author",))
    yield table_of(
        "Remarques que vous avez faites, ou auxquelles vous avez répondu",
        AccountRemark.objects.filter(Q(author=me) | Q(answered_by=me)),
        without=("share",),
    )
    yield table_of("Vos étiquettes", Tag.objects.visible_to(user).filter(owner=me), only=("name",))
    yield table_of(
        "Fichiers d’interventions passées que vous avez importés",
        InterventionImport.objects.filter(made_by=user),
        only=("file_name", "made_at", "state", "written_at"),
    )
    yield from _agreed(me)
    yield from _of_framework(me)
    yield from _written_in_history(user)
    yield from _readings(me)
    yield table_of(
        "Bilans que vous avez demandés",
        ProgressReport.objects.filter(requested_by=user),
        only=("trajectory", "period_start", "period_end", "requested_at"),
    )
    opened = TextOpening.objects.visible_to(user)
    yield table_of("Textes que vous avez ouverts pour la coordination", opened, only=("reason", "opened_at", "until"))
    yield _journal(user)


def _agreed(me: int) -> Iterable[Table]:
    yield table_of("Conventions que vous avez écrites", Agreement.objects.filter(created_by=me))
    yield table_of("Avenants que vous avez écrits", Amendment.objects.filter(created_by=me))
    yield table_of("Diagnostics que vous avez écrits", SharedDiagnosis.objects.filter(created_by=me))
    yield table_of("Vos réponses à un diagnostic", DiagnosisAnswer.objects.filter(person=me))
    yield table_of(
        "Signatures que vous avez données ou notées", Signature.objects.filter(Q(person=me) | Q(recorded_by=me))
    )


def _of_framework(me: int) -> Iterable[Table]:
    prepared = FrameworkVersion.objects.filter(Q(created_by=me) | Q(published_by=me))
    yield table_of(
        "Versions du référentiel que vous avez préparées ou publiées",
        prepared,
        only=("name", "number", "state", "published_on", "why"),
    )
    remarked = FrameworkRemark.objects.filter(Q(author=me) | Q(answered_by=me))
    yield table_of(
        "Remarques que vous avez laissées sur le référentiel, ou auxquelles vous avez répondu",
        remarked,
        without=("key", "dimension_key"),
    )
    changed = FrameworkChange.objects.filter(made_by=me)
    yield table_of("Changements du référentiel que vous avez faits", changed, without=("made_by", "key"))


def _told(me: int) -> Iterable[Table]:
    """Of words that somebody else said, that one noted them: they are that person's to carry away."""
    yield table_of("Vos paroles", Verbatim.objects.standing().filter(said_by=me), without=("said_by", "noted_by"))
    yield table_of(
        "Paroles que vous avez notées, ou dont vous avez noté l’accord ou le retrait",
        Verbatim.objects.filter(Q(noted_by=me) | Q(agreement_noted_by=me) | Q(withdrawn_by=me)),
        only=("trajectory", "said_on", "agreed_on", "agreed_circle", "withdrawn_at"),
    )
    yield table_of(
        "Moments que vous avez racontés ou retirés", OwnMoment.objects.filter(Q(created_by=me) | Q(removed_by=me))
    )
    yield table_of(
        "Effets utiles que vous avez notés ou retirés", UsefulEffect.objects.filter(Q(created_by=me) | Q(removed_by=me))
    )
    yield table_of(
        "Ressources immatérielles que vous avez notées ou retirées",
        ResourceNote.objects.filter(Q(created_by=me) | Q(removed_by=me)),
    )
    yield table_of("Phases que vous avez notées", Phase.objects.filter(created_by=me))
    tried = Trial.objects.filter(people=me)
    yield table_of("Essais auxquels vous prenez part", tried, only=("title", "state", "started_on", "until_on"))
    yield table_of("Étapes d’essais que vous avez notées", TrialMove.objects.filter(moved_by=me))


def _steps(me: int) -> QuerySet[NextStep]:
    return NextStep.objects.filter(Q(owner=me) | Q(done_by=me) | Q(set_aside_by=me))


def _written_in_history(user: User) -> Iterable[Table]:
    """These rows bear no author: their history knows who wrote each version."""
    for name, heading, texts in (
        (
            "Trial",
            "Essais que vous avez écrits ou modifiés",
            ("title", "gap", "question", "watched", "with_words", "learnt"),
        ),
        ("Trajectory", "Mots de trajectoires que vous avez écrits", ("aim", "working_question", "lead_words")),
    ):
        events = apps.get_model("trajectories", f"{name}Event")._base_manager
        mine = events.filter(pgh_context__metadata__user=user.pk).exclude(pgh_label="delete").order_by("pgh_id")
        yield table_of(heading, mine, only=texts, written_at=("écrit le", lambda event: event.pgh_created_at))


def _readings(me: int) -> Iterable[Table]:
    mine = Reading.objects.filter(Q(created_by=me) | Q(authors=me)).distinct()
    yield table_of("Lectures que vous avez écrites", mine, without=("created_by",))
    # What the room answered there is nobody's.
    held = Workshop.objects.filter(created_by=me)
    yield table_of("Ateliers de lecture que vous avez tenus", held, only=("trajectory", "held_on", "expected"))
    yield from _rounds(me)
    passed = Passage.objects.filter(passed_by=me)
    yield table_of("Passages à une autre version du référentiel", passed, without=("passed_by",))
    lines = Positioning.objects.filter(reading__in=mine.values("pk"))
    yield table_of("Ce que disent ces lectures", lines.order_by("reading__read_on", "pk"))
    # What it leads to belongs to those who read it there.
    grounds = (
        Evidence.objects.filter(positioning__in=lines.values("pk"))
        .select_related("positioning__dimension", "positioning__criterion")
        .order_by("positioning__reading__read_on", "pk")
    )
    yield table_of("Ce sur quoi reposent ces faits", grounds, without=("share", "trial", "document"))


def _rounds(me: int) -> Iterable[Table]:
    prepared = Round.objects.filter(created_by=me)
    yield table_of("Tours de lecture que vous avez préparés", prepared, without=("created_by", "reminders_paused"))
    yield table_of(
        "Regards que vous avez laissés de côté dans un tour",
        RoundView.objects.filter(left_out_by=me),
        without=("left_out_by", "reading"),
    )
    yield table_of("Reprises de lecture que vous avez demandées", Reopening.objects.filter(asked_by=me))
    yield table_of("Reprises auxquelles vous avez consenti", ReopeningConsent.objects.filter(person=me))
    yield table_of("Issues de rencontres que vous avez notées", Settlement.objects.filter(settled_by=me))
    said = SettlementVoice.objects.filter(settlement__settled_by=me)
    yield table_of("Textes de désaccords que vous avez notés", said.order_by("pk"))


def _journal(user: User) -> Table:
    """Opened here and nowhere else, for the person who wrote it."""
    columns = {
        "written_on": "date",
        "facts": "faits",
        "feelings": "ressentis",
        "interpretations": "interprétations",
        "intervention_on": "à propos de l’intervention du",
    }
    entries = JournalEntry.objects.of(user).select_related("intervention")
    return Table("journalentry", "Votre journal", columns, [_page(user, entry) for entry in entries])


def _page(user: User, entry: JournalEntry) -> dict[str, Any]:
    text = read_journal_entry(by=user, entry=entry)
    return {
        "written_on": entry.written_on,
        "facts": text.facts,
        "feelings": text.feelings,
        "interpretations": text.interpretations,
        "intervention_on": entry.intervention.occurred_on if entry.intervention else None,
    }


def _files(user: User) -> Iterable[StoredFile]:
    """Reports they asked for, if they may still read them."""
    reports = ProgressReport.objects.visible_to(user).filter(requested_by=user, file__isnull=False)
    return [report.file for report in reports.select_related("file") if report.file]


def _forget(leaving: Leaving) -> None:
    """The journal and drafts go. What was shared with a structure is its memory and stays, signed by nobody."""
    person = leaving.person
    JournalEntry.objects.filter(author=person).delete()
    AgendaFeed.objects.filter(user__person=person).delete()
    _erase_drafts(leaving)
    named = _spelt(leaving)
    Participation.objects.filter(named, person__isnull=True).update(words=GONE)
    events = apps.get_model("trajectories", "ParticipationEvent")._base_manager.filter(named)
    forget_in_history(model=Participation, columns=["words"], pgh_id__in=list(events.values_list("pgh_id", flat=True)))
    _take_words_away(person)
    _retire_reports(leaving)


def _take_words_away(person: Person) -> None:
    """What they said was read because they agreed: they are no longer here to. What they noted and nobody agreed to
    is read by nobody."""
    theirs = Q(said_by=person) | Q(noted_by=person, agreed_on__isnull=True)
    for verbatim in Verbatim.objects.standing().filter(theirs):
        take_away(verbatim, None)


def _spelt(leaving: Leaving) -> Q:
    """Typed by others as their whole name, either way round, whatever the accents."""
    first, last = leaving.person.first_name, leaving.person.last_name
    return Q(words__unaccent__iexact=f"{first} {last}".strip()) | Q(words__unaccent__iexact=f"{last} {first}".strip())


def _erase_drafts(leaving: Leaving) -> None:
    """Readings that they alone were writing; one that others write too stays theirs."""
    person = leaving.person
    drafts = (
        Reading.objects.drafts()
        .filter(created_by=person)
        .exclude(pk__in=Reading.authors.through.objects.exclude(person=person).values("reading"))
    )
    ids = list(drafts.values_list("pk", flat=True))
    lines = list(Positioning.objects.filter(reading__in=ids).values_list("pk", flat=True))
    held = list(Evidence.objects.filter(positioning__in=lines).values_list("pk", flat=True))
    drafts.delete()
    forget_in_history(model=Positioning, columns=FACTS, pgh_obj_id__in=lines)
    forget_in_history(model=Evidence, columns=["words"], pgh_obj_id__in=held)


def _retire_reports(leaving: Leaving) -> None:
    """An issued report that names them is served no more; its digest still proves what had been issued."""
    naming = ProgressReport.objects.annotate(text=Cast("content", TextField())).filter(
        text__icontains=leaving.full_name
    )
    retire_reports(naming)


def register() -> None:
    RULES.register(
        "workshops", Rule("ateliers que personne n’a terminés", "", lambda before: end_forgotten_workshops(now=before))
    )
    PARTS.register("trajectories", Part("Trajectoires et journal", 30, _gather, _forget, files=_files))
    RULES.register(
        "intervention_imports",
        Rule("fichiers d’interventions importés", "imports", lambda before: erase_intervention_files(before=before)),
    )
