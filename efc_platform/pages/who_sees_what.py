"""« Qui voit quoi »: the table of acts that the rules themselves read, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import TABLE, Act, Standing

_ALONE = [(frozenset({one}), str(one.label)) for one in Standing]
# In the order in which they are said; those that go together are said in one word.
_SAID = [
    *_ALONE[:2],
    (
        frozenset({Standing.LEADER, Standing.BOARD, Standing.STAFF, Standing.VOLUNTEER}),
        "toutes les personnes de la structure",
    ),
    (frozenset({Standing.PRACTITIONER, Standing.TRAINER, Standing.MEMBER}), "toute la communauté"),
    *_ALONE[2:],
]


@dataclass(frozen=True)
class Line:
    label: str
    open_to: list[str]


@dataclass(frozen=True)
class Group:
    heading: str
    lines: list[Line]


def in_words(standings: frozenset[Standing]) -> list[str]:
    told: list[str] = []
    left = standings
    for some, words in _SAID:
        if some <= left:
            left, told = left - some, [*told, words]
    return told


def groups(place: Standing | None) -> Iterator[Group]:
    """The table under its headings; from one place, what is open to it only."""

    def shows(one: Act) -> bool:
        return place is None or not one.open_to.isdisjoint({place, Standing.SIGNED_IN})

    for part in sorted(TABLE, key=lambda part: part.rank):
        lines = [Line(one.label, in_words(one.open_to)) for one in part.acts.values() if shows(one)]
        if lines:
            yield Group(part.heading, lines)


# Open to all: whoever is invited may read it before saying yes.
@login_not_required
@require_safe
def who_sees_what(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("place", "")
    place = Standing(asked) if asked in Standing.values else None
    context = {"groups": list(groups(place)), "place": place, "places": list(Standing)}
    return render(request, "pages/who_sees_what.html", context)
