"""What trajectories answer to the search box: accounts, trials and promises, within their circles; never a journal."""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from efc_platform.shared.search import CONFIG, FEW, Hit, matching
from trajectories.models import InterventionShare, NextStep, Trial


def find_interventions(user: User, words: str) -> Iterable[Hit]:
    """By their title or by what was written of them, for whoever may read it."""
    query = SearchQuery(words, config=CONFIG, search_type="websearch")
    rank = SearchRank(F("search"), query) + SearchRank(F("intervention__search"), query)
    shares = (
        InterventionShare.objects.readable_by(user)
        .filter(Q(search=query) | Q(intervention__search=query))
        .select_related("intervention", "trajectory__structure")
        .order_by(rank.desc(), "-occurred_on", "-pk")
    )
    return [
        Hit(
            share.intervention.heading,
            share.intervention.get_absolute_url(),
            share.trajectory.structure.name,
            share.intervention.occurred_on,
        )
        for share in shares[:FEW]
    ]


def find_trials(user: User, words: str) -> Iterable[Hit]:
    trials = matching(Trial.objects.visible_to(user), words).select_related("trajectory__structure")
    return [Hit(one.title, one.get_absolute_url(), _of(one)) for one in trials[:FEW]]


def find_next_steps(user: User, words: str) -> Iterable[Hit]:
    steps = matching(NextStep.objects.visible_to(user), words).select_related("trajectory__structure")
    return [
        Hit(one.text, reverse("next_steps", args=[one.trajectory.public_id]), _of(one), one.due_on)
        for one in steps[:FEW]
    ]


def _of(one: Trial | NextStep) -> str:
    return one.trajectory.structure.name
