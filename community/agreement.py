"""How far people read the same thing with the same words: the weighted kappa of pairs of readers, and its words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from community.models import Agreement
from efc_platform.shared.small_numbers import FEWEST

# Two readers are compared on that many stories at least: on one or two, chance alone decides.
FEWEST_VIGNETTES = 3
# Landis and Koch (1977): « moderate » up to this, « substantial » above. A convention, and they say so themselves.
MODERATE, SUBSTANTIAL = 0.4, 0.6
# When one level gathers more of the readings, kappa falls whatever people agree on (Feinstein and Cicchetti, 1990):
# the stories are too much alike to tell anything of the words.
ALIKE = 0.8

# What one person read in each story, by its key: the rank of a level, and nothing where there was none.
Levels = Mapping[int, int]


@dataclass(frozen=True)
class Measure:
    """What the readings say of one wording; without a figure when nothing can be said."""

    agreement: Agreement
    kappa: float | None = None
    pairs: int = 0


UNSAYABLE = Measure(Agreement.UNSAYABLE)


def measure(readings: Sequence[Levels]) -> Measure:
    """Kappa is worked out for each pair of readers on the stories where both found a level, then shared between the
    pairs (Light, 1971). Nothing is said when too few readers or stories are left, when the stories are too much alike,
    or when less than half of the pairs can be compared: never zero in place of nothing."""
    read = [one for one in readings if len(one) >= FEWEST_VIGNETTES]
    if len(read) < FEWEST or _are_alike(read):
        return UNSAYABLE
    pairs = list(combinations(read, 2))
    known = [kappa for one, other in pairs if (kappa := kappa_of(one, other)) is not None]
    if 2 * len(known) < len(pairs):
        return UNSAYABLE
    kappa = sum(known) / len(known)
    return Measure(_in_words(kappa), kappa, len(known))


def kappa_of(one: Levels, other: Levels) -> float | None:
    """With linear weights: two levels apart count twice as much as one. Nothing when both put all the stories on one
    same level: there is then no disagreement to expect."""
    # A page never needs it; it is a second long to import.
    from nltk.metrics.agreement import AnnotationTask

    common = sorted(one.keys() & other.keys())
    if len(common) < FEWEST_VIGNETTES or len({*map(one.get, common), *map(other.get, common)}) == 1:
        return None
    said = [("one", story, one[story]) for story in common] + [("other", story, other[story]) for story in common]
    # The scale of the weights cancels out, so `max_distance` is left alone: NLTK 3.10 divides the expected disagreement
    # by it and not the observed one, which the published examples in our tests would show.
    return AnnotationTask(said, distance=lambda a, b: abs(a - b)).weighted_kappa()


def _are_alike(readings: Sequence[Levels]) -> bool:
    counts = Counter(level for one in readings for level in one.values())
    return max(counts.values()) > ALIKE * counts.total()


def _in_words(kappa: float) -> Agreement:
    if kappa > SUBSTANTIAL:
        return Agreement.SAME
    return Agreement.CLOSE if kappa > MODERATE else Agreement.DIFFERENT
