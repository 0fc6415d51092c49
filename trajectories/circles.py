"""Who reads what of a trajectory."""

from django.utils.text import Truncator

from accounts.models import Circle, User
from efc_platform.templatetags.french import long_date, month
from structures.readers import KINDS, Kind, Names, Reader, by_place, named
from trajectories.models import (
    AccountRemark,
    Agreement,
    Amendment,
    Closing,
    FollowUp,
    FrameworkRemark,
    InterventionShare,
    JournalEntry,
    NextStep,
    OwnMoment,
    Phase,
    ProgressReport,
    Reading,
    Reopening,
    ResourceNote,
    Round,
    Settlement,
    SharedDiagnosis,
    TeamNote,
    Trajectory,
    Trial,
    UsefulEffect,
    Verbatim,
    Workshop,
)

_STRUCTURE = Circle.STRUCTURE.sentence


def _of_trajectory(row: Trajectory, viewer: User, readers: list[Reader]) -> list[Names]:
    return by_place(row.structure, readers)


def _when_closed(trajectory: Trajectory) -> str:
    """A structure that came back has two."""
    return f", close en {month(trajectory.closed_on)}" if trajectory.closed_on else ""


WORDS = Kind(
    rule=Trajectory.objects.readable_by,
    told=lambda trajectory: f"les mots de la trajectoire de {trajectory.structure.name}{_when_closed(trajectory)}",
    sentence=lambda trajectory: _STRUCTURE,
    groups=_of_trajectory,
    related=("structure",),
)
TRIAL = Kind(
    rule=Trial.objects.visible_to,
    told=lambda trial: f"l’essai «\u00a0{trial.title}\u00a0»",
    sentence=lambda trial: _STRUCTURE,
    related=("trajectory__structure",),
)


def _step_sentence(step: NextStep) -> str:
    if step.intervention_id is None:
        return _STRUCTURE
    return "Les personnes qui lisent le compte rendu de l’intervention où ce pas a été promis."


STEP = Kind(
    rule=NextStep.objects.visible_to,
    told=lambda step: f"le prochain pas «\u00a0{step.text}\u00a0»",
    sentence=_step_sentence,
    related=("trajectory__structure", "intervention"),
)
# An intervention has its address, its accounts have their circles.
ACCOUNT = Kind(
    rule=InterventionShare.objects.readable_by,
    told=lambda share: f"le compte rendu du {long_date(share.intervention.occurred_on)}, {share.intervention.heading}",
    sentence=lambda share: Circle(share.circle).sentence,
    key="intervention__public_id",
    related=("trajectory__structure", "intervention"),
)


NOTE = Kind(
    rule=TeamNote.objects.visible_to,
    told=lambda note: f"la note d’équipe de {note.author.display_name}",
    sentence=lambda note: "Les personnes qui accompagnent la structure, et personne d’autre.",
    related=("trajectory__structure", "author", "intervention"),
)
REMARK = Kind(
    rule=AccountRemark.objects.visible_to,
    told=lambda remark: f"la remarque «\u00a0{Truncator(remark.text).chars(50)}\u00a0»",
    sentence=lambda remark: "Les personnes qui lisent le compte rendu auquel elle répond.",
    groups=lambda remark, viewer, readers: by_place(remark.share.trajectory.structure, readers),
    related=("share__trajectory__structure", "author"),
)


def _coordination_and_author(remark: FrameworkRemark, viewer: User, readers: list[Reader]) -> list[Names]:
    wrote = [one for one in readers if one.user.person_id == remark.author_id]
    others = [one for one in readers if one not in wrote]
    groups = [named("Qui l’a écrite", "personnes", wrote), named("La coordination", "personnes", others)]
    return [group for group in groups if group.people]


FRAMEWORK_REMARK = Kind(
    rule=FrameworkRemark.objects.visible_to,
    told=lambda remark: f"la remarque «\u00a0{Truncator(remark.text).chars(50)}\u00a0»",
    sentence=lambda remark: "La coordination et la personne qui l’a écrite.",
    groups=_coordination_and_author,
    related=("author",),
)


PHASE = Kind(
    rule=Phase.objects.visible_to,
    told=lambda phase: f"la phase «\u00a0{phase.label}\u00a0»",
    sentence=lambda phase: _STRUCTURE,
    related=("trajectory__structure",),
)
MOMENT = Kind(
    rule=OwnMoment.objects.visible_to,
    told=lambda moment: f"le moment «\u00a0{moment.title}\u00a0»",
    sentence=lambda moment: _STRUCTURE,
    related=("trajectory__structure",),
)


EFFECT = Kind(
    rule=UsefulEffect.objects.visible_to,
    told=lambda effect: f"l’effet «\u00a0{effect.title}\u00a0»",
    sentence=lambda effect: _STRUCTURE,
    related=("trajectory__structure",),
)
RESOURCE = Kind(
    rule=ResourceNote.objects.visible_to,
    told=lambda note: f"la situation du {long_date(note.noted_on)} ({note.label.lower()})",
    sentence=lambda note: _STRUCTURE,
    related=("trajectory__structure",),
)


def _verbatim_sentence(one: Verbatim) -> str:
    if one.agreed_on is None:
        return "La personne qui l’a dite et celle qui l’a notée, tant que la première n’a pas donné son accord."
    return f"Celles et ceux que permet l’accord donné\u00a0: {one.get_agreed_circle_display()}."


VERBATIM = Kind(
    rule=Verbatim.objects.visible_to,
    told=lambda one: f"la parole du {long_date(one.said_on)}",
    sentence=_verbatim_sentence,
    related=("trajectory__structure",),
)


