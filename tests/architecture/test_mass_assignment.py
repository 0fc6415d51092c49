"""A form sent with fields it does not have writes none of them."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle, Person, RoleGrant, User
from community.models import Contribution, ExperienceReport, SharedResource
from structures.models import Accompaniment, AccompanimentRequest, Membership, Structure
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.community import REPORT_TEXTS, RESOURCE_TEXTS
from tests.factories.world import World, furnish, give_passwords
from tests.forging import Creation, Edit, forged, rows_of
from tests.forging_agenda import AGENDA_CREATIONS, AGENDA_EDITS
from tests.forging_agreements import AGREED_CREATIONS, AGREED_EDITS
from tests.forging_calibration import CALIBRATION_CREATIONS, CALIBRATION_EDITS
from tests.forging_ecosystem import ECOSYSTEM_CREATIONS, ECOSYSTEM_EDITS
from tests.forging_effects import EFFECT_CREATIONS, EFFECT_EDITS
from tests.forging_frame import FRAME_CREATIONS, FRAME_EDITS
from tests.forging_framework import FRAMEWORK_CREATIONS, FRAMEWORK_EDITS
from tests.forging_joining import JOINING_CREATIONS, JOINING_EDITS
from tests.forging_proofs import PROOF_CREATIONS, PROOF_EDITS
from tests.forging_readings import READING_CREATIONS, READING_EDITS
from tests.forging_rounds import ROUND_CREATIONS, ROUND_EDITS
from tests.forging_story import STORY_CREATIONS, STORY_EDITS
from tests.forging_teams import TEAM_CREATIONS, TEAM_EDITS
from tests.forging_trainings import TRAINING_CREATIONS, TRAINING_EDITS
from tests.pausing import send
from trajectories.models import Intervention, InterventionShare, NextStep, ProgressReport, Reading, Trial

TODAY = timezone.localdate().isoformat()
EVENT = {"occurred_on": TODAY, "minutes": "2 h", "modality": "other", "account": "Un compte rendu.", "circle": "team"}
EVENT_COLUMNS = {
    *("occurred_on", "minutes", "modality", "added_modality_id", "title", "place", "location"),
    *("preparation_minutes", "travel_minutes"),
}


@pytest.fixture
def worlds(cast: Cast) -> tuple[World, World]:
    """A, where the form is sent, and B, towards which it would be turned."""
    me, stranger = cast.practitioner, cast.other_practitioner
    return (
        furnish(
            cast.trajectory_a,
            practitioner=me.person,
            drafted_by=me.person,
            journal_of=me,
            leader=cast.leader,
            trainer=cast.trainer.person,
        ),
        furnish(
            cast.trajectory_b,
            practitioner=stranger.person,
            drafted_by=stranger.person,
            journal_of=stranger,
            leader=cast.leader_b,
        ),
    )


def _share(world: World) -> InterventionShare:
    return world.interventions[Circle.STRUCTURE].shares.get()


EDITS = [
    Edit(
        "structure_edit",
        "structure",
        "leader",
        # The numbers of registers have keys: those that a pirate would send are refused before anything else is.
        {"name": "Alpha", "version": 1, "siret": "", "siren": "", "rna": "", "ape_code": "", "website": ""},
        lambda world: world.structure,
        {
            "name",
            "name_key",
            "search_key",
            "acronym",
            "legal_form",
            "sector",
            "functional_sphere",
            "founded_in",
            "commune_name",
            "commune_code",
        }
        | {"siret", "siren", "rna", "ape_code", "founded_on", "accreditations", "networks", "website", "address"}
        | {"postcode", "department", "region", "territory_of_action", "presentation", "version"},
    ),
    Edit(
        "request",
        "request",
        "coordinator",
        {"answer": "Voyons-nous.", "version": 1},
        lambda world: world.request,
        {"answer", "answered_by_id", "answered_at", "state", "version"},
    ),
    Edit(
        "request",
        "request",
        "coordinator",
        {"close-reason": "Doublon."},
        lambda world: world.request,
        {"closed_reason", "closed_at", "state", "version"},
    ),
    Edit(
        "words",
        "trajectory",
        "leader",
        {"aim": "Une visée", "version": 1},
        lambda world: world.trajectory,
        {"starting_words", "aim", "working_question", "lead_words", "version"},
    ),
    Edit(
        "trial",
        "trial",
        "leader",
        {"state": "kept", "learnt": "Appris", "version": 1},
        lambda world: world.trial,
        {"state", "learnt", "search", "version", "why", "moved_on"},
    ),
    Edit(
        "intervention_edit",
        "intervention",
        "practitioner",
        EVENT | {"version": 1},
        lambda world: world.interventions[Circle.STRUCTURE],
        EVENT_COLUMNS | {"search", "version"},
    ),
    Edit(
        "intervention_edit",
        "intervention",
        "practitioner",
        EVENT | {"version": 1},
        _share,
        {"minutes", "account", "decision", "open_question", "circle", "search", "occurred_on"},
    ),
    Edit(
        "journal_entry",
        "page",
        "practitioner",
        {"facts": "Faits", "written_on": TODAY, "version": 1},
        lambda world: world.page,
        {"written_on", "key_id", "sealed_text", "updated_at", "version"},
    ),
    Edit(
        "experience_report_edit",
        "draft_report",
        "practitioner",
        {"title": "Un retour", "version": 1},
        lambda world: world.draft_report,
        {*REPORT_TEXTS, "modality", "phase", "structure_id", "search", "version"},
    ),
    Edit(
        "experience_report_share",
        "draft_report",
        "practitioner",
        {"is_about_structure": "no", "version": 1},
        lambda world: world.draft_report,
        {"is_about_structure", "state", "shared_at", "version"},
    ),
    Edit(
        "experience_report_withdraw",
        "shared_report",
        "practitioner",
        {},
        lambda world: world.shared_report,
        {"state", "shared_at", "consent_on", "consent_scope", "version"},
    ),
    Edit(
        "contribution_edit",
        "contribution",
        "practitioner",
        {"text": "Un autre texte", "version": 2},
        lambda world: world.contribution,
        {"text", "linked_report_id", "linked_resource_id", "edited_at", "search", "version"},
    ),
    Edit(
        "contribution_withdraw",
        "contribution",
        "practitioner",
        {},
        lambda world: world.contribution,
        {"withdrawn_at", "version"},
    ),
    Edit(
        "resource_edit",
        "resource",
        "other_practitioner",
        {
            "kind": "tool",
            "title": "Une fiche",
            "status": "trial",
            "intention": "Voir",
            "usage": "Regarder",
            "version": 1,
        },
        lambda world: world.resource,
        {"kind", "status", *RESOURCE_TEXTS, "edited_by_id", "edited_at", "search", "version"},
    ),
    Edit(
        "identity",
        None,
        "leader",
        {"first_name": "Nadia", "last_name": "", "gender": "f", "phone": "", "version": 1},
        lambda world: world.report.requested_by.person,
        {"first_name", "last_name", "gender", "phone", "version"},
    ),
    Edit("reading_seal", "draft", "practitioner", {}, lambda world: world.draft, {"sealed_at", "shared_at", "version"}),
    Edit("next_step_done", "step", "leader", {}, lambda world: world.step, {"done_at", "done_by_id", "version"}),
    Edit("member_end", "membership", "leader", {}, lambda world: world.membership, {"until"}),
    Edit("practitioner_end", "accompaniment", "coordinator", {}, lambda world: world.accompaniment, {"until"}),
    Edit("report_retry", "report", "leader", {}, lambda world: world.report),
    Edit("job_retry", "report_job", "coordinator", {}, lambda world: world.report.job),
]
EVERY_EDIT = [
    *CALIBRATION_EDITS,
    *(EDITS + ECOSYSTEM_EDITS + TRAINING_EDITS + JOINING_EDITS + PROOF_EDITS + FRAME_EDITS + AGREED_EDITS),
    *(TEAM_EDITS + STORY_EDITS + FRAMEWORK_EDITS + EFFECT_EDITS + AGENDA_EDITS + ROUND_EDITS + READING_EDITS),
]


@pytest.mark.parametrize("edit", EVERY_EDIT, ids=lambda edit: edit.address)
def test_edit_form_rewrites_only_its_own_columns(cast, worlds, signed_in, edit):
    ours, theirs = worlds
    row = edit.row(ours)
    rows = type(row)._default_manager.filter(pk=row.pk)
    before = rows.values().get()
    sent = edit.sent | edit.sent_of(ours)
    extra = forged(type(row), edit.changes | set(sent), rows_of(theirs, cast))
    assert extra
    address = reverse(edit.address, kwargs=kwargs_of(edit.about, ours))
    assert send(signed_in(cast.users[edit.by]), address, extra | sent).status_code == 302
    after = rows.values().get()
    assert {name for name in before if before[name] != after[name]} <= edit.changes


CREATIONS = [
    Creation(
        "structure_new",
        None,
        "coordinator",
        lambda cast, world: {"name": "Nouvelle"},
        Structure,
        lambda cast, world: {"version": 1, "commune_code": ""},
    ),
    Creation(
        "ask_for_support",
        None,
        "nobody",
        lambda cast, world: {"person_name": "Léa", "message": "Bonjour.", "phone": "06 39 98 12 34"},
        AccompanimentRequest,
        lambda cast, world: {
            "state": "received",
            "session_wanted": "",
            "answer": "",
            "answered_by": None,
            "closed_reason": "",
            "version": 1,
        },
    ),
    Creation(
        "member_add",
        "structure",
        "leader",
        lambda cast, world: {"first_name": "Nouvelle", "role": "staff"},
        Membership,
        lambda cast, world: {"structure": world.structure, "since": timezone.localdate(), "until": None},
    ),
    Creation(
        "practitioner_add",
        "structure",
        "coordinator",
        lambda cast, world: {"practitioner": cast.other_practitioner.person.pk},
        Accompaniment,
        lambda cast, world: {"structure": world.structure, "since": timezone.localdate(), "until": None},
    ),
    Creation(
        "trials",
        "trajectory",
        "leader",
        lambda cast, world: {"title": "Un essai", "state": "running"},
        Trial,
        lambda cast, world: {"trajectory": world.trajectory, "learnt": "", "ended_on": None, "version": 1},
    ),
    Creation(
        "next_steps",
        "trajectory",
        "leader",
        lambda cast, world: {"text": "Une promesse"},
        NextStep,
        lambda cast, world: {"trajectory": world.trajectory, "owner": None, "done_at": None, "trial": None},
    ),
    Creation(
        "reading_new",
        "trajectory",
        "leader",
        lambda cast, world: {"viewpoint": "direction", "read_on": TODAY, "client_key": uuid.uuid4()},
        Reading,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.leader.person, "sealed_at": None},
    ),
    Creation(
        "intervention_new",
        None,
        "practitioner",
        lambda cast, world: EVENT | {"trajectory": world.trajectory.public_id, "client_key": uuid.uuid4()},
        Intervention,
        lambda cast, world: {"created_by": cast.practitioner.person, "version": 1},
    ),
    Creation(
        "experience_report_new",
        None,
        "practitioner",
        lambda cast, world: {"title": "Un retour"},
        ExperienceReport,
        lambda cast, world: {
            "created_by": cast.practitioner.person,
            "state": "draft",
            "shared_at": None,
            "consent_on": None,
            "version": 1,
        },
    ),
    Creation(
        "contribution_new",
        "shared_report",
        "other_practitioner",
        lambda cast, world: {"kind": "question", "text": "Qui était là ?"},
        Contribution,
        lambda cast, world: {
            "report": world.shared_report,
            "author": cast.other_practitioner.person,
            "answers_to": None,
            "edited_at": None,
            "withdrawn_at": None,
            "version": 1,
        },
    ),
    Creation(
        "contribution_answer",
        "contribution",
        "other_practitioner",
        lambda cast, world: {"text": "Toute l’équipe."},
        Contribution,
        lambda cast, world: {
            "report": world.contribution.report,
            "author": cast.other_practitioner.person,
            "kind": "answer",
            "answers_to": world.contribution,
            "linked_report": None,
            "version": 1,
        },
    ),
    Creation(
        "resource_new",
        None,
        "practitioner",
        lambda cast, world: {
            "kind": "tool",
            "title": "Un outil",
            "status": "trial",
            "intention": "Voir",
            "usage": "Regarder",
        },
        SharedResource,
        lambda cast, world: {"edited_by": cast.practitioner.person, "version": 1},
    ),
    Creation(
        "reports",
        "trajectory",
        "leader",
        lambda cast, world: {"period_start": "2024-01-15", "period_end": TODAY},
        ProgressReport,
        lambda cast, world: {
            "trajectory": world.trajectory,
            "requested_by": cast.leader,
            "file": None,
            "content": None,
        },
    ),
]
EVERY_CREATION = [
    *(CREATIONS + AGENDA_CREATIONS + ECOSYSTEM_CREATIONS + TRAINING_CREATIONS + JOINING_CREATIONS),
    *(PROOF_CREATIONS + FRAME_CREATIONS + TEAM_CREATIONS + AGREED_CREATIONS + STORY_CREATIONS),
    *(FRAMEWORK_CREATIONS + EFFECT_CREATIONS + ROUND_CREATIONS + READING_CREATIONS),
    *CALIBRATION_CREATIONS,
]


@pytest.mark.parametrize(
    "creation",
    EVERY_CREATION,
    ids=lambda creation: creation.address,
)
def test_creation_form_decides_alone_of_its_hidden_columns(cast, worlds, signed_in, creation):
    ours, theirs = worlds
    sent = creation.sent(cast, ours)
    known = set(creation.model.objects.values_list("pk", flat=True))
    client, address = (
        signed_in(cast.users[creation.by]),
        reverse(creation.address, kwargs=kwargs_of(creation.about, ours)),
    )
    extra = forged(creation.model, set(client.get(address).context["form"].fields), rows_of(theirs, cast))
    assert send(client, address, extra | sent).status_code == 302
    made = creation.model.objects.exclude(pk__in=known).get()
    held = creation.holds(cast, ours)
    assert {name: getattr(made, name) for name in held} == held
    assert made.pk != extra["id"]
    assert getattr(made, "public_id", None) != uuid.UUID(int=7)


def accepting() -> set[str]:
    """The addresses that somebody may send a form to."""
    shut = {403, 404, 405, None}
    return {line.address for line in MATRIX if line.method == "POST" and not set(line.statuses.values()) <= shut}


# They hold a password or a session, and no row of ours: tests/accounts/ holds them to their fields.
OF_ALLAUTH = ("account_", "mfa_")
# Their fields are a token, a password or a yes: tests/accounts/ forges them one by one.
FORGED_ELSEWHERE = {"confirm_address", "invitation", "lost_factor", "lost_factor_request", "open_session_end"} | {
    *("notice_open", "notices_read", "notice_rhythms", "mails_stop", "appointment_answer", "agenda_address"),
    # Sealed, whatever its fields are: tests/efc_platform/test_drafts.py.
    "draft_keep",
    # A button, or a phone's choice, and no column: tests/trajectories/test_workshop_pages.py.
    *("workshop_move", "workshop_reading", "workshop_line_drop", "workshop_phone", "reopening_agree"),
    # Buttons, and no column: tests/community/test_calibration_pages.py.
    *("calibration_open", "calibration_close", "calibration_finish", "vignette_remove"),
    # They take their row away.
    *("draft_drop", "tag_drop", "framework_drop", "framework_remove"),
    # They have no field of a row, and no second draft may stand: tests/trajectories/test_framework_views.py.
    *("framework_import", "framework_order", "framework_retire", "framework_start", "trajectory_pass"),
    # Two take their row away, the other is a yes or a no: tests/structures/, tests/trajectories/.
    *("document_remove", "member_presides", "phase_remove"),
}


def test_every_form_is_forged():
    """A new form is refused until it stands above, with the columns that it may write."""
    known = {one.address for one in (*EVERY_EDIT, *EVERY_CREATION)}
    assert {
        address for address in accepting() - known - FORGED_ELSEWHERE if not address.startswith(OF_ALLAUTH)
    } == set()
    assert known <= accepting(), "forged, and sent nowhere"


def test_password_forms_change_nothing_but_the_password(cast, signed_in):
    give_passwords([cast.leader])
    client, rows = signed_in(cast.leader), User.objects.filter(pk=cast.leader.pk)
    before, extra = rows.values().get(), forged(User, {"password"}, {Person: cast.practitioner.person})
    assert {"email", "is_active", "person_id"} <= set(extra)
    words = {"oldpassword": "une phrase de passe", "password1": "une autre phrase longue"}
    sent = client.post(reverse("account_change_password"), extra | words | {"password2": words["password1"]})
    assert sent.status_code == 302
    after = rows.values().get()
    assert {name for name in before if before[name] != after[name]} == {"password"}
    assert not RoleGrant.objects.filter(user=cast.leader).exists()


def test_field_repeated_in_the_address_or_in_the_form_is_not_read_twice(cast, worlds, signed_in):
    """The form alone counts, and its last word; what the address adds is no answer."""
    ours, theirs = worlds
    client, address = signed_in(cast.leader), reverse("words", args=[ours.trajectory.public_id])
    sent = "version=1&aim=premier&aim=dernier"
    asked = f"{address}?aim=adresse&version=7&public_id={theirs.trajectory.public_id}"
    kind = "application/x-www-form-urlencoded"
    assert client.post(asked, sent, content_type=kind).status_code == 302
    ours.trajectory.refresh_from_db()
    assert ours.trajectory.aim == "dernier"
    assert ours.trajectory.version == 2
