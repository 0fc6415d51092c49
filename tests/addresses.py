"""What an address needs to lead to an object of a world."""

from typing import Any

from accounts.models import Circle
from accounts.notices import stop_url
from tests.factories.world import World


def kwargs_of(about: str | None, world: World) -> dict[str, Any]:
    """The arguments of an address, from the word that the access matrix uses for its object."""
    structure, trajectory = {"public_id": world.structure.public_id}, {"public_id": world.trajectory.public_id}
    session, cohort_session = ({"public_id": one.public_id} for one in (world.session, world.cohort_session))
    known: dict[str | None, dict[str, Any]] = {
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
        "structure": structure,
        "twin": {"public_id": world.twin.public_id},
        "archived": {"public_id": world.archived.public_id},
        "twins": structure | {"other_id": world.twin.public_id},
        "import": {"public_id": world.brought.public_id},
        "written_import": {"public_id": world.written_import.public_id},
        "import_csv": {"public_id": world.brought.public_id, "kind": "csv"},
        "csv": {"kind": "csv"},
        "merged": {"public_id": world.merge.public_id},
        "membership": structure | {"membership_id": world.membership.pk},
        "accompaniment": structure | {"accompaniment_id": world.accompaniment.pk},
        "cohort": {"public_id": world.cohort.public_id},
        "cohort_place": {"public_id": world.cohort.public_id, "place_id": world.cohort_place.pk},
        "funding": {"public_id": world.funding.public_id},
        "funded_part": {"public_id": world.funding.public_id, "part_id": world.funded_part.pk},
        "trajectory": trajectory,
        "dimension": trajectory | {"code": "D1"},
        "sealed": {"public_id": world.sealed.public_id},
        "sealed_line": {"public_id": world.sealed.public_id, "code": "D1"},
        "draft": {"public_id": world.draft.public_id},
        "draft_line": {"public_id": world.draft.public_id, "code": "D1"},
        "intervention": {"public_id": world.interventions[Circle.STRUCTURE].public_id},
        "exchange": {"public_id": world.interventions[Circle.PARTICIPANTS].public_id},
        "page": {"public_id": world.page.public_id},
        "trial": {"public_id": world.trial.public_id},
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
        "conversation": {"public_id": world.conversation.public_id},
        "contribution": {"public_id": world.contribution.public_id},
        "emptied_sheet": structure | {"event_id": world.emptied_sheet, "column": "presentation"},
        "emptied_words": trajectory | {"kind": "mots", "event_id": world.emptied_words, "column": "working_question"},
        "support": {"public_id": world.support.public_id},
    }
    return known[about]
