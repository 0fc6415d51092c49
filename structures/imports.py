"""A spreadsheet of structures, read as people make them: which column says what, and what each line would write."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from efc_platform.shared.columns import Field, Layout, Read, Reading, day_of, plain, text_within
from structures.models import Accreditation, LegalForm, Structure, as_ape, as_rna, as_siren, as_siret

EARLIEST = 1700


def _text(column: str) -> Reading:
    return text_within(Structure._meta.get_field(column).max_length)  # type: ignore[union-attr]


_SCIENTIFIC = re.compile(r"[0-9],?[0-9.]*E\+?[0-9]+", re.IGNORECASE)


def _number(read: Callable[[str], str], length: int) -> Reading:
    """A number of a register. A spreadsheet takes away its first zeros, and writes 7,32E+13 for what is lost."""

    def as_number(cell: str) -> str:
        if _SCIENTIFIC.fullmatch(cell):
            raise ValidationError(f"le tableur l’a remplacé par {cell}\u00a0: retapez-le, la colonne en format texte")
        digits = re.sub(r"[\s.\-]", "", cell)
        return read(digits.zfill(length) if digits.isdigit() and length - 4 <= len(digits) < length else cell)

    return as_number


def _postcode(cell: str) -> str:
    digits = re.sub(r"\s", "", cell)
    if not digits.isdigit() or not 4 <= len(digits) <= 5:
        raise ValidationError("un code postal compte cinq chiffres")
    return digits.zfill(5)


def _year(cell: str) -> int:
    day = day_of(cell)
    year = day.year if day else int(cell) if cell.isdigit() else 0
    if not EARLIEST <= year <= timezone.localdate().year:
        raise ValidationError("l’année de création ne se lit pas")
    return year


def _day(cell: str) -> date | int:
    """A day; or a year alone, which is what many have."""
    day = day_of(cell)
    return day if day and day.year >= EARLIEST and day <= timezone.localdate() else _year(cell)


_FORMS = {
    LegalForm.ASSOCIATION: "association|asso|association loi 1901|loi 1901|association declaree|association 1901",
    LegalForm.ASSOCIATION_ALSACE_MOSELLE: "association alsace moselle|association de droit local|droit local",
    LegalForm.SCOP: "scop|societe cooperative et participative|sarl scop|sa scop",
    LegalForm.SCIC: "scic|societe cooperative d interet collectif|sarl scic|sa scic|sas scic",
    LegalForm.CAE: "cae|cooperative d activite et d emploi|cooperative d activites et d emploi",
    LegalForm.COOPERATIVE: "cooperative|autre cooperative",
    LegalForm.MUTUELLE: "mutuelle",
    LegalForm.FONDATION: "fondation",
    LegalForm.SOCIETE_ESS: "sarl|sas|sasu|sa|eurl|entreprise|societe|societe commerciale|esus",
}
_LEGAL_FORMS = {words: form for form, listed in _FORMS.items() for words in listed.split("|")}
_LEGAL_FORMS |= {plain(str(form.label)): form for form in LegalForm}


def _legal_form(cell: str) -> str:
    found = _LEGAL_FORMS.get(plain(cell)) or _LEGAL_FORMS.get(plain(cell).replace(" ", ""))
    if found is None:
        raise ValidationError(f"forme juridique inconnue, «\u00a0{cell[:60]}\u00a0»")
    return found.value


_ACCREDITED = {
    Accreditation.ESUS: "esus",
    Accreditation.SIAE: "siae|iae|insertion par l activite economique",
    Accreditation.PUBLIC_INTEREST: "rup|utilite publique|reconnue d utilite publique",
    Accreditation.GENERAL_INTEREST: "interet general",
    Accreditation.YOUTH: "jep|jeunesse et education populaire|jeunesse education populaire",
    Accreditation.QUALIOPI: "qualiopi",
    Accreditation.ENVIRONMENT: "protection de l environnement|environnement",
    Accreditation.SPORT: "sport|agrement sport",
    Accreditation.MEDICO_SOCIAL: "medico social|esms|etablissement social ou medico social",
}
_ACCREDITATIONS = {words: one for one, listed in _ACCREDITED.items() for words in listed.split("|")}
_ACCREDITATIONS |= {plain(str(one.label)): one for one in Accreditation}


def _accreditations(cell: str) -> list[str]:
    said = [part for part in re.split(r"[,;/\n|+]", cell) if part.strip()]
    unknown = [part.strip() for part in said if plain(part) not in _ACCREDITATIONS]
    if unknown:
        raise ValidationError(f"agrément inconnu\u00a0: {unknown[0][:60]}")
    return sorted({_ACCREDITATIONS[plain(part)].value for part in said})


def _website(cell: str) -> str:
    address = cell if "://" in cell else f"https://{cell}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise ValidationError("l’adresse du site ne se lit pas") from None
    return _text("website")(address)


FIELDS = [
    Field(
        "name",
        "Nom",
        "nom de la structure|structure|raison sociale|denomination|association|nom association|intitule",
        _text("name"),
    ),
    Field("acronym", "Sigle", "acronyme|abreviation", _text("acronym")),
    Field("legal_form", "Forme juridique", "statut|statut juridique|forme|type de structure", _legal_form),
    Field("siret", "SIRET", "n siret|numero siret|no siret|siret siege", _number(as_siret, 14)),
    Field("siren", "SIREN", "n siren|numero siren|no siren", _number(as_siren, 9)),
    Field("rna", "Numéro RNA", "rna|n rna|no rna|waldec|numero waldec", as_rna),
    Field("ape_code", "Code APE", "ape|naf|code naf", as_ape),
    Field(
        "founded", "Création", "date de creation|annee de creation|creee en|cree en|annee creation|date creation", _day
    ),
    Field(
        "accreditations",
        "Agréments",
        "agrement|labels|label|reconnaissances|agrements et reconnaissances",
        _accreditations,
    ),
    Field("networks", "Réseaux", "reseau|federation|reseaux d appartenance", _text("networks")),
    Field("sector", "Activité", "secteur|secteur d activite|domaine|activites|activite principale", _text("sector")),
    Field("functional_sphere", "Sphère de vie", "sphere|sphere fonctionnelle", _text("functional_sphere")),
    Field("presentation", "Présentation", "description|objet|resume|projet", _text("presentation")),
    Field("address", "Adresse", "rue|adresse postale|voie|adresse siege", _text("address")),
    Field("postcode", "Code postal", "cp|code postal siege", _postcode),
    Field("commune_name", "Commune", "ville|localite|commune siege", _text("commune_name")),
    Field("department", "Département", "dept|dep", _text("department")),
    Field("region", "Région", "", _text("region")),
    Field(
        "territory_of_action",
        "Territoire d’action",
        "territoire|zone d intervention|perimetre",
        _text("territory_of_action"),
    ),
    Field("website", "Site", "site web|site internet|url|web", _website),
]


def _said(name: str, value: Any) -> dict[str, Any]:
    if name != "founded":
        return {name: value}
    return {"founded_in": value.year, "founded_on": value} if isinstance(value, date) else {"founded_in": value}


def _agree(line: Read) -> None:
    siret, siren = line.sheet.get("siret"), line.sheet.get("siren")
    if siret and siren and not siret.startswith(siren):
        line.faults.append("Le SIREN n’est pas celui du SIRET")
    elif siret:
        line.sheet["siren"] = siret[:9]
    if not line.sheet.get("name"):
        line.faults.append("Le nom manque")


LAYOUT = Layout(FIELDS, key="name", agree=_agree, said=_said)
