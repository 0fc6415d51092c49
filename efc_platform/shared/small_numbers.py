"""Numbers told to those who may not know of whom: under five, the number would nearly name them.

A floor of units under which nothing is told, a share that nobody exceeds, rounding and the differences between two
tables are the four risks of Insee's handbook of disclosure control (https://inseefrlab.github.io/docSDC/). Here no
margin is ever shown, so that nothing has to be suppressed a second time.
"""

from dataclasses import dataclass

FEWEST = 5


def told(number: int) -> str:
    """A count as it may be told to anybody. No total stands beside such counts: a subtraction would undo them."""
    return f"moins de {FEWEST}" if 0 < number < FEWEST else str(number)


@dataclass(frozen=True)
class Guard:
    """What may be told of a group to somebody who knows all about `known` of its units, and the rules by heart.

    Counts are told as floors, « au moins 5 », in multiples of `fewest`. Whoever reads one must find it possible of
    each other unit that it is in the group and that it is not; and once in it, that it counts and that it does not.
    """

    fewest: int = FEWEST
    known: int = 2

    def __post_init__(self) -> None:
        # Under a floor there are at most `fewest` - 1: whoever knew as many would know that nobody else is there.
        if not 0 < self.known <= self.fewest - 2:
            raise ValueError("a reader who knows that many units reads through these floors")

    @property
    def spared(self) -> int:
        """How many must stand apart so that one of them, at least, is nobody's own."""
        return 1 + self.known

    def at_least(self, number: int, *, of: int) -> int:
        """How many are told out of a group: a multiple of `fewest`, or 0 when it is too few, or nobody. Never so many
        that the group without the reader's own units would all be there."""
        return max(0, min(number, of - self.spared)) // self.fewest * self.fewest

    def smallest_group(self, most_of_one: int = 0) -> int:
        """From how many on a group may be told of: a floor fits under it, and nobody who follows `most_of_one` of those
        who could be in it follows more than half of it. Asked of who could be in it, never of who is: a threshold
        that moved with those who are would tell of them."""
        return max(self.fewest + self.spared, 2 * most_of_one)

    @property
    def smallest_round(self) -> int:
        """From how many newcomers on one looks again: a group, and those who stay out of it. Looking after each one
        would tell which of them made the group large enough."""
        return self.smallest_group() + self.spared


GUARD = Guard()
