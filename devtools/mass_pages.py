"""What is called in the two networks, by whom: every list, page, search, export and report that may hold a lot."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from devtools.bench import client_of

PRACTITIONER, COORDINATION = "accompagnement@demo.example", "coordination@demo.example"
LEADER, COMMUNITY = "dirigeance@demo.example", "communaute@demo.example"
# They go over the whole network by what they are: their time grows with it, their memory must not.
COORDINATION_WORK = ("export des structures", "export des interventions du réseau", "regard du trimestre")
Call = Callable[[], Any]


def read(client: Any, path: str) -> Call:
    """The whole answer: what is taken away line by line is read to its end."""

    def call() -> Any:
        answer = client.get(path)
        if answer.streaming:
            for _part in answer.streaming_content:
                pass
        return answer

    return call


def pages() -> dict[str, Call]:
    """Of the practitioner whose load is the same in both, of who leads a structure, of a peer, of coordination."""
    return {**_of_practice(), **_of_community(), **_of_coordination()}


def _longest() -> Any:
    from django.db.models import Count

    from trajectories.models import Trajectory

    practitioner = Trajectory.objects.filter(structure__accompaniments__practitioner__user__email=PRACTITIONER)
    return practitioner.annotate(held=Count("shares")).order_by("-held")[0]


def _name() -> str:
    """Of somebody who is in both."""
    from accounts.models import User

    return User.objects.get(email=PRACTITIONER).person.last_name


def _of_practice() -> dict[str, Call]:
    from django.utils import timezone

    mine, longest, today = client_of(PRACTITIONER), _longest(), timezone.localdate()
    # The same in both, whatever an earlier run noted.
    share = longest.shares.select_related("intervention").order_by("pk")[0]
    reading = longest.readings.order_by("pk")[0]
    base, ten_years = f"/trajectoires/{longest.public_id}/", f"du={today - timedelta(days=3650)}&au={today}"
    structure = longest.structure.get_absolute_url()
    sent = {
        "trajectory": longest.public_id,
        "occurred_on": share.intervention.occurred_on,
        "minutes": "2 h",
        "modality": "work_organisation",
        "with_whom": "3 bénévoles",
        "account": "Un compte rendu de quelques lignes.",
        "circle": "structure",
        "facts": "Un fait.",
    }

    def log() -> Any:
        return mine.post("/interventions/nouvelle/", {**sent, "client_key": uuid.uuid4()})

    addresses = {
        "référence": "/mesure/reference/",
        "accueil, accompagnement": "/",
        "formulaire d’intervention": f"/interventions/nouvelle/?trajectoire={longest.public_id}",
        "intervention": share.intervention.get_absolute_url(),
        "interventions": f"{base}interventions/",
        "interventions, page 40": f"{base}interventions/?page=40",
        "tableau de bord": base,
        "histoire": f"{base}histoire/",
        "histoire, page 30": f"{base}histoire/?page=30",
        "histoire d’une dimension": f"{base}histoire/?dimension=D1",
        "lectures": f"{base}lectures/",
        "lecture": reading.get_absolute_url(),
        "dimension": f"{base}dimensions/D1/",
        "évolution": f"{base}evolution/",
        "comparer deux dates": f"{base}comparer/",
        "ce qui a bougé": f"{base}ce-qui-a-bouge/",
        "appuis": f"{base}appuis/",
        "effets": f"{base}effets/",
        "essais": f"{base}essais/",
        "prochains pas": f"{base}prochains-pas/",
        "rendez-vous": f"{base}rendez-vous/",
        "bilans": f"{base}bilans/",
        "historique de la trajectoire": f"{base}historique/",
        "fiche d’une structure": structure,
        "historique d’une structure": f"{structure}historique/",
        "écosystème": f"{structure}ecosysteme/",
        "documents": f"{structure}documents/",
        "agenda, liste": "/agenda/",
        "agenda, mois": "/agenda/?vue=mois",
        "agenda, semaine": "/agenda/?vue=semaine",
        "moments libres": "/agenda/moments-libres/",
        "recherche d’un mot courant": "/recherche/?q=cooperation",
        "recherche d’un mot rare": "/recherche/?q=p%C3%A9r%C3%A9quation",
        "mon temps": "/mon-temps/",
        "mon temps, dix ans, CSV": f"/mon-temps/interventions.csv?{ten_years}",
        "mon temps, dix ans, tableur": f"/mon-temps/emporter/xlsx/?{ten_years}",
        "journal": "/journal/",
        "recherche dans mon journal": "/journal/?q=perequation",
        "emporter mon journal": "/journal/exporter/texte/",
        "structures": "/structures/",
        "structures sans nouvelles": "/structures/silencieuses/",
        "formations": "/formations/",
        "notifications": "/notifications/",
    }
    found = {name: read(mine, path) for name, path in addresses.items()}
    return {**found, "noter une intervention": log, "bilan PDF, ses données": _report_of(longest)}


def _report_of(trajectory: Any) -> Call:
    """What a report of a year gathers; its printing depends on its pages alone, which `make bench` measures."""
    from django.utils import timezone

    from accounts.models import User
    from trajectories.gathering import progress_report_content
    from trajectories.models import ProgressReport

    until = timezone.localdate()
    asked = {"period_start": until - timedelta(days=365), "period_end": until}
    report = ProgressReport(trajectory=trajectory, requested_by=User.objects.get(email=PRACTITIONER), **asked)
    return lambda: progress_report_content(report)


def _of_community() -> dict[str, Call]:
    from django.db.models import Count

    from community.models import ExperienceReport
    from trajectories.models import Trajectory

    peer, leader = client_of(COMMUNITY), client_of(LEADER)
    own = ExperienceReport.objects.filter(authors__user__email=PRACTITIONER)
    debated = own.annotate(said=Count("contributions")).order_by("-said", "pk")[0]
    led = Trajectory.objects.filter(structure__memberships__person__user__email=LEADER).order_by("pk")[0]
    addresses = {
        "communauté": "/communaute/",
        "communauté, une dimension": "/communaute/?dimension=D1",
        "communauté, un mot": "/communaute/?q=cooperation",
        "retour débattu trois cents fois": debated.get_absolute_url(),
        "membres": "/communaute/membres/",
        "membres, un nom": f"/communaute/membres/?q={_name()}",
        "fiches": "/communaute/fiches/",
        "ce qui a précédé": "/communaute/ce-qui-a-precede/",
        "recherche, communauté": "/recherche/?q=cooperation",
    }
    of_leader = {"accueil, dirigeance": "/", "tableau de bord, dirigeance": led.get_absolute_url()}
    return {
        **{name: read(peer, path) for name, path in addresses.items()},
        **{name: read(leader, path) for name, path in of_leader.items()},
    }


def _of_coordination() -> dict[str, Call]:
    from django.utils import timezone

    coordination, today = client_of(COORDINATION), timezone.localdate()
    month = f"du={today - timedelta(days=30)}&au={today}"
    addresses = {
        "accueil, coordination": "/",
        "réseau": "/reseau/",
        "structures, coordination": "/structures/",
        "structures, un mot": "/structures/?q=couture",
        "structures sans nouvelles, réseau": "/structures/silencieuses/",
        "carte": "/structures/carte/",
        "sans accompagnement": "/structures/orphelines/",
        "doublons": "/structures/doublons/",
        "personnes": "/personnes/",
        "personnes, un nom": f"/personnes/?q={_name()}",
        "promotions": "/promotions/",
        "opérations": "/operations/",
        "temps du réseau": "/temps-du-reseau/",
        "recherche, coordination": "/recherche/?q=cooperation",
        "supervision": "/supervision/",
        "état de l’historique": "/historique/etat/",
        "données effacées": "/donnees-effacees/",
    }
    found = {name: read(coordination, path) for name, path in addresses.items()}
    structures, interventions, quarter = COORDINATION_WORK
    return {
        **found,
        structures: read(coordination, "/structures/export.csv"),
        interventions: read(coordination, f"/temps-du-reseau/interventions.csv?{month}"),
        quarter: _quarter,
    }


def _quarter() -> None:
    """What the night of each quarter does, undone: what is told of each step of the référentiel."""
    from django.db import transaction
    from django.utils import timezone

    from community.operations import look_at_the_quarter

    with transaction.atomic():
        look_at_the_quarter(day=timezone.localdate() + timedelta(days=100))
        transaction.set_rollback(True)
