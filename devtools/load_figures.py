"""The arithmetic of `make load`: what each page took, whether memory is flat, and the tables that say so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

# A run shorter than this says nothing of memory, nor of a site that slows down as it goes.
LONG_ENOUGH = 300
MINUTE = 60
# What the site's memory may gain between the second minute and the end; what p95 may gain from the first two minutes to
# the last.
GROWTH, SLOWER = 0.10, 1.2
# A process that prints gains a little with each report, and is renewed after fifty.
GROWTH_OF_PRINTING = 0.30
MOST_CONNECTIONS = 20


@dataclass(frozen=True)
class Asked:
    """One request: when it ended (seconds since the run began), which page, how long it took, why it is an error."""

    moment: float
    name: str
    milliseconds: float
    problem: str = ""


@dataclass(frozen=True)
class Held:
    """At one moment of the run: resident bytes of the site's processes and of the workers', connections open."""

    moment: float
    site: int
    worker: int
    connections: int


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that such a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else 0.0


def p95(asked: Sequence[Asked]) -> float:
    return percentile([one.milliseconds for one in asked], 0.95)


def by_page(asked: Sequence[Asked]) -> Iterator[str]:
    """The table, a line for each page and one for them all."""
    yield f"{'page':<34}{'demandes':>9}{'échecs':>8}{'médiane':>9}{'p95':>8}{'p99':>8}  ms"
    names = sorted({one.name for one in asked})
    for name, some in [*((name, [one for one in asked if one.name == name]) for name in names), ("toutes", asked)]:
        times = [one.milliseconds for one in some]
        figures = "".join(
            f"{percentile(times, share):>{width}.0f}" for share, width in ((0.5, 9), (0.95, 8), (0.99, 8))
        )
        yield f"{name:<34}{len(some):>9}{sum(bool(one.problem) for one in some):>8}{figures}"


@dataclass(frozen=True)
class Memory:
    """What a kind of process held: at one minute, in the second minute, at the end (medians, in bytes)."""

    name: str
    at_one_minute: int
    in_second_minute: int
    at_end: int
    # At the end of each minute, which says whether what grew has stopped to.
    by_minute: tuple[int, ...] = ()
    may_gain: float = GROWTH

    @classmethod
    def of(cls, name: str, samples: Sequence[tuple[float, int]], may_gain: float = GROWTH) -> "Memory":
        """Of samples (moment, bytes): processes are renewed and collect their garbage, so a minute is looked at."""
        last = samples[-1][0]
        second = [held for moment, held in samples if MINUTE <= moment < 2 * MINUTE] or [samples[0][1]]
        ending = [held for moment, held in samples if moment > last - MINUTE]
        at_one = next((held for moment, held in samples if moment >= MINUTE), samples[-1][1])
        minutes = {int(moment // MINUTE): held for moment, held in samples}
        return cls(name, at_one, int(median(second)), int(median(ending)), tuple(minutes.values()), may_gain)

    @property
    def growth(self) -> float:
        return self.at_end / self.in_second_minute - 1

    @property
    def is_flat(self) -> bool:
        return self.growth <= self.may_gain

    def __str__(self) -> str:
        held = "".join(f"{value / 1e6:>12.0f}" for value in (self.at_one_minute, self.in_second_minute, self.at_end))
        minutes = " ".join(f"{value / 1e6:.0f}" for value in self.by_minute)
        return f"{self.name:<28}{held}{self.growth:>+12.1%}\n{'  minute par minute':<28}  {minutes}"


def memory_of(held: Sequence[Held]) -> list[Memory]:
    return [
        Memory.of("site (gunicorn, 2 ouvriers)", [(one.moment, one.site) for one in held]),
        Memory.of("tâches de fond (Celery)", [(one.moment, one.worker) for one in held], GROWTH_OF_PRINTING),
    ]


def slowing(asked: Sequence[Asked], seconds: float) -> float:
    """How many times the p95 of the first two minutes that of the last two is."""
    first = p95([one for one in asked if one.moment < 2 * MINUTE])
    return p95([one for one in asked if one.moment > seconds - 2 * MINUTE]) / first if first else 1.0


def faults(asked: Sequence[Asked], held: Sequence[Held], seconds: float, *, is_quiet: bool) -> Iterator[str]:
    """What keeps this run from being a good one; where others take the processors, slowness is not the site's."""
    if not asked:
        yield "Personne n’a rien demandé."
    if wrong := sum(bool(one.problem) for one in asked):
        yield f"{wrong} demandes en erreur."
    if (most := max((one.connections for one in held), default=0)) > MOST_CONNECTIONS:
        yield f"{most} connexions à PostgreSQL à la fois, au plus {MOST_CONNECTIONS}."
    if seconds >= LONG_ENOUGH:
        yield from (f"{one.name} : la mémoire a crû de {one.growth:.0%}." for one in memory_of(held) if not one.is_flat)
        if is_quiet and (times := slowing(asked, seconds)) > SLOWER:
            yield f"Le site ralentit : p95 {times:.2f} fois plus long à la fin qu’au début, au plus {SLOWER}."
