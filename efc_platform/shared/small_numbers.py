"""Numbers told to those who may not know of whom: under five, the number would nearly name them."""

FEWEST = 5


def told(number: int) -> str:
    """A count as it may be told to anybody. No total stands beside such counts: a subtraction would undo them."""
    return f"moins de {FEWEST}" if 0 < number < FEWEST else str(number)
