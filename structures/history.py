"""What is told of a structure's past, to whoever sees its sheet."""

from typing import Any

from django.urls import reverse

from accounts.history import Source
from accounts.models import User
from structures.models import Accompaniment, CohortPlace, Membership, Structure, StructureMerge, YearlyFigures
from structures.permissions import can_edit_structure

# What the platform keeps for itself; that two sheets were made one is told by its own events.
_NOT_TOLD = {"id", "public_id", "version", "created_at", "name_key", "merged_into"}
_PERIOD = {"since": "depuis", "until": "jusqu’au"}


def sources_of(structure: Structure, user: User) -> list[Source]:
    """The sheet, its people, who accompanies it, its cohorts, its figures: what the sheet shows, as it was."""
    may_edit = can_edit_structure(user, structure)

    def restore(event: Any, column: str) -> str:
        is_away = may_edit and not getattr(structure, column)
        return reverse("sheet_restore", args=[structure.public_id, event.pgh_id, column]) if is_away else ""

    return [
        Source(
            "fiche",
            _events(Structure).filter(pgh_obj_id=structure.pk),
            _sheet_columns(),
            lambda event: "a créé la fiche" if event.pgh_label == "insert" else "a modifié la fiche",
            texts=frozenset({"presentation"}),
            restore=restore,
        ),
        Source(
            "personnes",
            _events(Membership).filter(structure=structure.pk),
            {"role": "rôle", "function": "fonction", **_PERIOD},
            lambda event: _told(event, f"{event.person.display_name} dans la structure", event.get_role_display()),
            related=["person"],
        ),
        Source(
            "accompagnement",
            _events(Accompaniment).filter(structure=structure.pk),
            {"is_lead": "en charge", **_PERIOD},
            lambda event: _told(event, f"{event.practitioner.display_name} parmi les personnes qui accompagnent"),
            related=["practitioner"],
        ),
        Source(
            "promotions",
            _events(CohortPlace).filter(structure=structure.pk),
            _PERIOD,
            lambda event: _told(event, f"la structure dans la promotion {event.cohort.name}"),
            related=["cohort"],
        ),
        Source(
            "réunions",
            _events(StructureMerge).filter(kept=structure.pk),
            {"undone_at": "défaite le"},
            _told_of_merge,
            related=["merged"],
        ),
        Source(
            "chiffres",
            _events(YearlyFigures).filter(structure=structure.pk),
            {"employees": "personnes salariées", "volunteers": "bénévoles"},
            lambda event: _told(event, f"les chiffres de {event.year}"),
        ),
    ]


def _told_of_merge(event: Any) -> str:
    verb = "a défait la réunion avec" if event.undone_at else "a réuni à celle-ci"
    return f"{verb} la fiche {event.merged}"


def _events(model: Any) -> Any:
    return model.pgh_event_model.objects.all()


def _sheet_columns() -> dict[str, str]:
    named = (column for column in Structure._meta.concrete_fields if column.name not in _NOT_TOLD)
    return {column.name: str(column.verbose_name) for column in named}


def _told(event: Any, what: str, detail: str = "") -> str:
    verb = {"insert": "a inscrit", "delete": "a effacé"}.get(event.pgh_label, "a changé")
    return f"{verb} {what}{f' ({detail.lower()})' if detail else ''}"
