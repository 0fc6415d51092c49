"""Who reads a text: the rule that opens it to somebody, asked for everybody at once; and what widens or narrows it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import Role, User
from accounts.queries import known_at_once, readers_among
from efc_platform.shared.pauses import Names, Pause, Question, confirmed
from efc_platform.shared.registry import Registry
from structures.models import LocalRole, Structure, Ties, ties_of

# So many are said by name; more are said by their number.
MOST_NAMES = 8


@dataclass(frozen=True)
class Reader:
    """Somebody with an account who reads the text, and what binds them to structures."""

    user: User
    ties: Ties

    @property
    def name(self) -> str:
        return self.user.person.display_name

    def accompanies(self, structure: Structure) -> bool:
        return structure.pk in self.ties.accompanied

    def is_there_as(self, role: LocalRole, structure: Structure) -> bool:
        return role in self.ties.roles.get(structure.pk, frozenset())


Rule = Callable[[User], QuerySet]
Grouping = Callable[[Any, User, list[Reader]], list[Names]]


def by_place(structure: Structure, readers: Sequence[Reader]) -> list[Names]:
    """Each under the first place they hold towards the structure."""
    left = list(readers)
    groups = []
    for label, many, holds in _PLACES:
        held = [reader for reader in left if holds(reader, structure)]
        groups.append(named(label, many, held))
        left = [reader for reader in left if reader not in held]
    return [group for group in groups if group.people]


def named(label: str, many: str, readers: Sequence[Reader]) -> Names:
    """By name, or « les 143 membres de la communauté »."""
    if len(readers) > MOST_NAMES:
        return Names(label, [f"les {len(readers)}\u00a0{many}"])
    return Names(label, [reader.name for reader in readers])


def _of_structure(row: Any, viewer: User, readers: list[Reader]) -> list[Names]:
    return by_place(row if isinstance(row, Structure) else row.trajectory.structure, readers)


@dataclass(frozen=True)
class Kind:
    """A kind of text: the rule of its readers, how to speak of one, and how its readers are gathered.

    `key` is the column that its address carries. `public` says of one that anybody reads it, account or not.
    """

    rule: Rule
    told: Callable[[Any], str]
    sentence: Callable[[Any], str]
    groups: Grouping = _of_structure
    key: str = "public_id"
    related: Sequence[str] = ()
    public: Callable[[Any], bool] = lambda row: False


KINDS: Registry[Kind] = Registry("kind of text")


def readers_of(row: models.Model, rule: Rule) -> list[Reader]:
    """Whoever has an open account and to whom the rule gives this row. The rule itself is asked, so that what is
    said of a text is what its pages do."""
    users = list(User.objects.filter(is_active=True).order_by("person__last_name", "person__first_name", "pk"))
    with known_at_once(users):
        reading = readers_among(users, row, rule)
        return [Reader(user, ties_of(user)) for user in users if user.pk in reading]


@dataclass
class Change:
    """What a change did to who reads: how many no longer do."""

    lost: int = 0


@contextmanager
def asked_before_widening(
    kind: Kind,
    row: models.Model,
    *,
    by: User,
    data: Any,
    go_on: str = "Élargir et enregistrer",
    always: bool = False,
    when: bool = True,
) -> Iterator[Change]:
    """Around a write that may open a text to more people: it is done, its readers are looked at again, and unless
    whoever writes has seen those who come in addition, all is undone and Pause names them. `always` asks even when
    nobody comes yet: what is done is for good. Not `when` the form touched nothing that opens or shuts."""
    if not when:
        yield Change()
        return
    with transaction.atomic():
        change, before = Change(), readers_of(row, kind.rule)
        was_public = kind.public(row)
        yield change
        row.refresh_from_db()
        after = readers_of(row, kind.rule)
        known, kept = {reader.user for reader in before}, {reader.user for reader in after}
        gained = [reader for reader in after if reader.user not in known]
        change.lost = len(known - kept)
        is_public = kind.public(row) and not was_public
        key = _key(gained, is_public)
        if (always or gained or is_public) and key not in confirmed(data):
            raise Pause(_question(kind, row, by, gained, is_public, Question(key, "", "", go_on=go_on)))


def _question(kind: Kind, row: Any, by: User, gained: list[Reader], is_public: bool, question: Question) -> Question:
    if is_public:
        everybody = Names("Tout le monde", ["n’importe qui, même sans compte"])
        return replace(question, heading="N’importe qui lira ce texte", text=_ONCE_READ, names=[everybody])
    if not gained:
        return replace(question, heading="Personne de plus ne lira ce texte pour l’instant", text=_LATER)
    several = len(gained) > 1
    many = f"{len(gained)} personnes de plus liront" if several else "Une personne de plus lira"
    groups = kind.groups(row, by, gained)
    return replace(question, heading=f"{many} ce texte", text=_ONCE_READ, names=groups)


_ONCE_READ = "On peut refermer un cercle ensuite, pas faire oublier ce qui a été lu."
_LATER = "Celles et ceux qui rejoindront la structure ou son équipe d’accompagnement le liront."


def _key(gained: Sequence[Reader], is_public: bool) -> str:
    """Says yes to these people: if others come meanwhile, it is asked again."""
    people = ",".join(str(pk) for pk in sorted(reader.user.pk for reader in gained))
    return f"widen-{salted_hmac('widening', f'{is_public}:{people}').hexdigest()[:16]}"


def narrowed(lost: int) -> str:
    """The sentence that goes with a circle drawn in."""
    people = f"{lost} personnes ne le lisent" if lost > 1 else "Une personne ne le lit"
    return f"{people} plus. Ce texte a pu être lu avant\u00a0: si cela compte, parlez-en avec elle{'s' * (lost > 1)}."


def _coordinates(reader: Reader, structure: Structure) -> bool:
    return Role.COORDINATOR in reader.user.roles


def _as(role: LocalRole) -> Callable[[Reader, Structure], bool]:
    return lambda reader, structure: reader.is_there_as(role, structure)


_PLACES: Collection[tuple[str, str, Callable[[Reader, Structure], bool]]] = [
    ("L’équipe d’accompagnement", "personnes qui accompagnent", Reader.accompanies),
    ("La dirigeance", "personnes qui dirigent", _as(LocalRole.LEADER)),
    ("Le conseil d’administration", "membres du conseil", _as(LocalRole.BOARD)),
    ("L’équipe salariée", "personnes salariées", _as(LocalRole.STAFF)),
    ("Les bénévoles", "bénévoles", _as(LocalRole.VOLUNTEER)),
    ("La coordination du réseau", "personnes de la coordination", _coordinates),
    ("D’autres personnes", "autres personnes", lambda reader, structure: True),
]
