"""What keeps a structure from being archived; each application says it of what it holds open."""

from collections.abc import Callable

from efc_platform.shared.registry import Registry
from structures.models import Structure

# A sentence that says what to end first, empty when nothing is open.
KEEPING_OPEN: Registry[Callable[[Structure], str]] = Registry("what keeps a structure open")


def still_accompanied(structure: Structure) -> str:
    names = [one.practitioner.display_name for one in structure.accompaniments.current().select_related("practitioner")]
    if not names:
        return ""
    return f"{' et '.join(names)} l’accompagne{'nt' if len(names) > 1 else ''} encore\u00a0: terminez-le sur la fiche."


def what_keeps_it_open(structure: Structure) -> list[str]:
    return [reason for one in KEEPING_OPEN if (reason := one(structure))]


def register() -> None:
    KEEPING_OPEN.register("accompaniments", still_accompanied)
