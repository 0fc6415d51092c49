"""Who finds which words, by how they stand towards the structure they are about; the crawl compares with this."""

from accounts.models import Circle
from tests.factories.agreements import CONTRACT, DRAFTED, PROPOSED, SHARED
from tests.factories.community import REPORT_TEXTS, RESOURCE_TEXTS
from tests.factories.story import REMOVED, TRIED, WAITING
from tests.factories.structures import DOCUMENT
from tests.factories.world import SESSION, SHEET_COLUMNS, TRAINING

SHEET = {
    "actor.name",
    "cohort.name",
    "figures.beneficiaries_words",
    "membership.function",
    # The name of a sheet that was made one with this one, in its history.
    "merged.name",
    "person.first_name",
    "person.last_name",
    *(f"structure.{name}" for name in (*SHEET_COLUMNS, "name", "presentation", "website")),
}
# That something takes place is seen with the trajectory, by coordination too.
EVENTS = {"appointment.place"}
TOLD = {
    *SHARED,
    "appointment.cancelled_because",
    "appointment.link",
    "appointment.subject",
    "criterion.evidence",
    "criterion.next_question",
    "criterion.observed_fact",
    "next_step.text",
    "sealed.evidence",
    "sealed.next_question",
    "sealed.observed_fact",
    "trajectory.aim",
    "trajectory.starting_words",
    "trajectory.working_question",
    "workshop_line.text",
    *("met.observed_fact", "met_too.observed_fact", "reopening.why", "settlement.words", "view.left_out_why"),
    *("voice.words.accompaniment", "voice.words.direction"),
    *TRIED,
}
# Words that only those who write them open on a page; the report prints them.
LEAD = {"trajectory.lead_words"}
DRAFT = {"draft.evidence", "draft.next_question", "draft.observed_fact"}
# Sealed in a round that is not open: whoever wrote it.
HIDDEN = {"hidden.observed_fact"}
JOURNAL = {
    *("journal.facts", "journal.feelings", "journal.interpretations"),
    *("unfinished.account", "unfinished.facts", "unfinished.heading"),
}
# A word that somebody put on what they lead, for themselves; what they found in a story that is read blind.
OWN = {"own_tag.name", "vignette_answer.words"}
# What strangers write to the coordination, and what it answers them.
REQUESTS = {
    *(f"request.{name}" for name in ("email", "message", "person_name", "phone", "session_wanted", "structure_name")),
    "past_request.answer",
    "past_request.closed_reason",
}
# What is taught, and where for whoever wants to come, everybody with an account reads.
CATALOGUE = {f"training.{name}" for name in TRAINING} | {f"session.{name}" for name in (*SESSION, "cancelled_because")}
COHORT = {f"cohort_session.{name}" for name in SESSION}
# What those who travel together say to each other, and who pays for it; the file of the operation is coordination's.
TRAVELLING = {"cohort.presentation", "cohort_message.text", "funding.name", "funding.funder"}
# What somebody who accompanies leaves to those who do, and to nobody else.
HANDED = {"handover.note", "team_note.preparation", "team_note.debrief", "tag.name"}
FUNDED = {"funding.purpose", "funding.reference"}
# What the community shares; those who direct the structure it comes from read it too, sheets aside.
DEBATED = {f"shared_report.{name}" for name in REPORT_TEXTS} | {
    "answer.text",
    "contribution.earlier",
    "contribution.text",
}
# An exercise is read once it is open.
READ_STATES = ("open", "closed")
PROFILE = {f"profile.{name}" for name in ("work", "territory", "help")}
# Stories that the community reads blind, and the words of them that were given, once enough people have finished.
TO_READ = {
    f"{name}.{state}" for name in ("calibration.title", "vignette.title", "vignette.text") for state in READ_STATES
}
CALIBRATED = TO_READ | {"calibration_line.text"}
COMPOSED = {f"{name}.draft" for name in ("calibration.title", "vignette.title", "vignette.text")}
COMMUNITY = CALIBRATED | DEBATED | PROFILE | {f"resource.{name}" for name in RESOURCE_TEXTS}
# Between whoever wrote and those in charge to whom they did: nobody else of the structure, nor its other practitioners.
BETWEEN_US = {"message.subject", "message.text", "reply.text"}
# What the authors of a report know of it, the structure's agreement aside.
SIGNED = {"draft_report.context", "draft_report.title", "shared_report.consent_scope"}
# Of a structure that one has nothing to do with, the lists and the choices of the community tell this much.
LISTED = {
    "resource.intention",
    "resource.title",
    "shared_report.context",
    "shared_report.title",
    *(f"calibration.title.{state}" for state in READ_STATES),
} | PROFILE
# What one says of the words of the référentiel: its author and coordination, who answers.
REMARKED = {"framework_answered.answer", "framework_answered.text", "framework_remark.text"}
# Why the coordination opened a text: whoever leads the structure and accompanies it reads it. Why it asks to take
# somebody's place, that person alone. They write the diagnosis too.
LOOKED = {"opening.reason"} | DRAFTED
PAUSED = {"pause.reason"}
IN_COMMUNITY = {"practitioner", "other_practitioner", "former_practitioner", "trainer", "member"}
# Somebody who comes on their own, to a session for all and to the cohort's.
ENROLLED = {"enrolled.first_name", "enrolled.last_name"}
# Shown by no page yet: whoever shows one of them says here to whom.
# What a phone answered, that phone alone shows again.
NOWHERE = {"workshop_answer.line", "merge.changed", "report.content", "offer.function", "invitation.words"}
# Who is expected in the structure and how its people are reached, and who asks to come in.
EXPECTED = {f"invitation.{name}" for name in ("email", "first_name", "last_name")} | {"person.email", "person.phone"}
ASKING = {f"join_request.{name}" for name in ("email", "first_name", "last_name", "words")}
NETWORK = {"held.first_name", "network_invitation.email"}
# A file of structures and its lines, for whoever brings them.
# A file of past interventions is read by whoever brought it.
NOTED = {f"{name}.{part}" for name in ("noting", "noted") for part in ("file_name", "cell", "reason")}
BROUGHT = {f"{name}.{part}" for name in ("brought", "written") for part in ("file_name", "cell", "reason")}


