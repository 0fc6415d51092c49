"""What is told of a structure's past, to whoever sees its sheet."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from accounts.history import Source
from accounts.models import User
from structures.models import (
    Accompaniment,
    CohortPlace,
    EcosystemActor,
    EcosystemRelation,
    Membership,
    SilencePause,
    Structure,
    StructureDocument,
    StructureMerge,
    YearlyFigures,
)
from structures.permissions import can_edit_structure, can_read_documents, can_read_relations

# What the platform keeps for itself; that two sheets were made one is told by its own events.
_NOT_TOLD = {"id", "public_id", "version", "created_at", "name_key", "search_key", "merged_into"}
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
            {
                "role": "rôle",
                "function": "fonction",
                "presides": "préside",
                "is_usual_contact": "contact habituel",
                **_PERIOD,
            },
            lambda event: _told(event, f"{event.person.display_name} dans la structure", event.get_role_display()),
            related=["person"],
        ),
        Source(
            "accompagnement",
            _events(Accompaniment).filter(structure=structure.pk),
            {"is_lead": "en charge", "days": "jours prévus", **_PERIOD},
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
            "silences",
            _events(SilencePause).filter(structure=structure.pk),
            {"until": "jusqu’au", "ended_on": "repris le"},
            lambda event: _told(event, "un silence attendu"),
        ),
        Source(
            "chiffres",
            _events(YearlyFigures).filter(structure=structure.pk),
            _named_columns(YearlyFigures, without={"structure", "year"}),
            lambda event: _told(event, f"les chiffres de {event.year}"),
        ),
        *_documents(structure, user),
        *_ecosystem(structure, user),
    ]


def _documents(structure: Structure, user: User) -> list[Source]:
    """What was added and removed, to whoever may read it."""
    if not can_read_documents(user, structure):
        return []
    return [
        Source(
            "documents",
            _events(StructureDocument).filter(structure=structure.pk),
            {"about": "à propos"},
            _told_of_document,
        )
    ]


def _told_of_document(event: Any) -> str:
    verb = {"insert": "a ajouté", "delete": "a retiré"}.get(event.pgh_label, "a changé")
    return f"{verb} le document «\u00a0{event.title}\u00a0»"


def _ecosystem(structure: Structure, user: User) -> list[Source]:
    """Who is on the map, and each state of each relation; what is said of them to whoever reads it today."""
    words = {"contributes": "ce que l’acteur apporte", "receives": "ce que l’acteur reçoit"}
    reads = can_read_relations(user, structure)
    return [
        Source(
            "acteurs",
            _events(EcosystemActor).filter(structure=structure.pk),
            {"name": "nom", "category": "qui est-ce"},
            lambda event: _told(event, f"{event.name} sur la carte de l’écosystème", event.get_category_display()),
        ),
        Source(
            "relations",
            _events(EcosystemRelation).filter(actor__structure=structure.pk),
            {"kind": "relation", "tendency": "comment elle évolue", **_PERIOD, **(words if reads else {})},
            lambda event: _told(event, f"la relation avec {event.actor.name}", event.get_kind_display()),
            texts=frozenset(words if reads else ()),
            related=["actor"],
        ),
    ]


def _told_of_merge(event: Any) -> str:
    verb = "a défait la réunion avec" if event.undone_at else "a réuni à celle-ci"
    return f"{verb} la fiche {event.merged}"


def _events(model: Any) -> Any:
    return model.pgh_event_model.objects.all()


def _sheet_columns() -> dict[str, str]:
    return _named_columns(Structure)


def _named_columns(model: Any, *, without: Collection[str] = ()) -> dict[str, str]:
    named = (column for column in model._meta.concrete_fields if column.name not in {*_NOT_TOLD, *without})
    return {column.name: str(column.verbose_name) for column in named}


def _told(event: Any, what: str, detail: str = "") -> str:
    verb = {"insert": "a inscrit", "delete": "a effacé"}.get(event.pgh_label, "a changé")
    return f"{verb} {what}{f' ({detail.lower()})' if detail else ''}"
