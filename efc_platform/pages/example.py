"""The trajectory that the public page shows: invented from beginning to end, and said so beside it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from efc_platform.shared.charts import GREY_RING, DotRow, RadarChart, Series
from trajectories.models import Viewpoint
from trajectories.reports import RADAR_TITLE, VIEWPOINT_STYLES

LEVELS = ("Déjà-là", "Mise en question", "Expérimentation", "Structuration", "Coopération élargie")
VIEWPOINTS = (Viewpoint.DIRECTION, Viewpoint.TEAM, Viewpoint.ACCOMPANIMENT)
NOT_SEEN = "pas assez d’éléments"


@dataclass(frozen=True)
class Read:
    """One dimension: where it began, then what each point of view sees today."""

    name: str
    spoke: str
    start: int
    voices: tuple[int | None, ...]

    @property
    def values(self) -> tuple[int | None, ...]:
        return (self.start, *self.voices)


READS = (
    Read("Travail vivant", "Travail vivant", 1, (2, 2, 2)),
    Read("Ressources immatérielles", "Ressources", 1, (2, 1, 2)),
    Read("Coopération interne", "Coopération", 2, (3, 2, 3)),
    Read("Solution servicielle", "Solution", 1, (3, 3, 3)),
    Read("Modèle de revenus", "Modèle", 1, (2, 1, 2)),
    Read("Relations externes", "Relations", 2, (3, 3, 3)),
    Read("Écosystème territorial", "Écosystème", 1, (3, 1, 2)),
    Read("Gouvernance et valeur", "Gouvernance", 1, (2, None, 1)),
    Read("Visée", "Visée", 2, (4, 3, 3)),
)
# The dimensions that are shown one by one, each with what is said of its gap.
TOLD = {
    "Solution servicielle": ("", "même lecture"),
    "Modèle de revenus": ("", "l’équipe lit autrement"),
    "Écosystème territorial": ("due", "à mettre en débat"),
}


def _series(reads: tuple[Read, ...]) -> tuple[Series, ...]:
    names = ("Départ", *(viewpoint.label for viewpoint in VIEWPOINTS))
    styles = (GREY_RING, *(VIEWPOINT_STYLES[viewpoint] for viewpoint in VIEWPOINTS))
    remarks = (NOT_SEEN,) * len(reads)
    return tuple(
        Series(name, tuple(read.values[place] for read in reads), style, remarks)
        for place, (name, style) in enumerate(zip(names, styles, strict=True))
    )


def _in_words(level: int | None) -> str:
    return f"{level} · {LEVELS[level - 1]}" if level else NOT_SEEN


@cache
def example() -> dict[str, Any]:
    """Drawn once: nothing in it depends on who looks."""
    radar = RadarChart(f"Exemple inventé. {RADAR_TITLE}", tuple(read.spoke for read in READS), _series(READS))
    told = [read for read in READS if read.name in TOLD]
    return {
        "radar": radar.svg(),
        "viewpoints": VIEWPOINTS,
        "headers": ["Départ", *(viewpoint.label for viewpoint in VIEWPOINTS)],
        "table": [(read.name, [_in_words(value) for value in read.values]) for read in READS],
        "rows": [(read.name, DotRow(read.name, _series((read,))).svg(), *TOLD[read.name]) for read in told],
    }
