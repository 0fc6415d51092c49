"""What a password may not lean on: words that everybody types, the names of the place and of the person."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.text import slugify

# Those that French speakers reach for first, and what this platform is about.
_WORN = (
    *("motdepasse", "azertyuiop", "azerty", "qwertyuiop", "qwerty", "password", "bonjour", "soleil", "doudou"),
    *("loulou", "chouchou", "jetaime", "marseille", "bienvenue", "secret", "admin", "iloveyou", "abcdef"),
    *("trajectoires", "trajectoire", "efc", "economie", "fonctionnalite", "cooperation", "accompagnement"),
    *("structure", "association", "communaute", "plateforme"),
)
_ONES_OWN = ("first_name", "last_name")
# What is left once those words and the figures are taken away must still be long enough not to be guessed.
_LEAST = 8


class WornWordsValidator:
    """Refuses what is little more than such words with figures and signs around."""

    def validate(self, password: str, user: Any = None) -> None:
        left = re.sub(r"[^a-z]", "", slugify(password).lower())
        if not left:
            raise ValidationError("Des chiffres seuls se devinent\u00a0: écrivez quelques mots.", code="figures")
        found = [word for word in sorted({*_WORN, *_own_words(user)}, key=len, reverse=True) if word in left]
        for word in found:
            left = left.replace(word, "")
        if found and len(left) < _LEAST:
            raise ValidationError(
                f"C’est surtout «\u00a0{found[0]}\u00a0», que l’on essaierait d’abord\u00a0: ajoutez d’autres mots.",
                code="worn",
            )

    def get_help_text(self) -> str:
        return "Ni votre nom, ni celui de la plateforme, ni un mot que tout le monde essaie."


class KnownPasswordValidator:
    """Refuses the twenty thousand passwords that are tried first, also with figures or signs added around."""

    def __init__(self) -> None:
        self.known = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        lower = password.lower().strip()
        if {lower, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lower)} & self.known:
            raise ValidationError(
                "Ce mot de passe est parmi les plus essayés\u00a0: trouvez-en un à vous.", code="known"
            )

    def get_help_text(self) -> str:
        return "Pas un mot de passe que tout le monde essaie."


def _own_words(user: Any) -> set[str]:
    """The person's names and the parts of their address, short ones aside: they are in too many words."""
    if user is None:
        return set()
    texts = [user.email, *(getattr(user.person, name) for name in _ONES_OWN)]
    parts = (slugify(part) for text in texts for part in re.split(r"[\W_\d]+", text))
    return {part for part in parts if len(part) > 3}
