"""How commands say numbers to the person who runs the server."""


def counted(number: int, one: str, many: str = "") -> str:
    """« 1 fichier », « 2 fichiers », and « 0 fichier » as French has it."""
    return f"{number} {(many or one + 's') if number > 1 else one}"


def decimal(number: float) -> str:
    """« 2,4 »."""
    return f"{number:.1f}".replace(".", ",")


def megabytes(size: int) -> str:
    """« 2,4 Mo »."""
    return f"{decimal(size / 1e6)} Mo"
