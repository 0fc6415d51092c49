"""What would let a reader recognise a structure or a person: found in texts, word by word, never guessed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

SHORTEST_NAME = 3
# Shorter, a name of several words is in too many addresses by chance once its words are run together.
SHORTEST_RUN = 8
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = {"le", "la", "les", "l", "un", "une", "des"}
# Typed or pasted, they are seen by nobody and would cut a name in two.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SENTENCE_MARKS = set(".,;:!?…")
_MARKS = re.compile(r"[*>\\\[\]]|(?<![^\W_])_|_(?![^\W_])")
_HYPHENS = "-\u2010\u2011"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]*\w\s?(?:@|[(\[](?:at|arobase)[)\]])\s?[^\W_][\w-]*(?:\.[\w-]+)+", re.IGNORECASE
)
_WEB_ADDRESS = re.compile(
    r"""(?:https?://|www\.)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?»]
      | (?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.(?:fr|org|com|net|eu|coop|info|bzh|alsace|paris)\b(?:/[^\s<>()\[\]]*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_PHONE = re.compile(
    r"""(?<![\d+])(?:
      (?:(?:\+|00)\s?33[\s.-]?(?:\(0\)[\s.-]?)?|0)[1-9](?:[\s./-]?\d\d){4}
      | (?:\+|00)\s?[1-9]\d{0,2}(?:[\s./()-]{0,2}\d){7,12}
    )(?!\d)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Clue:
    """A name that must not be read: its words, what it names, and how strictly they are compared.

    A name of one word is compared with its capitals, for « les seuils » are not « Les Seuils »; several
    words in a row are a name however they are written.
    """

    words: tuple[str, ...]
    what: str
    is_loose: bool
    marks: frozenset[str] = frozenset()
    is_exact: bool = False
    stands_alone: bool = False


@dataclass(frozen=True)
class Finding:
    """Words of a text that name somebody or something, as they were typed."""

    part: str
    words: str
    what: str


def structure_clues(name: str, acronym: str = "") -> Iterator[Clue]:
    """A structure's name, its article aside (« aux Seuils » names « Les Seuils » too), and its acronym."""
    if _length(name) >= SHORTEST_NAME:
        yield _clue(_without_article(name), "le nom d’une structure")
    if _length(acronym) >= SHORTEST_NAME:
        yield _clue(acronym, "le sigle d’une structure", is_exact=True)


def commune_clues(commune: str) -> Iterator[Clue]:
    if _words_of(commune):
        yield _clue(_without_article(commune), "la commune de la structure")


def person_clues(first_name: str, last_name: str, *, is_of_the_structure: bool = False) -> Iterator[Clue]:
    """A full name in either order; the last name alone too, for somebody of the structure that is told of."""
    if not (_words_of(first_name) and _words_of(last_name)):
        return
    for name in (f"{first_name} {last_name}", f"{last_name} {first_name}"):
        yield _clue(name, "le nom d’une personne")
    if is_of_the_structure:
        # « Saint-Martin » or « petit-déjeuner » are not Mr Martin or Mrs Petit.
        yield _clue(last_name, "le nom d’une personne de la structure", stands_alone=True)


def recognisable(texts: Mapping[str, str], clues: Iterable[Clue]) -> list[Finding]:
    """All that names a structure or a person in these texts, part by part, each words once a part.

    Whole words, accents exact; apostrophes, hyphens, spaces, line breaks and Markdown marks between
    the words of a name count for nothing. E-mail addresses and telephone numbers are always found; a web
    address where it bears one of these names.
    """
    # By the first word, whatever its capitals: thousands of names are then met once a word of the text.
    by_word: dict[str, list[Clue]] = {}
    for clue in clues:
        by_word.setdefault(clue.words[0].casefold(), []).append(clue)
    found = (Finding(part, words, what) for part, text in texts.items() for words, what in _in_text(text, by_word))
    return list(dict.fromkeys(found))


def _in_text(text: str, by_word: Mapping[str, list[Clue]]) -> Iterator[tuple[str, str]]:
    """In the order of the text; what stands inside a longer finding is not told again."""
    text = _normal(text)
    spans = [*_reaches(text), *_sites(text, by_word), *_names(text, by_word)]
    end = -1
    for start, stop, what in sorted(spans, key=lambda span: (span[0], -span[1])):
        if stop > end:
            yield " ".join(_MARKS.sub(" ", text[start:stop]).split()), what
            end = stop


def _reaches(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, what in ((_EMAIL, "une adresse électronique"), (_PHONE, "un numéro de téléphone")):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), what


def _sites(text: str, by_word: Mapping[str, list[Clue]]) -> Iterator[tuple[int, int, str]]:
    """Addresses that bear a name: one of several words anywhere, one of a single word as a whole part."""
    sites = [(match, _parts_of(match.group())) for match in _WEB_ADDRESS.finditer(text)]
    # Each of thousands of names is looked for once in all the addresses, then those met in each address.
    everywhere = "\n".join(part for _match, parts in sites for part in parts)
    met = [(name, clue) for name, clue in _names_in_addresses(by_word) if name in everywhere] if sites else []
    for match, parts in sites:
        if clue := next((clue for name, clue in met if _bears(parts, name, clue)), None):
            yield match.start(), match.end(), f"une adresse web où se lit {clue.what}"


def _parts_of(address: str) -> list[str]:
    return [_run_together(part) for part in re.split(r"[./?#=&:]+", address)]


def _names_in_addresses(by_word: Mapping[str, list[Clue]]) -> Iterator[tuple[str, Clue]]:
    """A last name alone may be that of a place."""
    for clue in chain.from_iterable(by_word.values()):
        if not clue.stands_alone:
            yield _run_together("".join(clue.words)), clue


def _bears(parts: Iterable[str], name: str, clue: Clue) -> bool:
    if len(clue.words) > 1 and len(name) >= SHORTEST_RUN:
        return any(name in part for part in parts)
    return any(part in {name, *(article + name for article in _ARTICLES)} for part in parts)


def _run_together(text: str) -> str:
    """As a name is written in an address: « Les Sœurs d’Éloi » is « lessoeursdeloi »."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in plain if character.isalnum())


def _names(text: str, by_word: Mapping[str, list[Clue]]) -> Iterator[tuple[int, int, str]]:
    words = list(_WORD.finditer(text))
    for rank, word in enumerate(words):
        for clue in by_word.get(word.group().casefold(), ()):
            row = words[rank : rank + len(clue.words)]
            if len(row) == len(clue.words) and _is_named(text, row, clue):
                yield row[0].start(), row[-1].end(), clue.what


def _is_named(text: str, row: list[re.Match[str]], clue: Clue) -> bool:
    if not all(_same(one.group(), wanted, clue) for one, wanted in zip(row, clue.words, strict=True)):
        return False
    between = (text[one.end() : other.start()] for one, other in pairwise(row))
    if any(set(gap) & (_SENTENCE_MARKS - clue.marks) for gap in between):
        return False
    return not (clue.stands_alone and _is_joined(text, row[0].start(), row[-1].end()))


def _same(typed: str, wanted: str, clue: Clue) -> bool:
    # The « d’ » of « D’Hondt » takes the capital that its place gives it.
    if clue.is_loose or wanted in {"D", "L", "d", "l"}:
        return typed.casefold() == wanted.casefold()
    return typed == wanted if clue.is_exact else typed in {wanted, wanted.upper(), wanted.capitalize()}


def _is_joined(text: str, start: int, end: int) -> bool:
    """A hyphen makes another word of it."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(re.search(rf"\w[{_HYPHENS}]$", before) or re.match(rf"[{_HYPHENS}]\w", after))


def _clue(name: str, what: str, *, is_exact: bool = False, stands_alone: bool = False) -> Clue:
    name = _normal(name).strip()
    is_one_word = len(name.split()) == 1
    return Clue(
        words=_words_of(name),
        what=what,
        is_loose=not (is_one_word or is_exact),
        marks=frozenset(_SENTENCE_MARKS & set(name)),
        is_exact=is_exact,
        stands_alone=stands_alone and is_one_word,
    )


def _without_article(name: str) -> str:
    """A number keeps its own: « 104 » is in many a text, « le 104 » is a place."""
    name = _normal(name)
    words = list(_WORD.finditer(name))
    if len(words) < 2 or words[0].group().casefold() not in _ARTICLES:
        return name
    rest = name[words[1].start() :]
    return rest if any(character.isalpha() for character in rest) else name


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_normal(text)))


def _length(name: str) -> int:
    return sum(map(len, _words_of(name)))


def _normal(text: str) -> str:
    """One writing of each accented letter."""
    return unicodedata.normalize("NFC", text).translate(_UNSEEN)
