"""A version of the référentiel as a YAML file and back: checked whole, every fault with its line."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

import yaml

from efc_platform.shared.errors import OperationRefused
from trajectories.framework_words import AxisWords, CriterionWords, DimensionWords, FrameworkWords, LevelWords
from trajectories.models import LEVELS, SHORT_LENGTH, SPOKE_LENGTH

LARGEST = 200_000
# Deeper than any référentiel: lists within lists without end would exhaust who reads them.
_DEEPEST = 12
_LONGEST, _MOST = 2_000, 40
_CODES = [f"N{rank}" for rank in range(1, LEVELS + 1)]
_CODE, _KEY = re.compile(r"[A-Za-z0-9_-]+"), re.compile(r"[A-Za-z0-9_.-]+")
_HEADER = "# Les repères situent une lecture ; ils ne sont jamais additionnés ni moyennés.\n"
# What YAML would take for the end of a line, or refuse.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# They share out one text, and may make a small file enormous; tags name what is no text.
_REFUSED = {
    yaml.AliasToken: "un renvoi (*)",
    yaml.AnchorToken: "une ancre (&)",
    yaml.TagToken: "une étiquette de type (!)",
    yaml.DirectiveToken: "une directive (%)",
}
_OPENS = (
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
)
_CLOSES = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
Mapping = dict[str, yaml.Node]


def write_file(words: FrameworkWords, number: int) -> str:
    """The same words, in the form of the default file; read again, they are the same."""
    return "".join(_lines(words, number))


def _lines(words: FrameworkWords, number: int) -> Iterator[str]:
    yield f"{_HEADER}name: {_quoted(words.name)}\nversion: {number}\n"
    if words.introduction:
        yield f"introduction: {_quoted(words.introduction)}\n"
    yield "levels:\n"
    for code, level in zip(_CODES, words.levels, strict=True):
        yield f"  - {{code: {code}, key: {_bare(level.key)}, name: {_quoted(level.name)}}}\n"
    yield "axes:\n" if words.axes else "axes: []\n"
    for axis in words.axes:
        yield f"  - code: {_bare(axis.code)}\n    name: {_quoted(axis.name)}\n"
        yield "    dimensions:\n" if axis.dimensions else "    dimensions: []\n"
        for dimension in axis.dimensions:
            yield from _lines_of_dimension(dimension)


def _lines_of_dimension(one: DimensionWords) -> Iterator[str]:
    yield f"      - code: {_bare(one.code)}\n"
    yield f"        key: {_bare(one.key)}\n"
    for name in ("name", "short_name", "spoke_name", "question"):
        yield f"        {name}: {_quoted(getattr(one, name))}\n"
    yield "        criteria:\n" if one.criteria else "        criteria: []\n"
    for criterion in one.criteria:
        key = "" if criterion.key == criterion.code else f"key: {_bare(criterion.key)}, "
        yield f"          - {{code: {_bare(criterion.code)}, {key}text: {_quoted(criterion.text)}}}\n"
    yield "        markers:\n"
    for code, text in zip(_CODES, one.markers, strict=True):
        yield f"          {code}: {_quoted(text)}\n"


def _quoted(text: str) -> str:
    """Between quotes, so that nothing in it is read as YAML."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def _bare(name: str) -> str:
    """A code or a key as it is, unless YAML would read something else: « no » is no name to it."""
    return name if _KEY.fullmatch(name) and yaml.safe_load(name) == name else _quoted(name)


