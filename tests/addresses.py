"""What an address needs to lead to an object of a world."""

from functools import lru_cache
from typing import Any

from accounts.models import Circle
from accounts.notices import stop_url
from tests.factories.world import World
from trajectories.invitations import answer_url


def kwargs_of(about: str | None, world: World) -> dict[str, Any]:
    """The arguments of an address, from the word that the access matrix uses for its object."""
    return _known(world)[about]


# Thousands of addresses are asked about a world, and some of its objects are looked for in the database.
@lru_cache(maxsize=4)
def _known(world: World) -> dict[str | None, dict[str, Any]]:
    structure, trajectory = {"public_id": world.structure.public_id}, {"public_id": world.trajectory.public_id}
    session, cohort_session = ({"public_id": one.public_id} for one in (world.session, world.cohort_session))
    return {
        None: {},
        "key": {"uidb36": "1", "key": "choisir"},
        "terms": {"number": 1},
        "notice": {"public_id": world.notice.public_id},
        "stop": {"token": stop_url(world.notice.recipient, "steps").rstrip("/").rpartition("/")[2]},
        "letter": {"name": "20260101-080000-1"},
        "token": {"token": "choisi"},
        "passkey": {"pk": world.passkey.pk},
        "open_session": {"pk": world.open_session.pk},
        "lost_factor": {"public_id": world.lost_factor.public_id},
        "report_job": {"public_id": world.report.job.public_id},
        "structure": structure,
        "twin": {"public_id": world.twin.public_id},
        "archived": {"public_id": world.archived.public_id},
        "twins": structure | {"other_id": world.twin.public_id},
        "import": {"public_id": world.brought.public_id},
        "written_import": {"public_id": world.written_import.public_id},
        "import_csv": {"public_id": world.brought.public_id, "kind": "csv"},
        "noting": {"public_id": world.noting.public_id},
        "noted": {"public_id": world.noted.public_id},
        "noting_csv": {"public_id": world.noting.public_id, "kind": "csv"},
        "csv": {"kind": "csv"},
        "merged": {"public_id": world.merge.public_id},
        "membership": structure | {"membership_id": world.membership.pk},
        "accompaniment": structure | {"accompaniment_id": world.accompaniment.pk},
        "cohort": {"public_id": world.cohort.public_id},
        "cohort_place": {"public_id": world.cohort.public_id, "place_id": world.cohort_place.pk},
        "funding": {"public_id": world.funding.public_id},
        "funded_part": {"public_id": world.funding.public_id, "part_id": world.funded_part.pk},
        "trajectory": trajectory,
        "amendment": trajectory | {"number": 1},
        "as_board": trajectory | {"number": 0, "party": "board"},
        "signed_page": trajectory | {"signature_id": world.signed.pk},
        "agreement": {"public_id": world.agreement.public_id},
        "amended": {"public_id": world.amendment.public_id},
        "diagnosis": {"public_id": world.diagnosis.public_id},
        "proposed": {"public_id": world.proposed.public_id},
        "past": {"public_id": world.past.public_id},
        "closing": {"public_id": world.closing.public_id},
        "news": {"public_id": world.news.public_id},
        "dimension": trajectory | {"code": "D1"},
        "sealed": {"public_id": world.sealed.public_id},
        "sealed_line": {"public_id": world.sealed.public_id, "code": "D1"},
        "sealed_sign": {"public_id": world.sealed.public_id, "code": "D1", "sign": "D1.1"},
        "draft_sign": {"public_id": world.draft.public_id, "code": "D1", "sign": "D1.2"},
        "met_round": {"public_id": world.rounds["met"].public_id},
        "blind_round": {"public_id": world.rounds["blind"].public_id},
        "expected_view": {"public_id": world.rounds["blind"].public_id, "viewpoint": "team"},
        "met_dimension": {"public_id": world.rounds["met"].public_id, "code": "D1"},
        "met_reading": {"public_id": world.rounds["other"].public_id},
        "hidden": {"public_id": world.rounds["hidden"].public_id},
        "reopening": {"public_id": world.rounds["asked"].public_id},
        "settled": {"public_id": world.rounds["met"].settlements.earliest("pk").public_id},
        "workshop": {"public_id": world.workshops["running"].public_id},
        "held_workshop": {"public_id": world.workshops["held"].public_id},
        "workshop_line": _line_of(world),
        "workshop_code": {"code": world.workshops["running"].code},
        "draft": {"public_id": world.draft.public_id},
        "draft_line": {"public_id": world.draft.public_id, "code": "D1"},
        "intervention": {"public_id": world.interventions[Circle.STRUCTURE].public_id},
        "exchange": {"public_id": world.interventions[Circle.PARTICIPANTS].public_id},
        "page": {"public_id": world.page.public_id},
        "team_note": {"public_id": world.team_note.public_id},
        "remark": {"public_id": world.remark.public_id},
        "tag": {"public_id": world.tag.public_id},
        "modality": {"public_id": world.modality.public_id},
        "unfinished": {"public_id": world.unfinished.public_id},
        "trial": {"public_id": world.trial.public_id},
        "adapted": {"public_id": world.adapted.public_id},
        "phase": {"public_id": world.phase.public_id},
        "moment": {"public_id": world.moment.public_id},
        "removed_moment": {"public_id": world.removed_moment.public_id},
        "effect": {"public_id": world.what_shows.effect.public_id},
        "removed_effect": {"public_id": world.what_shows.removed_effect.public_id},
        "resource_note": {"public_id": world.what_shows.note.public_id},
        "removed_note": {"public_id": world.what_shows.removed_note.public_id},
        "verbatim": {"public_id": world.verbatim.public_id},
        "waiting": {"public_id": world.waiting_verbatim.public_id},
        "step": {"public_id": world.step.public_id},
        "report": {"public_id": world.report.public_id},
        "training": {"public_id": world.training.public_id},
        "session": session,
        "half_day": session | {"rank": 1},
        "cohort_session": cohort_session,
        "cohort_half": cohort_session | {"rank": 1},
        "told_session": {"public_id": world.told_session.public_id},
        "enrolment": {"public_id": world.enrolment.public_id},
        "request": {"public_id": world.request.public_id},
        "past_request": {"public_id": world.past_request.public_id},
        "community": {},
        **_calibrations_of(world),
        "resource": {"public_id": world.resource.public_id},
        "shared_report": {"public_id": world.shared_report.public_id},
        "draft_report": {"public_id": world.draft_report.public_id},
        "invited": {"token": f"jeton-{world.structure.pk}"},
        "invitation": {"public_id": world.invitation.public_id},
        "net_invitation": {"public_id": world.network_invitation.public_id},
        "join_link": {"code": world.join_link.code},
        "join_request": {"public_id": world.join_request.public_id},
        "person": {"public_id": world.grant.user.person.public_id},
        "grant": {"public_id": world.grant.user.person.public_id, "grant_id": world.grant.pk},
        "path": {"path": "accompagner", "step": 2},
        "member": {"public_id": world.profile.person.public_id},
        "own_profile": {},
        "profile": {"public_id": world.profile.public_id},
        "relation": {"public_id": world.relation.public_id},
        "year": structure | {"year": world.figures.year},
        "document": {"public_id": world.document.public_id},
        "conversation": {"public_id": world.conversation.public_id},
        "contribution": {"public_id": world.contribution.public_id},
        "emptied_sheet": structure | {"event_id": world.emptied_sheet, "column": "presentation"},
        "emptied_words": trajectory | {"kind": "mots", "event_id": world.emptied_words, "column": "working_question"},
        "support": {"public_id": world.support.public_id},
        "appointment": {"public_id": world.appointment.public_id},
        "feed": {"token": f"agenda-{world.structure.pk}"},
        "framework": {"number": 1},
        "framework_remark": {"public_id": world.framework_remark.public_id},
        "framework_remark_on": {"number": 1, "part": "critere", "key": "D1.1"},
        "community_dim": {"code": "D1"},
        "framework_dim": {"number": 1, "code": "D1"},
        "framework_pair": {"number": 1, "other": 1},
        "framework_draft": {"number": 2},
        "draft_origin": {"number": 2, "part": "origine", "key": "living_work"},
        "passing": trajectory | {"number": 1},
        "draft_dim": {"number": 2, "code": "D1"},
        "draft_pair": {"number": 2, "other": 1},
        "draft_part": {"number": 2, "part": "critere", "key": "D1.1"},
        "draft_under": {"number": 2, "part": "critere", "under": "living_work"},
        "draft_order": {"number": 2, "part": "critere", "key": "living_work"},
        "answer": {"token": answer_url(world.appointment.guests.latest("pk")).rstrip("/").rpartition("/")[2]},
    }


def _calibrations_of(world: World) -> dict[str | None, dict[str, Any]]:
    known = {name: {"public_id": one.public_id} for name, one in world.calibrations.items()}
    stories = {name: {"public_id": one.vignettes.earliest("pk").public_id} for name, one in world.calibrations.items()}
    return {
        **{f"calibration_{name}": found for name, found in known.items()},
        **{f"story_{name}": found for name, found in stories.items()},
        "told_part": known["told"] | {"code": "D1"},
    }


def _line_of(world: World) -> dict[str, Any]:
    held = world.workshops["held"]
    return {"public_id": held.public_id, "line_id": held.questions.get(place=0).lines.earliest("pk").pk}
