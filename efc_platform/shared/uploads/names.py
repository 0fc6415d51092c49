"""The name of a file as it may be shown, and proposed to whoever takes it away."""

import re
import unicodedata

LONGEST_NAME = 120
# Refused in a name by one system or another.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# What looks like an extension without being the last one: « facture.exe.pdf ».
_ANOTHER_EXTENSION = re.compile(r"\.(?=[^\W\d])")


def split_name(announced: str) -> tuple[str, str]:
    """What the name says, without any path, and its extension in small letters (empty when it has none)."""
    last = announced.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = last.rpartition(".")
    return (stem, extension.strip().lower()) if dot else (last, "")


def clean_name(stem: str, extension: str) -> str:
    """One line of visible letters, that no system and no eye takes for something else."""
    letters = unicodedata.normalize("NFC", stem)
    # Controls, and what turns the direction of a text: « cod.exe » would read « exe.doc ».
    visible = "".join(one for one in letters if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    plain = _ANOTHER_EXTENSION.sub("-", _FORBIDDEN.sub("-", " ".join(visible.split())))
    short = plain.strip(" .-")[:LONGEST_NAME].rstrip(" .-")
    return f"{short or 'document'}.{extension}"