def read_file(text: str) -> tuple[int, FrameworkWords]:
    """The number that the file bears, and its words. OperationRefused names the line at fault and what is expected
    there; nothing is guessed, and what is not known is refused."""
    if len(text) > LARGEST:
        _refuse(None, f"ce texte est trop long\u00a0: {LARGEST // 1000}\u00a0000 signes au plus")
    try:
        _look_over(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        _refuse(error.problem_mark, "ce n’est pas du YAML. Vérifiez le retrait, les guillemets et les deux-points")
    except yaml.YAMLError:
        _refuse(None, "ce texte contient un caractère que YAML n’admet pas")
    if root is None:
        _refuse(None, "ce texte est vide. On attend name, version, levels et axes")
    return _framework(root)


def _look_over(text: str) -> None:
    """Before anything is built of it."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if word := _REFUSED.get(type(token)):
            _refuse(token.start_mark, f"{word} n’est pas admis ici. Écrivez le texte en entier, entre guillemets")
        depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
        if depth > _DEEPEST:
            _refuse(token.start_mark, "il y a trop de niveaux les uns dans les autres")


def _refuse(mark: yaml.Mark | None, what: str) -> NoReturn:
    where = f"Ligne {mark.line + 1}\u00a0: " if mark else ""
    sentence = f"{where}{what}."
    raise OperationRefused(sentence[:1].upper() + sentence[1:], field="text")


def _framework(root: yaml.Node) -> tuple[int, FrameworkWords]:
    given = _mapping(root, "la version", ["name", "version", "levels", "axes"], ["introduction"])
    axes = tuple(_axis(node) for node in _sequence(given["axes"], "axes"))
    _refuse_twice(given["axes"], "code d’axe", [one.code for one in axes])
    dimensions = [one for axis in axes for one in axis.dimensions]
    for name, values in {
        "code de dimension": [one.code for one in dimensions],
        "clé (key) de dimension": [one.key for one in dimensions],
        "code de critère": [one.code for dimension in dimensions for one in dimension.criteria],
        "clé (key) de critère": [one.key for dimension in dimensions for one in dimension.criteria],
    }.items():
        _refuse_twice(given["axes"], name, values)
    words = FrameworkWords(
        name=_text(given["name"], "name", 120),
        introduction=_text(given["introduction"], "introduction", _LONGEST, blank=True)
        if "introduction" in given
        else "",
        levels=_levels(given["levels"]),
        axes=axes,
    )
    return _number(given["version"]), words


def _number(node: yaml.Node) -> int:
    if node.tag != "tag:yaml.org,2002:int" or not re.fullmatch(r"[1-9][0-9]{0,5}", node.value):
        _refuse(node.start_mark, "«\u00a0version\u00a0» est un nombre entier, à partir de 1")
    return int(node.value)


def _levels(node: yaml.Node) -> tuple[LevelWords, ...]:
    nodes = _sequence(node, "levels")
    if len(nodes) != LEVELS:
        _refuse(node.start_mark, f"on attend {LEVELS}\u00a0repères, de N1 à N{LEVELS}\u00a0; il y en a {len(nodes)}")
    return tuple(_level(one, code) for one, code in zip(nodes, _CODES, strict=True))


def _level(node: yaml.Node, code: str) -> LevelWords:
    given = _mapping(node, "un repère", ["code", "key", "name"])
    if _text(given["code"], "code", 5) != code:
        _refuse(given["code"].start_mark, f"le code de ce repère est {code}")
    return LevelWords(_name(given["key"], "key", 40, _KEY), _text(given["name"], "name", 80))


def _axis(node: yaml.Node) -> AxisWords:
    given = _mapping(node, "un axe", ["code", "name", "dimensions"])
    dimensions = tuple(_dimension(one) for one in _sequence(given["dimensions"], "dimensions"))
    return AxisWords(_name(given["code"], "code", 5, _CODE), _text(given["name"], "name", 120), dimensions)


def _dimension(node: yaml.Node) -> DimensionWords:
    names = ["code", "key", "name", "short_name", "spoke_name", "question", "criteria", "markers"]
    given = _mapping(node, "une dimension", names)
    markers = _mapping(given["markers"], "les repères d’une dimension", _CODES)
    return DimensionWords(
        code=_name(given["code"], "code", 5, _CODE),
        key=_name(given["key"], "key", 60, _KEY),
        name=_text(given["name"], "name", 160),
        short_name=_text(given["short_name"], "short_name", SHORT_LENGTH),
        spoke_name=_text(given["spoke_name"], "spoke_name", SPOKE_LENGTH),
        question=_text(given["question"], "question", _LONGEST, blank=True),
        criteria=tuple(_criterion(one) for one in _sequence(given["criteria"], "criteria")),
        markers=tuple(_text(markers[code], code, _LONGEST, blank=True) for code in _CODES),
    )


def _criterion(node: yaml.Node) -> CriterionWords:
    given = _mapping(node, "un critère", ["code", "text"], ["key"])
    code = _name(given["code"], "code", 8, _KEY)
    key = _name(given["key"], "key", 60, _KEY) if "key" in given else code
    return CriterionWords(code, key, _text(given["text"], "text", _LONGEST))


def _mapping(node: yaml.Node, what: str, names: Sequence[str], optional: Sequence[str] = ()) -> Mapping:
    expected = f"pour {what}, on attend {', '.join([*names, *(f'{one} (au choix)' for one in optional)])}"
    if not isinstance(node, yaml.MappingNode):
        _refuse(node.start_mark, expected)
    given: Mapping = {}
    for name, value in node.value:
        known = name.value if isinstance(name, yaml.ScalarNode) else ""
        if known not in {*names, *optional}:
            _refuse(name.start_mark, f"«\u00a0{known[:40]}\u00a0» n’est pas connu\u00a0: {expected}")
        if known in given:
            _refuse(name.start_mark, f"«\u00a0{known}\u00a0» est écrit deux fois")
        given[known] = value
    if missing := [name for name in names if name not in given]:
        _refuse(node.start_mark, f"il manque {', '.join(missing)}\u00a0: {expected}")
    return given


def _sequence(node: yaml.Node, name: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» est une liste, une ligne par tiret")
    if len(node.value) > _MOST:
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» a {_MOST}\u00a0lignes au plus")
    return list(node.value)


def _text(node: yaml.Node, name: str, longest: int, *, blank: bool = False) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» est un texte\u00a0: mettez-le entre guillemets")
    text = str(node.value)
    if not text.strip() and not blank:
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» est vide")
    if len(text) > longest:
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» a {longest}\u00a0signes au plus\u00a0; il en a {len(text)}")
    if "\x00" in text:
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» contient un caractère qui ne se garde pas")
    return text


def _name(node: yaml.Node, name: str, longest: int, letters: re.Pattern[str]) -> str:
    text = _text(node, name, longest)
    if not letters.fullmatch(text):
        _refuse(node.start_mark, f"«\u00a0{name}\u00a0» s’écrit en lettres sans accent, chiffres, tirets et points")
    return text


def _refuse_twice(node: yaml.Node, name: str, values: Sequence[str]) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            _refuse(
                _where(node, value),
                f"le {name} «\u00a0{value}\u00a0» est employé deux fois".replace("le clé", "la clé"),
            )


def _where(node: yaml.Node, value: str) -> yaml.Mark:
    """The last place where it is written as a code or a key."""
    found = [one.start_mark for name, one in _pairs(node) if name in {"code", "key"} and one.value == value]
    return found[-1] if found else node.start_mark


def _pairs(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield str(name.value), value
            yield from _pairs(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _pairs(one)
