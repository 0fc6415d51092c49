"""Meetings: what a round came to on each dimension, noted one after the other and never rewritten."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import Dimension, Outcome, Round, RoundView, Settlement, SettlementVoice, Viewpoint
from trajectories.notifications import tell_met
from trajectories.operations.rounds import FEWEST_VIEWS
from trajectories.permissions import can_settle


@transaction.atomic
def settle_dimension(
    *,
    by: User,
    tour: Round,
    dimension: Dimension,
    outcome: Outcome,
    expected_number: int,
    words: str = "",
    level: int | None = None,
    viewpoint: str = "",
    voices: Mapping[str, str] | None = None,
    settled_on: date | None = None,
) -> Settlement:
    """What the meeting came to: in which words they agree, which view moved and why, or each text of a disagreement.
    What was read stays as it is; a second outcome follows the first.

    `expected_number` is how many were noted when the form was opened: StaleEdit when another was since. `settled_on` is
    given only for a meeting brought in afterwards: nobody is told then.

    OperationRefused before the round is open, with a single view, or for words that are missing.
    """
    held = Round.objects.select_for_update(of=["self"]).select_related("trajectory__structure").get(pk=tour.pk)
    if not can_settle(by, held):
        raise OperationRefused("La direction, l’accompagnement et qui a écrit un des regards notent cette rencontre.")
    views = _views_met(held)
    number = held.settlements.filter(dimension=dimension).aggregate(last=Max("number"))["last"] or 0
    if number != expected_number:
        raise StaleEdit("Une issue vient d’être notée pour cette dimension\u00a0: la vôtre la suivra.")
    if outcome == Outcome.MOVED and viewpoint not in views:
        raise OperationRefused("Dites quel regard se déplace.", field="viewpoint")
    _refuse_missing(outcome, words, level)
    said = _voices(outcome, views, voices or {})
    made = Settlement.objects.create(
        round=held,
        dimension=dimension,
        number=number + 1,
        outcome=outcome,
        words=words.strip(),
        level=None if outcome == Outcome.KEPT else level,
        viewpoint=viewpoint if outcome == Outcome.MOVED else "",
        settled_on=settled_on or timezone.localdate(),
        settled_by=by.person,
    )
    SettlementVoice.objects.bulk_create(
        SettlementVoice(settlement=made, viewpoint=one, words=text) for one, text in said.items()
    )
    if settled_on is None:
        tell_met(held, by=by.person)
    return made


def _views_met(held: Round) -> list[str]:
    if not held.is_open:
        raise OperationRefused("La rencontre se tient une fois le tour ouvert.")
    views = RoundView.objects.filter(round=held, reading__sealed_at__isnull=False)
    met = list(views.values_list("viewpoint", flat=True))
    if len(met) < FEWEST_VIEWS:
        raise OperationRefused("Un seul regard est venu\u00a0: il n’y a pas d’écart dont se parler.")
    return met


def _refuse_missing(outcome: Outcome, words: str, level: int | None) -> None:
    if outcome == Outcome.AGREED and not words.strip():
        raise OperationRefused("Dites dans quels mots vous vous accordez.", field="words")
    if outcome == Outcome.MOVED and level is None:
        raise OperationRefused("Dites à quel repère ce regard se déplace.", field="level")
    if outcome == Outcome.MOVED and not words.strip():
        raise OperationRefused("Dites ce qui déplace ce regard.", field="words")


def _voices(outcome: Outcome, views: list[str], voices: Mapping[str, str]) -> dict[str, str]:
    """Of a disagreement, the text of each view that says something: two at least, for one alone agrees with itself."""
    if outcome != Outcome.KEPT:
        return {}
    said = {one.value: voices[one].strip() for one in Viewpoint if one in views and voices.get(one, "").strip()}
    if len(said) < FEWEST_VIEWS:
        raise OperationRefused("Gardez au moins deux textes, un par regard.", field=f"voice-{_missing(views, said)}")
    return said


def _missing(views: list[str], said: Mapping[str, str]) -> str:
    return next(one.value for one in Viewpoint if one in views and one not in said)
