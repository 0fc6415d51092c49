"""PDF: kept as they are, for a signature to stay valid, provided that nothing in them acts."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import settings as qpdf

from efc_platform.shared.errors import OperationRefused

MOST_OBJECTS = 150_000
# Of what they say, streams aside: a book of a thousand pages has some ten megabytes.
MOST_WRITTEN = 40_000_000
_MOST_MEMORY = 60_000_000
# Of the whole process, and set before any thread reads: what unfolds without end is not followed.
qpdf.set_qpdf_limits(
    flate_max_memory=_MOST_MEMORY,
    run_length_max_memory=_MOST_MEMORY,
    png_max_memory=_MOST_MEMORY,
    tiff_max_memory=_MOST_MEMORY,
    dct_max_memory=_MOST_MEMORY,
    max_stream_filters=4,
    parser_max_nesting=100,
    parser_max_container_size=500_000,
    doc_max_warnings=200,
)
# What the file brings is said to the person, not written in the log of the platform.
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)

# ISO 32000-2, 12.6: actions that run, open, send or bring something in; by themselves (AA) or not.
_ACTING = {
    b"JS": "un programme (JavaScript)",
    b"JavaScript": "un programme (JavaScript)",
    b"Launch": "de quoi lancer un programme",
    b"EmbeddedFile": "un autre fichier",
    b"EmbeddedFiles": "un autre fichier",
    b"GoToE": "un autre fichier",
    b"RichMedia": "une animation",
    b"Rendition": "une animation",
    b"Movie": "une animation",
    b"XFA": "un formulaire qui s’exécute (XFA)",
    b"SubmitForm": "un formulaire qui s’envoie ailleurs",
    b"ImportData": "un formulaire qui lit ailleurs",
    b"AA": "une action qui part toute seule",
}
_NAME = re.compile(rb"/([^\s/()<>\[\]{}%]+)")
_REFERENCE = re.compile(rb"(\d{1,8}) (\d{1,5}) R\b")
_STRINGS = re.compile(rb"\((?:\\.|[^\\()]++)*\)|<[0-9a-fA-F\s]*>", re.DOTALL)
# Also where no reader of today looks: an earlier state of the file, what follows its end.
_HIDDEN = re.compile(
    rb"/(?:S|Type)\s*/(JavaScript|Launch|EmbeddedFile|GoToE|SubmitForm|ImportData|Rendition)(?=[\s/<\[(>])"
)


def refuse_acting_pdf(content: bytes) -> None:
    """OperationRefused for one that is broken, locked, endless, or that does more than being read."""
    try:
        # Without recovery by trial and error: a reader might find in it other objects than we do.
        with pikepdf.open(
            io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False, suppress_warnings=True
        ) as pdf:
            _refuse_acting(pdf)
    except pikepdf.PasswordError as locked:
        raise OperationRefused(
            "Ce PDF est protégé par un mot de passe\u00a0: personne ne pourrait vérifier ce qu’il contient. "
            "Retirez-le, puis renvoyez le fichier."
        ) from locked
    except (pikepdf.PdfError, ValueError, RuntimeError, MemoryError, RecursionError) as wrong:
        raise OperationRefused("Ce PDF ne s’ouvre pas\u00a0: il est abîmé ou incomplet.") from wrong
    if found := _HIDDEN.search(content):
        raise _refusal(found[1])


def _refuse_acting(pdf: pikepdf.Pdf) -> None:
    for written in _reached(pdf):
        for name in _NAME.findall(written):
            if name in _ACTING:
                raise _refusal(name)
    if not _only_goes_to_a_page(pdf.Root.get("/OpenAction")):
        raise _refusal(b"AA")


def _reached(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """All that a reader may come to from the trailer, as qpdf writes it: names without their escapes, streams by
    their dictionary; strings left out. One after the other, so that what is endless is left before it fills the
    memory."""
    said, known = 0, set[tuple[int, int]]()
    waiting: list[Any] = [pdf.trailer]
    while waiting:
        one = waiting.pop()
        one = pdf.get_object(one) if isinstance(one, tuple) else one
        # A stream is written as a reference to it.
        entries = one.stream_dict if isinstance(one, pikepdf.Stream) else one
        written = entries.unparse(resolved=True)
        said += len(written)
        if said > MOST_WRITTEN or len(known) > MOST_OBJECTS:
            raise _endless()
        yield (bare := _STRINGS.sub(b"", written))
        new = {(int(number), int(generation)) for number, generation in _REFERENCE.findall(bare)} - known
        known |= new
        # In order: neighbours are folded together, and unfolded once.
        waiting += sorted(new, reverse=True)


def _only_goes_to_a_page(action: Any) -> bool:
    """The page on which it opens, as word processors write it."""
    if action is None or isinstance(action, pikepdf.Array):
        return True
    return isinstance(action, pikepdf.Dictionary) and action.get("/S") == "/GoTo" and "/Next" not in action


def _endless() -> OperationRefused:
    return OperationRefused(
        "Ce PDF compte trop d’éléments pour être vérifié\u00a0: imprimez-le en PDF, puis renvoyez le fichier obtenu."
    )


def _refusal(name: bytes) -> OperationRefused:
    return OperationRefused(
        f"Ce PDF contient {_ACTING[name]}\u00a0: il n’est pas gardé. Imprimez-le en PDF, puis renvoyez le fichier "
        "obtenu."
    )
