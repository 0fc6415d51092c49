"""The YAML of a version: exact both ways, and refused with the line at fault."""

import random
import time
from dataclasses import replace

import pytest

from efc_platform.shared.errors import OperationRefused
from trajectories.framework import DATA, load_framework
from trajectories.framework_file import LARGEST, read_file, write_file
from trajectories.framework_words import AxisWords, CriterionWords, DimensionWords, FrameworkWords, words_of
from trajectories.models import ChangeKind, FrameworkVersion
from trajectories.operations import import_framework, start_framework

DEFAULT = (DATA / "referentiel-efc.yaml").read_text(encoding="utf-8")
LINES = DEFAULT.splitlines()


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(LINES, start=1) if text in line)


def test_default_file_is_written_again_to_the_letter():
    number, words = read_file(DEFAULT)
    assert write_file(words, number) == DEFAULT


@pytest.mark.django_db
def test_version_in_the_database_is_written_as_the_file_it_came_from():
    assert write_file(words_of(load_framework()), 1) == DEFAULT


# Letters, what YAML reads as something else, what it folds or escapes, and what is outside the basic plane.
_SIGNS = [*"abcé’\"'\\:#&*!%@`|>[]{},?- \n\t\r", "\u00a0", "\x85", "\x9f", "\u2028", "\ufeff", "😀", "no", "1", "<ins>"]


def _text(seed: random.Random, longest: int = 20) -> str:
    return "x" + "".join(seed.choice(_SIGNS) for _ in range(seed.randrange(longest - 4)))[: longest - 1]


def _any_words(seed: random.Random) -> FrameworkWords:
    _number, known = read_file(DEFAULT)
    axes = []
    for axis in range(seed.randrange(4)):
        dimensions = [
            DimensionWords(
                code=f"D{axis}{place}",
                key=seed.choice(["no", "null", "true", "k.", "a_b"]) + f"{axis}{place}"[: seed.choice([2, 3])],
                name=_text(seed),
                short_name=_text(seed),
                spoke_name=_text(seed),
                question=seed.choice(["", _text(seed)]),
                criteria=tuple(
                    CriterionWords(
                        f"C{axis}{place}{rank}",
                        seed.choice([f"C{axis}{place}{rank}", f"k{axis}{place}{rank}"]),
                        _text(seed),
                    )
                    for rank in range(seed.randrange(4))
                ),
                markers=tuple(seed.choice(["", _text(seed, 80)]) for _ in range(5)),
            )
            for place in range(seed.randrange(4))
        ]
        axes.append(AxisWords(f"A{axis}", _text(seed), tuple(dimensions)))
    return replace(known, name=_text(seed), introduction=seed.choice(["", _text(seed, 200)]), axes=tuple(axes))


@pytest.mark.parametrize("rank", range(60))
def test_any_words_come_back_as_they_were(rank):
    seed = random.Random(rank)  # noqa: S311
    words, number = _any_words(seed), seed.randrange(1, 99)
    assert read_file(write_file(words, number)) == (number, words)


def refusal_of(text: str) -> str:
    with pytest.raises(OperationRefused) as refused:
        read_file(text)
    assert refused.value.field == "text"
    return refused.value.message.replace("\u00a0", " ")


