"""One row of each kind around a structure: what the access matrix points at, where the leak tests plant their words."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.http import QueryDict
from django.utils import timezone

from accounts.audit import record_access
from accounts.models import (
    AccessAct,
    Circle,
    Invitation,
    LostFactor,
    Notice,
    Person,
    Role,
    RoleGrant,
    SupportSignIn,
    User,
)
from community.models import Contribution, ExperienceReport, Profile, SharedResource
from efc_platform.backstage.drafts import ADDRESS, HEADING, PAGE, keep_draft
from efc_platform.backstage.models import Draft, Job, JobState
from efc_platform.backstage.operations import store_file
from efc_platform.shared.uploads import FileKind
from structures.models import (
    Accompaniment,
    AccompanimentRequest,
    Cohort,
    CohortPlace,
    Conversation,
    EcosystemActor,
    FundedPart,
    FundingOperation,
    JoinLink,
    JoinRequest,
    LocalRole,
    Membership,
    RequestState,
    SilencePause,
    Structure,
    StructureDocument,
    StructureImport,
    StructureMerge,
    YearlyFigures,
)
from tests.factories.agenda import furnish_agenda
from tests.factories.agreements import furnish_agreements
from tests.factories.calibration import furnish_calibrations
from tests.factories.community import furnish_community
from tests.factories.ecosystem import furnish_ecosystem
from tests.factories.effects import Noted
from tests.factories.evidence import furnish_evidence
from tests.factories.frame import furnish_frame
from tests.factories.framework import furnish_framework
from tests.factories.imports import furnish_imports, furnish_noting
from tests.factories.joining import furnish_joining
from tests.factories.notices import NoticeFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.people_talking import furnish_talk
from tests.factories.rounds import furnish_rounds
from tests.factories.security import add_passkey, open_elsewhere
from tests.factories.story import furnish_story, make_trial
from tests.factories.structures import (
    AccompanimentFactory,
    AccompanimentRequestFactory,
    CohortFactory,
    DocumentFactory,
    MembershipFactory,
    StructureFactory,
)
from tests.factories.teams import network_modality, remark, tags, team_note
from tests.factories.trainings import EnrolmentFactory, SessionFactory, TrainingFactory
from tests.factories.trajectories import InterventionFactory, NextStepFactory
from tests.factories.workshops import furnish_workshops
from trainings.models import Enrolment, Regime, Session, Training
from trajectories.models import (
    AccountRemark,
    AddedModality,
    Agreement,
    Amendment,
    Appointment,
    Closing,
    FollowUp,
    FrameworkRemark,
    Intervention,
    InterventionImport,
    InterventionShare,
    JournalEntry,
    Modality,
    OwnMoment,
    Participation,
    Phase,
    PositioningState,
    ProgressReport,
    Reading,
    SharedDiagnosis,
    Signature,
    Tag,
    TeamNote,
    TextOpening,
    Trajectory,
    Trial,
    Verbatim,
    Viewpoint,
    Workshop,
)
from trajectories.models.steps import NextStep
from trajectories.operations import JournalText, write_journal_entry

SHEET_COLUMNS = [
    *("acronym", "sector", "functional_sphere", "networks", "address", "commune_name", "department", "region"),
    "territory_of_action",
]
TRAINING = ["title", "summary", "objectives", "audience", "prerequisites", "content"]
SESSION = ["place", "address", "information"]
CIRCLES = [Circle.STRUCTURE, Circle.DIRECTION, Circle.TEAM, Circle.PARTICIPANTS]
Words = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class World:
    """A structure and its belongings; `interventions` by the circle of their account."""

    structure: Structure
    trajectory: Trajectory
    past: Trajectory
    closing: Closing
    news: FollowUp
    agreement: Agreement
    amendment: Amendment
    signed: Signature
    diagnosis: SharedDiagnosis
    proposed: SharedDiagnosis
    membership: Membership
    accompaniment: Accompaniment
    sealed: Reading
    draft: Reading
    interventions: dict[Circle, Intervention]
    page: JournalEntry
    unfinished: Draft
    team_note: TeamNote
    remark: AccountRemark
    framework_remark: FrameworkRemark
    modality: AddedModality
    tag: Tag
    trial: Trial
    adapted: Trial
    phase: Phase
    moment: OwnMoment
    removed_moment: OwnMoment
    what_shows: Noted
    verbatim: Verbatim
    waiting_verbatim: Verbatim
    step: NextStep
    report: ProgressReport
    training: Training
    session: Session
    cohort_session: Session
    told_session: Session
    enrolment: Enrolment
    request: AccompanimentRequest
    past_request: AccompanimentRequest
    resource: SharedResource
    shared_report: ExperienceReport
    draft_report: ExperienceReport
    contribution: Contribution
    invitation: Invitation
    network_invitation: Invitation
    join_link: JoinLink
    join_request: JoinRequest
    grant: RoleGrant
    passkey: Authenticator
    open_session: UserSession
    lost_factor: LostFactor
    emptied_sheet: int
    emptied_words: int
    support: SupportSignIn
    notice: Notice
    profile: Profile
    conversation: Conversation
    twin: Structure
    archived: Structure
    cohort: Cohort
    cohort_place: CohortPlace
    funding: FundingOperation
    funded_part: FundedPart
    merge: StructureMerge
    relation: EcosystemActor
    figures: YearlyFigures
    brought: StructureImport
    written_import: StructureImport
    noting: InterventionImport
    noted: InterventionImport
    document: StructureDocument
    appointment: Appointment
    workshops: dict[str, Workshop]
    rounds: dict[str, Any]
    calibrations: dict[str, Any]


def furnish(
    trajectory: Trajectory,
    *,
    practitioner: Person,
    drafted_by: Person,
    journal_of: User,
    leader: User,
    trainer: Person | None = None,
    present: Person | None = None,
    words: Words = lambda name: name,
) -> World:
    """`words` gives the text of each field from a name such as "trial.question"; without `trainer` somebody
    whom nobody knows leads the sessions. `present` took part in the exchange space."""
    structure = trajectory.structure
    _write_sheet(structure, trajectory, words)
    SilencePause.objects.create(
        structure=structure, until=timezone.localdate() + timedelta(days=30), reason=words("pause.reason")
    )
    interventions = {circle: _intervention(trajectory, practitioner, circle, words) for circle in CIRCLES}
    _exchange(trajectory, interventions[Circle.PARTICIPANTS], present, words)
    sealed = _reading(trajectory, practitioner, Viewpoint.ACCOMPANIMENT, "sealed", words)
    Reading.objects.filter(pk=sealed.pk).update(sealed_at=timezone.now())
    trial = make_trial(trajectory, words)
    membership, sessions = _member(structure, words), _sessions(structure, trainer or PersonFactory(), words)
    return World(
        structure=structure,
        trajectory=trajectory,
        membership=membership,
        accompaniment=_accompaniment(structure, practitioner),
        sealed=sealed,
        draft=_reading(trajectory, drafted_by, Viewpoint.PARTNER, "draft", words),
        interventions=interventions,
        page=_journal_page(journal_of, interventions[Circle.STRUCTURE], words),
        team_note=team_note(journal_of, interventions[Circle.STRUCTURE], trajectory, words),
        framework_remark=furnish_framework(leader.person, words),
        remark=remark(leader.person, interventions[Circle.STRUCTURE], trajectory, words),
        modality=network_modality(),
        tag=tags(journal_of.person, interventions[Circle.STRUCTURE], trajectory, words),
        unfinished=_unfinished(journal_of, structure, words),
        trial=trial,
        **furnish_story(trajectory, trial, interventions[Circle.STRUCTURE], words),
        step=NextStepFactory(
            trajectory=trajectory, intervention=interventions[Circle.STRUCTURE], text=words("next_step.text")
        ),
        report=_report(trajectory, leader, words),
        **sessions,
        enrolment=_enrol(membership, sessions, words),
        request=_request(words),
        past_request=_past_request(practitioner, words),
        passkey=add_passkey(leader, name=words("passkey.name")),
        open_session=open_elsewhere(journal_of),
        lost_factor=LostFactor.objects.create(user=leader),
        notice=NoticeFactory(recipient=leader, about=structure, title=words("notice.title")),
        **furnish_community(structure, practitioner, words),
        **furnish_joining(structure, leader, words),
        **_looks(structure, trajectory, leader, words),
        **furnish_ecosystem(structure, words),
        **furnish_talk(structure, practitioner, leader.person, words),
        **_twins(structure, words),
        **furnish_imports(structure, words),
        **furnish_noting(trajectory, journal_of, interventions[Circle.STRUCTURE], words),
        **furnish_frame(structure, sessions["cohort_session"].cohort, practitioner, words),
        document=_document(structure, leader.person, words),
        **furnish_agenda(trajectory, practitioner, leader, words),
        workshops=furnish_workshops(trajectory, practitioner, words),
        calibrations=furnish_calibrations(practitioner, words),
        rounds=furnish_rounds(trajectory, practitioner, leader.person, words),
        **furnish_agreements(trajectory, practitioner, leader.person, words),
    )


def give_passwords(users: Iterable[User]) -> None:
    """One for all, hashed once: pages that change a password are closed to whoever has none."""
    password = make_password("une phrase de passe")
    for user in users:
        user.password = password
        user.save(update_fields=["password"])


def _write_sheet(structure: Structure, trajectory: Trajectory, words: Words) -> None:
    structure.name, structure.presentation = words("structure.name"), words("structure.presentation")
    for name in SHEET_COLUMNS:
        setattr(structure, name, words(f"structure.{name}")[:30])
    structure.website = f"https://exemple.example/{words('structure.website')}"
    structure.save()
    for name in ("starting_words", "aim", "working_question", "lead_words"):
        setattr(trajectory, name, words(f"trajectory.{name}"))
    trajectory.save()


def _looks(structure: Structure, trajectory: Trajectory, leader: User, words: Words) -> dict[str, Any]:
    """Somebody of the coordination opened a text, and asks to help; two texts were emptied, then written again."""
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    opening = TextOpening.objects.create(
        opened_by=coordinator, trajectory=trajectory, reason=words("opening.reason"), until=timezone.now()
    )
    record_access(by=coordinator, act=AccessAct.OPENED_TEXT, about=opening, structure=structure, from_outside=True)
    support = SupportSignIn.objects.create(asked_by=coordinator, concerned=leader, reason=words("support.reason"))
    return {
        "emptied_sheet": _emptied(structure, "presentation"),
        "emptied_words": _emptied(trajectory, "working_question"),
        "support": support,
    }


def _twins(structure: Structure, words: Words) -> dict[str, Any]:
    """Another sheet alike, that nobody made one with it yet, one that was, and one that left the lists."""
    merged = StructureFactory(name=words("merged.name"), merged_into=structure)
    merge = StructureMerge.objects.create(
        kept=structure, merged=merged, merged_by=UserFactory(), changed={"sector": ["", words("merge.changed")]}
    )
    archived = StructureFactory(archived_at=timezone.now(), archive_reason=words("archived.archive_reason"))
    return {
        "archived": archived,
        "twin": StructureFactory(name=f"{structure.name} bis", presentation=words("twin.presentation")),
        "merge": merge,
    }


def _document(structure: Structure, leader: Person, words: Words) -> StructureDocument:
    file = store_file(
        name=f"{words('document.file_name')}.txt",
        content_type=FileKind.TEXT.content_type,
        content=words("document.content").encode(),
    )
    texts = {name: words(f"document.{name}") for name in ("title", "about")}
    return DocumentFactory(structure=structure, added_by=leader, file=file, **texts)


def _emptied(row: Structure | Trajectory, column: str) -> int:
    """The event by which the text was taken away."""
    rows, text = type(row).objects.filter(pk=row.pk), getattr(row, column)
    rows.update(**{column: ""})
    event = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")
    rows.update(**{column: text})
    return event.pgh_id


def _member(structure: Structure, words: Words) -> Membership:
    """Somebody without an account: their name is known here only."""
    names = ("first_name", "last_name", "phone")
    person = PersonFactory(
        **{name: words(f"person.{name}")[:30] for name in names}, email=f"{words('person.email')}@essai.example"
    )
    return MembershipFactory(
        structure=structure, person=person, role=LocalRole.VOLUNTEER, function=words("membership.function")
    )


def _accompaniment(structure: Structure, practitioner: Person) -> Accompaniment:
    found = structure.accompaniments.current().filter(practitioner=practitioner).first()
    return found or AccompanimentFactory(structure=structure, practitioner=practitioner)


def _intervention(trajectory: Trajectory, practitioner: Person, circle: Circle, words: Words) -> Intervention:
    made = InterventionFactory(
        created_by=practitioner,
        title=words(f"intervention.title.{circle}"),
        location=words(f"intervention.location.{circle}"),
    )
    Participation.objects.create(intervention=made, words=words(f"participation.words.{circle}"))
    texts = {name: words(f"share.{name}.{circle}") for name in ("account", "decision", "open_question")}
    InterventionShare.objects.create(
        intervention=made, trajectory=trajectory, minutes=made.minutes, circle=circle, **texts
    )
    return made


def _exchange(trajectory: Trajectory, space: Intervention, present: Person | None, words: Words) -> None:
    """Somebody known was there, and something was promised."""
    Intervention.objects.filter(pk=space.pk).update(modality=Modality.PEER_SPACE)
    if present:
        Participation.objects.create(intervention=space, person=present)
    NextStepFactory(trajectory=trajectory, intervention=space, text=words("next_step.text.participants"))


def _reading(trajectory: Trajectory, author: Person, viewpoint: Viewpoint, kind: str, words: Words) -> Reading:
    reading = Reading.objects.create(
        trajectory=trajectory,
        framework_version=trajectory.framework_version,
        viewpoint=viewpoint,
        read_on=date(2025, 6, 2),
        created_by=author,
        client_key=uuid.uuid4(),
    )
    reading.authors.add(author)
    reading.positionings.create(
        dimension=trajectory.framework_version.dimensions.get(code="D1"),
        state=PositioningState.LEVEL,
        level=2,
        observed_fact=words(f"{kind}.observed_fact"),
        next_question=words(f"{kind}.next_question"),
    )
    furnish_evidence(reading, kind, words)
    return reading


def _unfinished(author: User, structure: Structure, words: Words) -> Draft:
    """What its author typed in a form and has not sent."""
    typed = QueryDict(mutable=True)
    typed.update({"account": words("unfinished.account"), "facts": words("unfinished.facts")})
    typed.update({ADDRESS: f"/essai/{structure.pk}/", HEADING: words("unfinished.heading"), PAGE: str(uuid.uuid4())})
    draft = keep_draft(by=author, typed=typed)
    assert draft is not None
    return draft


def _journal_page(author: User, intervention: Intervention, words: Words) -> JournalEntry:
    text = JournalText(*(words(f"journal.{name}") for name in ("facts", "feelings", "interpretations")))
    return write_journal_entry(by=author, text=text, written_on=intervention.occurred_on, intervention=intervention)


def _sessions(structure: Structure, trainer: Person, words: Words) -> dict[str, Any]:
    """Of one training, a session for all and one for the structure's cohort; of another, one that is cancelled
    and leaves no paper."""
    training = TrainingFactory(**{name: words(f"training.{name}") for name in TRAINING}, created_by=trainer)
    told = TrainingFactory(title=words("training.title"), regime=Regime.ACCOMPANIMENT, created_by=trainer)
    texts = {name: words(f"session.{name}") for name in SESSION}
    cohort_texts = {name: words(f"cohort_session.{name}") for name in SESSION}
    cohort = CohortFactory(name=f"{words('cohort.name')} {structure.pk}", structures=[structure])
    ending = {"cancelled_at": timezone.now(), "cancelled_because": words("session.cancelled_because")}
    return {
        "training": training,
        "session": SessionFactory(training=training, trainers=[trainer], **texts),
        "cohort_session": SessionFactory(training=training, trainers=[trainer], cohort=cohort, **cohort_texts),
        "told_session": SessionFactory(training=told, trainers=[trainer], **texts, **ending),
    }


def _enrol(membership: Membership, sessions: dict[str, Any], words: Words) -> Enrolment:
    """Somebody of the structure in each session, and beside them somebody who comes on their own."""
    alone = PersonFactory(**{name: words(f"enrolled.{name}")[:30] for name in ("first_name", "last_name")})
    for session in (sessions["session"], sessions["cohort_session"]):
        EnrolmentFactory(session=session, person=alone)
    mine = {"person": membership.person, "structure": membership.structure}
    EnrolmentFactory(session=sessions["cohort_session"], **mine)
    return EnrolmentFactory(session=sessions["session"], **mine)


def _report(trajectory: Trajectory, leader: User, words: Words) -> ProgressReport:
    """Ready, with its content and its file."""
    report = ProgressReport(
        trajectory=trajectory,
        period_start=trajectory.started_on,
        period_end=timezone.localdate() + timedelta(days=1),
        requested_by=leader,
        content={"lead": words("report.content")},
        digest="0" * 64,
    )
    now = timezone.now()
    report.job = Job.objects.create(
        kind="progress_report", key=f"progress_report:{report.public_id}", state=JobState.READY, finished_at=now
    )
    file_name = f"{words('report.file_name')}.pdf"
    report.file = store_file(name=file_name, content_type="application/pdf", content=b"%PDF-1.7")
    report.save()
    return report


def _request(words: Words) -> AccompanimentRequest:
    """It belongs to no structure: whoever writes has none here yet."""
    texts = {name: words(f"request.{name}") for name in ("person_name", "structure_name", "message", "session_wanted")}
    email = f"{words('request.email')}@essai.example"
    return AccompanimentRequestFactory(**texts, email=email, phone=words("request.phone")[:30])


def _past_request(answered_by: Person, words: Words) -> AccompanimentRequest:
    now = timezone.now()
    return AccompanimentRequestFactory(
        state=RequestState.CLOSED,
        answer=words("past_request.answer"),
        answered_by=answered_by,
        answered_at=now,
        closed_reason=words("past_request.closed_reason"),
        closed_at=now,
    )
