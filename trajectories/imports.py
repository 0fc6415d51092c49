"""A spreadsheet of past interventions, read as people kept it: which column says what, how each cell is read."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from efc_platform.shared.columns import Field, Layout, Read, day_of, plain, text_within
from efc_platform.shared.duration import parse_duration, write_duration
from efc_platform.shared.forms import DayField
from structures.imports import LAYOUT as OF_STRUCTURES
from trajectories.models import Intervention, Modality, ParticipantKind, Place
from trajectories.models.modalities import added_modalities
from trajectories.participants import LONGEST

# As the form of an intervention has it.
LONGEST_ACCOUNT, LONGEST_WORD, MOST_MINUTES = 20_000, 5_000, 1440
# A spreadsheet writes a duration as a time of day, seconds and all.
_SECONDS = re.compile(r"^(\d{1,2}:\d{2}):\d{2}$")


def _day(cell: str) -> str:
    day = day_of(cell)
    if day is None:
        raise ValidationError(f"«\u00a0{cell[:40]}\u00a0» ne se lit pas comme une date")
    if day > timezone.localdate():
        raise ValidationError("ce jour est dans le futur, et une intervention s’importe une fois passée")
    if day < DayField.EARLIEST:
        raise ValidationError("vérifiez l’année, cette date est trop loin")
    return day.isoformat()


def _duration(least: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        try:
            minutes = parse_duration(_SECONDS.sub(r"\1", cell))
        except ValueError:
            raise ValidationError(
                f"«\u00a0{cell[:40]}\u00a0» ne se lit pas\u00a0: écrivez 3 h, 1 h 30 ou 45 min"
            ) from None
        if minutes > MOST_MINUTES and cell.strip().isdecimal():
            raise ValidationError(f"un nombre seul compte des heures\u00a0: écrivez «\u00a0{cell} min\u00a0»")
        return _bounded(minutes, least)

    return read


def _minutes(least: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not cell.isdecimal():
            raise ValidationError(f"«\u00a0{cell[:40]}\u00a0» n’est pas un nombre de minutes")
        return _bounded(int(cell), least)

    return read


def _bounded(minutes: int, least: int) -> int:
    if not least <= minutes <= MOST_MINUTES:
        raise ValidationError(
            f"cette durée doit être comprise entre {write_duration(least)} et {write_duration(MOST_MINUTES)}"
        )
    return minutes


_MODALITIES = {
    Modality.LEADER_TRAINING: "formation des dirigeants|deformation des dirigeants|formation dirigeants"
    "|formation deformation|formation|deformation|accompagnement des dirigeants",
    Modality.WORK_ORGANISATION: "organisation du travail|organisation de l activite|organisation du travail et activite"
    "|atelier|travail",
    Modality.PEER_SPACE: "espace d echange|espaces d echange|echange de pratiques|espace de professionnalisation"
    "|professionnalisation|espace d echange et professionnalisation",
    Modality.PARTNER_MEETING: "rencontre partenaires|partenaires|rencontre de partenaire|reunion partenaires",
    Modality.OTHER: "autres|divers",
}
_KNOWN_MODALITIES = {words: one for one, listed in _MODALITIES.items() for words in listed.split("|")}
_KNOWN_MODALITIES |= {plain(str(one.label)): one for one in Modality}


def _modality(cell: str) -> str:
    """The code of one of the platform's, or of the network's own, retired ones too: they had their time."""
    if known := _KNOWN_MODALITIES.get(plain(cell)):
        return known.value
    for added in added_modalities().values():
        if plain(added.name) == plain(cell):
            return Intervention(modality=Modality.OTHER, added_modality=added).code
    raise ValidationError(
        f"«\u00a0{cell[:60]}\u00a0» n’est pas une modalité connue\u00a0: écrivez-en une du fichier modèle, ou "
        "«\u00a0Autre\u00a0»"
    )


_PLACES = {
    Place.ON_SITE: "sur place|sur site|presentiel|en presentiel|dans la structure",
    Place.REMOTE: "a distance|distance|visio|visioconference|distanciel|en distanciel|telephone|tel",
    Place.ELSEWHERE: "ailleurs|exterieur|hors site",
}
_KNOWN_PLACES = {words: one for one, listed in _PLACES.items() for words in listed.split("|")}


def _place(cell: str) -> str:
    known = _KNOWN_PLACES.get(plain(cell))
    if known is None:
        raise ValidationError("écrivez «\u00a0sur place\u00a0», «\u00a0à distance\u00a0» ou «\u00a0ailleurs\u00a0»")
    return known.value


def _with_whom(cell: str) -> str:
    if any(len(part) > LONGEST for part in re.split(r"[,;\n]", cell)):
        raise ValidationError("séparez les personnes par des virgules, une partie de cette ligne est trop longue")
    return text_within(500)(cell)


def _number(cell: str) -> int:
    if not cell.isdecimal() or int(cell) > 999:
        raise ValidationError(f"«\u00a0{cell[:40]}\u00a0» n’est pas un nombre de personnes")
    return int(cell)


def _words(longest: int) -> Callable[[str], str]:
    """A text; without the apostrophe by which our own files keep it from being run as a formula."""

    def read(cell: str) -> str:
        return text_within(longest)(cell[1:] if re.match(r"'[=+\-@]", cell) else cell)

    return read


COUNTED = {
    "leaders": ParticipantKind.LEADER,
    "staff": ParticipantKind.STAFF,
    "volunteers": ParticipantKind.VOLUNTEER,
    "board": ParticipantKind.BOARD,
    "partners": ParticipantKind.PARTNER,
}
FIELDS = [
    Field("occurred_on", "Date", "jour|date de l intervention|date intervention|le", _day),
    Field("structure", "Structure", OF_STRUCTURES.by_name["name"].headings + "|nom|beneficiaire", _words(200)),
    Field("siret", "SIRET", OF_STRUCTURES.by_name["siret"].headings, OF_STRUCTURES.by_name["siret"].read),
    Field("rna", "Numéro RNA", OF_STRUCTURES.by_name["rna"].headings, OF_STRUCTURES.by_name["rna"].read),
    Field("minutes", "Durée", "temps|temps passe|nombre d heures|nb heures|heures|duree en heures", _duration(5)),
    Field("minutes_alone", "Durée en minutes", "duree minutes|minutes|temps en minutes", _minutes(5)),
    Field("modality", "Modalité", "modalite d intervention|type|type d intervention|nature", _modality),
    Field(
        "account",
        "Compte rendu",
        "compte rendu partage|cr|resume|contenu|description|commentaire|ce qui s est passe",
        _words(LONGEST_ACCOUNT),
    ),
    Field("title", "Titre", "objet|sujet|intitule|theme", _words(160)),
    Field("decision", "Décision prise", "decision|decisions", _words(LONGEST_WORD)),
    Field(
        "open_question", "Question ouverte", "question restee ouverte|questions ouvertes|question", _words(LONGEST_WORD)
    ),
    Field("place", "Lieu", "format|presentiel distanciel", _place),
    Field("location", "Où", "endroit|adresse|lieu precis", _words(160)),
    Field(
        "led_by",
        "Menée par",
        "accompagnateur|accompagnatrice|accompagnateurs|intervenant|intervenants|qui",
        _words(300),
    ),
    Field(
        "with_whom", "Avec qui", "participants|personnes presentes|presents|participantes et participants", _with_whom
    ),
    Field("leaders", "Dirigeant·es", "nombre de dirigeants|nb dirigeants|dirigeants", _number),
    Field("staff", "Personnes salariées", "salaries|nombre de salaries|nb salaries", _number),
    Field("volunteers", "Bénévoles", "nombre de benevoles|nb benevoles|benevole", _number),
    Field("board", "Membres du conseil", "administrateurs|nombre d administrateurs|conseil", _number),
    Field("partners", "Partenaires", "nombre de partenaires|nb partenaires", _number),
    Field("preparation_minutes", "Préparation", "temps de preparation", _duration(0)),
    Field(
        "preparation_alone",
        "Préparation en minutes",
        "preparation minutes|temps de preparation en minutes",
        _minutes(0),
    ),
    Field("travel_minutes", "Trajet", "temps de trajet|deplacement|temps de deplacement|transport", _duration(0)),
    Field("travel_alone", "Trajet en minutes", "trajet minutes|temps de trajet en minutes", _minutes(0)),
]
_ALONE = {"minutes_alone": "minutes", "preparation_alone": "preparation_minutes", "travel_alone": "travel_minutes"}


def _said(name: str, value: Any) -> dict[str, Any]:
    return {_ALONE.get(name, name): value}


def _agree(line: Read) -> None:
    """What the form of an intervention asks for: of which structure, a date, a duration, a modality and one line."""
    read = {fault.partition("\u00a0")[0] for fault in line.faults}
    for name, label, missing in (
        ("occurred_on", "Date", "La date manque"),
        ("minutes", "Durée", "La durée manque"),
        ("modality", "Modalité", "La modalité manque"),
    ):
        if name not in line.sheet and label not in {one.removesuffix(" en minutes") for one in read}:
            line.faults.append(missing)
    if not ({"account", "title"} & line.sheet.keys() or {"Compte rendu", "Titre"} & read):
        line.faults.append("Le compte rendu manque\u00a0: une ligne suffit")
    if not ({"structure", "siret", "rna"} & line.sheet.keys() or {"Structure", "SIRET", "Numéro RNA"} & read):
        line.faults.append("La structure manque")


LAYOUT = Layout(FIELDS, key="occurred_on", agree=_agree, said=_said)


def day_said(sheet: dict[str, Any]) -> date:
    return date.fromisoformat(sheet["occurred_on"])