CLOSING = Kind(
    rule=Closing.objects.visible_to,
    told=lambda closing: f"le bilan de fin de la trajectoire de {closing.trajectory.structure.name}",
    sentence=lambda closing: _STRUCTURE,
    related=("trajectory__structure",),
)
NEWS = Kind(
    rule=FollowUp.objects.visible_to,
    told=lambda one: f"les nouvelles prises {one.months}\u00a0mois après",
    sentence=lambda one: _STRUCTURE,
    groups=lambda one, viewer, readers: by_place(one.closing.trajectory.structure, readers),
    related=("closing__trajectory__structure",),
)


_CONTRACT = "La direction et le conseil de la structure, les personnes qui l’accompagnent et la coordination du réseau."
AGREEMENT = Kind(
    rule=Agreement.objects.visible_to,
    told=lambda one: f"la convention d’accompagnement de {one.trajectory.structure.name}",
    sentence=lambda one: _CONTRACT,
    related=("trajectory__structure",),
)
AMENDMENT = Kind(
    rule=Amendment.objects.visible_to,
    told=lambda one: f"l’avenant n°\u00a0{one.number} à la convention",
    sentence=lambda one: _CONTRACT,
    groups=lambda one, viewer, readers: by_place(one.agreement.trajectory.structure, readers),
    related=("agreement__trajectory__structure",),
)


def _diagnosis_sentence(one: SharedDiagnosis) -> str:
    if one.validated_at:
        return _STRUCTURE
    if one.proposed_at:
        return Circle.DIRECTION.sentence
    return "La direction de la structure et les personnes qui l’accompagnent, qui l’écrivent."


DIAGNOSIS = Kind(
    rule=SharedDiagnosis.objects.visible_to,
    told=lambda one: f"le diagnostic partagé (version {one.number})",
    sentence=_diagnosis_sentence,
    related=("trajectory__structure",),
)


def _reading_sentence(reading: Reading) -> str:
    if reading.is_shared:
        return _STRUCTURE
    if reading.is_sealed:
        return "Les personnes qui l’ont écrite, jusqu’à ce que le tour s’ouvre."
    return "Les personnes qui l’écrivent, jusqu’à ce qu’elles la scellent."


READING = Kind(
    rule=Reading.objects.readable_by,
    told=lambda one: f"la lecture du {long_date(one.read_on)} ({one.get_viewpoint_display().lower()})",
    sentence=_reading_sentence,
    related=("trajectory__structure",),
)
ROUND = Kind(
    rule=Round.objects.visible_to,
    told=lambda one: f"le tour de lecture du {long_date(one.opens_on)}, et pourquoi un regard en est laissé de côté",
    sentence=lambda one: _STRUCTURE,
    related=("trajectory__structure",),
)
REOPENING = Kind(
    rule=Reopening.objects.visible_to,
    told=lambda one: f"la demande de reprendre la lecture du {long_date(one.reading.read_on)}",
    sentence=lambda one: _STRUCTURE,
    groups=lambda one, viewer, readers: by_place(one.reading.trajectory.structure, readers),
    related=("reading__trajectory__structure",),
)
SETTLEMENT = Kind(
    rule=Settlement.objects.visible_to,
    told=lambda one: f"ce que la rencontre du {long_date(one.settled_on)} a donné ({one.dimension.short_name})",
    sentence=lambda one: _STRUCTURE,
    groups=lambda one, viewer, readers: by_place(one.round.trajectory.structure, readers),
    related=("round__trajectory__structure", "dimension"),
)
WORKSHOP = Kind(
    rule=Workshop.objects.visible_to,
    told=lambda one: f"l’atelier de lecture du {long_date(one.held_on)}",
    sentence=lambda one: _STRUCTURE,
    related=("trajectory__structure",),
)
REPORT = Kind(
    rule=ProgressReport.objects.visible_to,
    told=lambda one: f"le bilan du {long_date(one.period_start)} au {long_date(one.period_end)}",
    sentence=lambda one: Circle.DIRECTION.sentence,
    related=("trajectory__structure",),
)


def _author(entry: JournalEntry, viewer: User, readers: list[Reader]) -> list[Names]:
    return [Names("Vous, et personne d’autre", [reader.name for reader in readers])]


PAGE = Kind(
    rule=JournalEntry.objects.of,
    told=lambda entry: f"votre page de journal du {long_date(entry.written_on)}",
    sentence=lambda entry: (
        "Aucun rôle n’ouvre un journal, pas même la coordination. Il est chiffré dans la base\u00a0; "
        "l’organisation qui exploite le serveur en garde la clé."
    ),
    groups=_author,
    related=("intervention",),
)


def register() -> None:
    KINDS.register("mots", WORDS)
    KINDS.register("fin", CLOSING)
    KINDS.register("diagnostic", DIAGNOSIS)
    KINDS.register("convention", AGREEMENT)
    KINDS.register("avenant", AMENDMENT)
    KINDS.register("nouvelles", NEWS)
    KINDS.register("note", NOTE)
    KINDS.register("remarque", REMARK)
    KINDS.register("remarque-referentiel", FRAMEWORK_REMARK)
    KINDS.register("essai", TRIAL)
    KINDS.register("pas", STEP)
    KINDS.register("compte-rendu", ACCOUNT)
    KINDS.register("phase", PHASE)
    KINDS.register("moment", MOMENT)
    KINDS.register("effet", EFFECT)
    KINDS.register("ressource", RESOURCE)
    KINDS.register("parole", VERBATIM)
    KINDS.register("lecture", READING)
    KINDS.register("tour", ROUND)
    KINDS.register("reprise", REOPENING)
    KINDS.register("issue", SETTLEMENT)
    KINDS.register("atelier", WORKSHOP)
    KINDS.register("bilan", REPORT)
    KINDS.register("journal", PAGE)
