"""How a structure is known to the public registers: SIREN, SIRET, RNA, APE, accreditations."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from stdnum.exceptions import InvalidChecksum, InvalidComponent
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.fr import siren, siret

_SPACES = re.compile(r"[\s.\-\u00a0\u202f]+")
# A letter may follow the W overseas (W9C…, W9R…) and in Corsica (W2A…); the last six figures are a count.
_RNA = re.compile(r"W[0-9A-Z]{3}[0-9]{6}")
# Section 2 of the decree 2007-1888: two digits, two digits, a letter.
_APE = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")


class Accreditation(models.TextChoices):
    """What the State grants a structure, and funders ask about."""

    ESUS = "esus", "Esus (entreprise solidaire d’utilité sociale)"
    SIAE = "siae", "SIAE (insertion par l’activité économique)"
    PUBLIC_INTEREST = "public_interest", "Reconnue d’utilité publique"
    GENERAL_INTEREST = "general_interest", "Intérêt général (rescrit fiscal)"
    YOUTH = "youth", "Jeunesse et éducation populaire"
    QUALIOPI = "qualiopi", "Qualiopi"
    ENVIRONMENT = "environment", "Protection de l’environnement"
    SPORT = "sport", "Agrément sport"
    MEDICO_SOCIAL = "medico_social", "Établissement social ou médico-social"


def as_siren(typed: str) -> str:
    """Nine digits, the last one a key (Luhn); ValidationError otherwise. Spaces are of no account."""
    digits = _closed_up(typed)
    try:
        return siren.validate(digits)
    except (InvalidChecksum, InvalidComponent):
        raise ValidationError(_KEY.format(name="SIREN")) from None
    except NotANumber:
        raise ValidationError("Un SIREN compte neuf chiffres, par exemple 732 829 320.") from None


def as_siret(typed: str) -> str:
    """Fourteen digits: a SIREN, the number of a place, a key (Luhn; La Poste's places, whose digits add up to a
    multiple of five, are theirs alone). ValidationError otherwise."""
    digits = _closed_up(typed)
    try:
        return siret.validate(digits)
    except (InvalidChecksum, InvalidComponent):
        raise ValidationError(_KEY.format(name="SIRET")) from None
    except NotANumber:
        raise ValidationError("Un SIRET compte quatorze chiffres, par exemple 732 829 320 00074.") from None


def as_rna(typed: str) -> str:
    """W and nine figures or letters, as the Répertoire national des associations numbers them; ValidationError
    otherwise."""
    number = _closed_up(typed)
    if not _RNA.fullmatch(number):
        raise ValidationError("Un numéro RNA commence par W, suivi de neuf chiffres, par exemple W621000123.")
    return number


def as_ape(typed: str) -> str:
    """The code of the activity in the NAF, with its point: 94.99Z; ValidationError otherwise."""
    found = _APE.fullmatch(re.sub(r"\s+", "", typed).upper())
    if not found:
        raise ValidationError("Un code APE s’écrit avec quatre chiffres et une lettre, par exemple 94.99Z.")
    return f"{found[1]}.{found[2]}{found[3]}"


def _closed_up(typed: str) -> str:
    return _SPACES.sub("", typed).upper()


_KEY = "Ce {name} comporte une erreur de frappe\u00a0: sa clé ne correspond pas. Relisez-le sur un document officiel."