def of_circle(circle: Circle) -> set[str]:
    texts = {f"share.{name}.{circle}" for name in ("account", "decision", "open_question")}
    texts |= {"remark.text", "answered.text", "answered.answer"} if circle == Circle.STRUCTURE else set()
    promised = {"next_step.text.participants"} if circle == Circle.PARTICIPANTS else set()
    return (
        texts
        | {f"participation.words.{circle}", f"intervention.title.{circle}", f"intervention.location.{circle}"}
        | promised
    )


# What is said of others on the map of the ecosystem, and documents: coordination sees the map, not these words.
# The story of a structure says that an experience of it was shared.
RELATIONS = {"relation.contributes", "relation.receives", "shared_report.title"} | DOCUMENT
INSIDE = SHEET | TRAVELLING | RELATIONS | EVENTS | TOLD | of_circle(Circle.STRUCTURE) | COHORT | CATALOGUE
DIRECTED = INSIDE | CONTRACT | PROPOSED | LEAD | of_circle(Circle.DIRECTION) | {"report.file_name"}
READS = {
    "practitioner": DIRECTED
    | PAUSED
    | of_circle(Circle.TEAM)
    | of_circle(Circle.PARTICIPANTS)
    | HIDDEN
    | JOURNAL
    | OWN
    | COMMUNITY
    | SIGNED
    | BETWEEN_US
    | EXPECTED
    | ASKING
    | LOOKED
    | REMOVED
    | WAITING
    | NOTED
    | HANDED,
    "other_practitioner_of_b": DIRECTED
    | PAUSED
    | of_circle(Circle.TEAM)
    | COMMUNITY
    | EXPECTED
    | ASKING
    | LOOKED
    | REMOVED
    | HANDED,
    # What their structure agreed to, its leaders and its board find among their agreements.
    "leader": DIRECTED
    | REMARKED
    | BETWEEN_US
    | DRAFT
    | DEBATED
    | EXPECTED
    | ASKING
    | LOOKED
    | REMOVED
    | {"shared_report.consent_scope", "passkey.name", "support.reason", "notice.title"},
    "board": DIRECTED | DEBATED | {"shared_report.consent_scope"},
    # The one of the team who took part in the exchange space; whoever directs the structure did not.
    "staff": INSIDE | of_circle(Circle.PARTICIPANTS),
    "volunteer": INSIDE,
    "coordinator": SHEET
    | CALIBRATED
    | COMPOSED
    | REMARKED
    | CONTRACT
    | {"twin.presentation", "archived.archive_reason"}
    | BROUGHT
    | TRAVELLING
    | FUNDED
    | PAUSED
    | EVENTS
    | REQUESTS
    | CATALOGUE
    | COHORT
    | ENROLLED
    | EXPECTED
    | NETWORK,
    "trainer": CATALOGUE
    | COMMUNITY
    | COHORT
    | ENROLLED
    | {"cohort.name", "person.first_name", "person.last_name", "structure.name"},
}