def changed(old: str, new: str) -> str:
    assert old in DEFAULT
    return DEFAULT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (changed('name: "Référentiel EFC"\n', ""), 2, "il manque name"),
        (changed("version: 1", "version: un"), line_of("version: 1"), "est un nombre entier"),
        (changed("version: 1", "version: 0"), line_of("version: 1"), "est un nombre entier"),
        (changed("version: 1", "version: 1\nauteur: moi"), line_of("version: 1") + 1, "« auteur » n’est pas connu"),
        (changed("version: 1", "version: 1\nversion: 2"), line_of("version: 1") + 1, "« version » est écrit deux fois"),
        (changed("{code: N2,", "{code: N3,"), line_of("{code: N2,"), "le code de ce repère est N2"),
        (changed(f"{LINES[line_of('code: N5') - 1]}\n", ""), line_of("code: N1"), "on attend 5 repères"),
        (
            changed("key: living_work", "key: travail vivant"),
            line_of("key: living_work"),
            "s’écrit en lettres sans accent",
        ),
        (changed("key: intangible_resources", "key: living_work"), line_of("key: intangible_resources"), "deux fois"),
        (
            changed("{code: D1.2,", "{code: D1.1,"),
            line_of("{code: D1.2,"),
            "code de critère « D1.1 » est employé deux fois",
        ),
        (
            changed('spoke_name: "Travail vivant"', 'spoke_name: "Travail vivant et reconnaissance"'),
            line_of('spoke_name: "Travail vivant"'),
            "a 20 signes au plus ; il en a 32",
        ),
        (
            changed('short_name: "Travail vivant"', "short_name: no"),
            line_of('short_name: "Travail'),
            "mettez-le entre guillemets",
        ),
        (changed('short_name: "Travail vivant"', 'short_name: " "'), line_of('short_name: "Travail'), "est vide"),
        (changed('text: "Le travail réel', 'texte: "Le travail réel'), line_of("D1.1"), "« texte » n’est pas connu"),
        (changed("          N1:", "          N6:"), line_of("          N1:"), "« N6 » n’est pas connu"),
        (
            changed("        markers:\n", "        markers: []\n        x:\n"),
            line_of("        markers:") + 1,
            "« x » n’est pas connu",
        ),
        (changed('name: "Organisation interne"', 'name: "Organisation'), None, "ce n’est pas du YAML"),
        (changed("version: 1", "version: 1\n\tfoo: 1"), None, "ce n’est pas du YAML"),
        ("", None, "ce texte est vide"),
        ("- a\n- b\n", 1, "pour la version, on attend name, version, levels, axes"),
        ("juste un mot", 1, "pour la version, on attend name"),
        (DEFAULT + "---\nname: 2\n", None, "ce n’est pas du YAML"),
    ],
)
def test_fault_is_named_with_its_line(text, where, what):
    said = refusal_of(text)
    assert what.casefold() in said.casefold()
    if where:
        assert said.startswith(f"Ligne {where} : ")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: &x [1]\nb: *x\n", "ancre"),
        ("a: *x\n", "renvoi"),
        ("a: !!python/object/apply:os.system ['true']\n", "étiquette de type"),
        ("%YAML 1.1\n---\na: 1\n", "directive"),
        ("[" * 5_000, "trop de niveaux"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(60)), "trop de niveaux"),
        ("x" * (LARGEST + 1), "trop long"),
        ("name: \x07\n", "n’admet pas"),
    ],
)
def test_what_would_harm_is_refused_at_once(text, what):
    started = time.monotonic()
    assert what in refusal_of(text)
    assert time.monotonic() - started < 5


@pytest.mark.django_db
def test_file_makes_a_draft_that_says_where_it_comes_from(cast):
    published = load_framework()
    text = changed('question: "Que demande', 'question: "Au fond, que demande').replace("version: 1", "version: 7")
    made = import_framework(by=cast.coordinator, text=text, why="Relu en séminaire.")
    assert (made.number, made.based_on, made.is_draft) == (2, published, True)
    assert words_of(made) == read_file(text)[1]
    change = made.changes.get()
    assert (change.kind, change.why, change.made_by) == (
        ChangeKind.REWORDED,
        "Relu en séminaire.",
        cast.coordinator.person,
    )


@pytest.mark.django_db
def test_refused_file_makes_nothing(cast):
    load_framework()
    with pytest.raises(OperationRefused, match="Ligne"):
        import_framework(by=cast.coordinator, text=changed("{code: N2,", "{code: N3,"), why="?")
    with pytest.raises(OperationRefused, match="coordination"):
        import_framework(by=cast.practitioner, text=DEFAULT, why="?")
    assert FrameworkVersion.objects.count() == 1


@pytest.mark.django_db
def test_file_is_refused_while_a_draft_is_open(cast):
    start_framework(by=cast.coordinator, based_on=load_framework())
    with pytest.raises(OperationRefused, match="déjà en préparation"):
        import_framework(by=cast.coordinator, text=DEFAULT, why="?")
