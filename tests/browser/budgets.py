"""What each page weighs beside what it may weigh."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.browser.ecoindex import ecoindex, grade
from tests.browser.visiting import Visit

_TOLD = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text())
DENSE = _TOLD.get("dense", {})


@dataclass(frozen=True)
class Figures:
    """The measures that have a budget of the same name."""

    requests: int
    first_visit_kb: float
    later_visit_kb: float
    html_kb: float
    js_kb: float
    css_kb: float
    elements: int
    ecoindex: int

    @property
    def grade(self) -> str:
        return grade(self.ecoindex)

    def excesses(self, name: str) -> list[str]:
        """Each measure past its budget; the index is the one that must not be below."""
        budget = _TOLD["page"] | DENSE.get(name, {})
        return [
            f"{measure}: {value} against {budget[measure]}"
            for measure, value in asdict(self).items()
            if (value < budget[measure] if measure == "ecoindex" else value > budget[measure])
        ]


def figures_of(visit: Visit) -> Figures:
    kilobytes = visit.first.bytes / 1000
    return Figures(
        requests=visit.first.requests,
        first_visit_kb=round(kilobytes, 1),
        later_visit_kb=round(visit.later.bytes / 1000, 1),
        html_kb=round(visit.html / 1000, 1),
        js_kb=round(visit.first.bytes_of("Script") / 1000, 1),
        css_kb=round(visit.first.bytes_of("Stylesheet") / 1000, 1),
        elements=visit.elements,
        ecoindex=ecoindex(elements=visit.elements, requests=visit.first.requests, kilobytes=kilobytes),
    )
