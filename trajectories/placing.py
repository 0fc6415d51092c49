"""Where each line of a file of past interventions belongs: its trajectory, who led it, whether it is there already."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

from django.utils.formats import date_format

from accounts.models import User
from efc_platform.shared.columns import plain
from structures.models import Accompaniment, Structure
from trajectories.imports import day_said
from trajectories.models import InterventionLine, InterventionShare, LineOutcome, Trajectory
from trajectories.permissions import can_import_for_others, can_import_interventions

_BETWEEN = re.compile(r"\s*[,;/&\n]\s*|\s+et\s+")
# Beyond, looking for a name that is near would compare thousands with thousands.
FEW_ENOUGH = 300
Key = tuple[int, date, int, bytes]


class Misplaced(Exception):
    """The line belongs nowhere yet; the message is what there is to mend."""


@dataclass
class _Known:
    """A structure of those that the person may bring interventions of."""

    pk: int
    name: str
    trajectories: list[Trajectory] = field(default_factory=list)
    practitioners: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


class Placing:
    """Read once for a whole file: the structures, trajectories and people that its lines may be of. Those whom one
    accompanies; for the coordination, everybody's."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.is_for_others = can_import_for_others(by)
        scope = Structure.objects.all() if self.is_for_others else Structure.objects.accompanied_by(by)
        if not can_import_interventions(by):
            scope = scope.none()
        self._by_word: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._known: dict[int, _Known] = {}
        self._above: dict[Key, int] = {}
        self._read_structures(scope)
        self._read_trajectories(scope)
        self._read_practitioners(scope)

    def _read_structures(self, scope: Any) -> None:
        columns = ("pk", "name", "acronym", "siret", "rna", "commune_name")
        for pk, name, acronym, siret, rna, commune in scope.values_list(*columns).iterator():
            self._known[pk] = _Known(pk, name)
            names = {plain(name), plain(acronym), plain(f"{name} {commune}")}
            for kind, words in (("siret", {siret}), ("rna", {rna}), ("name", names)):
                for word in words - {""}:
                    self._by_word[kind, word].add(pk)
        self._names = [word for kind, word in self._by_word if kind == "name"]

    def _read_trajectories(self, scope: Any) -> None:
        known = Trajectory.objects.filter(structure__in=scope).only("structure", "started_on", "closed_on")
        for trajectory in known.order_by("started_on", "pk").iterator():
            self._known[trajectory.structure_id].trajectories.append(trajectory)

    def _read_practitioners(self, scope: Any) -> None:
        columns = ("structure", "practitioner", "practitioner__first_name", "practitioner__last_name")
        held = Accompaniment.objects.filter(structure__in=scope).order_by().values_list(*columns)
        for structure, person, first, last in held.iterator():
            for name in (f"{first} {last}", f"{last} {first}"):
                self._known[structure].practitioners[plain(name)].add(person)

    def place(self, lines: Sequence[InterventionLine]) -> None:
        """Says of each of these lines what it becomes. Several lines of one day and one text are one intervention."""
        placed = []
        for line in lines:
            try:
                known = self._structure(line.sheet)
                line.trajectory = self._trajectory(known, day_said(line.sheet))
                line.led_by = self._led_by(known, line.sheet.get("led_by", ""))  # type: ignore[attr-defined]
            except Misplaced as why:
                line.outcome, line.reason, line.trajectory = LineOutcome.REFUSED, str(why), None
            else:
                placed.append((line, known.pk))
        there = _there({known for _line, known in placed}, {day_said(line.sheet) for line, _known in placed})
        for line, known_pk in placed:
            self._compare(line, _key(known_pk, line.sheet), there)

    def _compare(self, line: InterventionLine, key: Key, there: set[Key]) -> None:
        line.outcome, line.reason = LineOutcome.CREATE, ""
        if key in there:
            line.outcome, line.reason = LineOutcome.SAME, "Déjà notée, ce jour-là, avec cette durée et ce texte"
        elif (above := self._above.setdefault(key, line.number)) != line.number:
            line.outcome, line.reason = LineOutcome.SAME, f"La même que la ligne {above} de ce fichier"

    def _structure(self, sheet: dict[str, Any]) -> _Known:
        """By its number first, as the registers give one to each; then by its name, its acronym."""
        for kind in ("siret", "rna"):
            if found := self._by_word.get((kind, sheet.get(kind, ""))):
                return self._known[min(found)]
        said = sheet.get("structure", "")
        found = self._by_word.get(("name", plain(said)), set())
        if len(found) == 1:
            return self._known[next(iter(found))]
        raise Misplaced(self._unknown(said or sheet.get("siret") or sheet.get("rna", ""), len(found)))

    def _unknown(self, said: str, found: int) -> str:
        if found:
            many = f"{found} structures se nomment «\u00a0{said}\u00a0»"
            return f"{many}\u00a0: ajoutez son SIRET, ou sa commune après son nom"
        whose = "La plateforme ne connaît" if self.is_for_others else "Vous n’accompagnez"
        near = get_close_matches(plain(said), self._names, n=1, cutoff=0.75) if len(self._names) <= FEW_ENOUGH else []
        names = [self._known[min(self._by_word["name", one])].name for one in near]
        hint = f"\u00a0: est-ce «\u00a0{names[0]}\u00a0»\u00a0?" if names else ""
        return f"{whose} aucune structure nommée «\u00a0{said}\u00a0»{hint}"

    def _trajectory(self, known: _Known, day: date) -> Trajectory:
        """The one under way that day; before the first one began, that one: memory goes further back than files."""
        if not known.trajectories:
            raise Misplaced(f"{known.name} n’a pas encore de trajectoire\u00a0: ouvrez-la d’abord depuis sa fiche")
        still = [one for one in known.trajectories if one.closed_on is None or day <= one.closed_on]
        if not still:
            ended = date_format(max(one.closed_on for one in known.trajectories if one.closed_on))
            raise Misplaced(
                f"{known.name}\u00a0: sa trajectoire est close depuis le {ended}, et cette date vient après"
            )
        begun = [one for one in still if one.started_on <= day]
        return begun[-1] if begun else still[0]

    def _led_by(self, known: _Known, said: str) -> list[int]:
        """Those named; without a name, whoever brings the file. Each accompanies the structure, or did."""
        mine = self.by.person_id
        everybody = {person for people in known.practitioners.values() for person in people}
        names = [name for name in _BETWEEN.split(said) if name.strip()]
        if not names and mine in everybody:
            return [mine]
        if not names:
            raise Misplaced("Dites qui l’a menée, dans une colonne «\u00a0Menée par\u00a0»")
        led = list(dict.fromkeys(self._person(known, name) for name in names))
        if mine not in led and not self.is_for_others:
            raise Misplaced(
                f"Menée par {said}, sans vous\u00a0: cette personne l’importe elle-même, ou la coordination"
            )
        return led

    def _person(self, known: _Known, name: str) -> int:
        found = known.practitioners.get(plain(name), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Misplaced(f"Deux personnes qui accompagnent {known.name} se nomment {name}\u00a0: notez-la à la main")
        raise Misplaced(
            f"{name} n’accompagne pas {known.name}, ni ne l’a accompagnée\u00a0: écrivez plutôt son nom dans "
            "«\u00a0Avec qui\u00a0»"
        )


def _key(structure: int, sheet: dict[str, Any]) -> Key:
    return (structure, day_said(sheet), sheet["minutes"], _digest(sheet.get("account", ""), sheet.get("title", "")))


def _digest(account: str, title: str) -> bytes:
    """What was written, signs and capitals aside; the account, or the one line that holds its place."""
    return sha256(plain(account or title).encode()).digest()


def _there(structures: Iterable[int], days: Iterable[date]) -> set[Key]:
    """What is noted already of these structures on these days."""
    noted = InterventionShare.objects.filter(
        trajectory__structure__in=list(structures), intervention__occurred_on__in=list(days)
    )
    columns = ("trajectory__structure", "intervention__occurred_on", "intervention__minutes", "minutes")
    rows = noted.order_by().values_list(*columns, "account", "intervention__title").iterator()
    return {
        (structure, day, minutes, _digest(account, title))
        for structure, day, whole, part, account, title in rows
        for minutes in (whole, part)
    }
