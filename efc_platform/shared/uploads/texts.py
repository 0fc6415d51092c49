"""Plain texts and CSV: letters and nothing else."""

import re
import unicodedata

from efc_platform.shared.errors import OperationRefused

_MARKUP = re.compile(r"\s*<[!?/a-zA-Z]")
# A formula by which a spreadsheet would start a program: =cmd|'/c calc'!A1.
_RUNS_A_PROGRAM = re.compile(r"""(?m)(?:^|[;,\t"])\s*[=+\-@][^;,\t\n|]{0,200}\|[^;\t\n]{0,500}!""")
_ALLOWED = {"\t", "\n", "\r", "\f"}


def text_to_keep(content: bytes) -> bytes:
    """The same text in UTF-8. OperationRefused for what is no text, for a page of the web, or a formula that runs a
    program."""
    text = _decoded(content)
    if any(unicodedata.category(one) in {"Cc", "Cs", "Cn"} for one in set(text) - _ALLOWED):
        raise _no_text()
    if _MARKUP.match(text):
        raise OperationRefused(
            "Ce texte est une page ou un dessin pour le web (HTML, SVG, XML), qui peut exécuter quelque chose à "
            "l’ouverture\u00a0: enregistrez-le en PDF, puis renvoyez-le."
        )
    if _RUNS_A_PROGRAM.search(text):
        raise OperationRefused("Une case de ce tableau est une formule qui lancerait un programme\u00a0: retirez-la.")
    return content if _is_utf8(content) else text.encode("utf-8-sig")


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else what French Windows writes."""
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_text()


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _no_text() -> OperationRefused:
    return OperationRefused(
        "Ce fichier ne se lit pas comme un texte\u00a0: il est peut-être abîmé, ou d’un autre format."
    )
