"""Writing an agreement and its amendments, signing them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.backstage.models import StoredFile
from efc_platform.backstage.operations import store_file
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.uploads import SCANS, checked
from trajectories.endings import refuse_closed
from trajectories.models import Agreement, Amendment, BoardSays, Manner, Party, Signature, Trajectory
from trajectories.notifications import tell_agreement
from trajectories.permissions import can_write_agreement, parties_open_to
from trajectories.strokes import Strokes

_FROZEN = "Ce texte est signé\u00a0: il ne change plus. Un avenant dit ce qui change."
_STALE = "Ce texte a été modifié entre-temps par une autre personne."


@dataclass(frozen=True)
class Terms:
    """What is agreed."""

    aim: str
    working_question: str
    starts_on: date
    ends_on: date
    days_agreed: Decimal
    modalities: str
    confidentiality: str
    rights: str
    funding: str = ""
    board_says: BoardSays = BoardSays.WAITING
    board_agreed_on: date | None = None
    board_agreed_by: str = ""
    board_not_asked: str = ""
    board_signs: bool = False
    coordination_signs: bool = False


@transaction.atomic
def write_agreement(
    *, by: User, trajectory: Trajectory, terms: Terms, expected_version: int | None = None
) -> Agreement:
    """Writes the agreement of a trajectory, or rewrites it while nobody has signed it (`expected_version` is None for
    a first writing). OperationRefused once it is signed; StaleEdit when another wrote since the form was opened."""
    # The lock makes two first writings at once wait for each other.
    Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    _refuse_stranger(by, trajectory)
    _refuse_disorder(terms)
    current = Agreement.objects.select_for_update().filter(trajectory=trajectory).first()
    if current is None:
        refuse_closed(trajectory, "on n’y signe plus de convention")
        return Agreement.objects.create(trajectory=trajectory, created_by=by.person, **asdict(terms))
    if current.is_frozen:
        raise OperationRefused(_FROZEN)
    if current.version != expected_version:
        raise StaleEdit(_STALE)
    for name, value in asdict(terms).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    return current


def _refuse_disorder(terms: Terms) -> None:
    if terms.ends_on < terms.starts_on:
        raise OperationRefused("La fin précède le début.", field="ends_on")
    _refuse_odd_days(terms.days_agreed)
    if terms.board_says == BoardSays.AGREED and not (terms.board_agreed_on and terms.board_agreed_by.strip()):
        raise OperationRefused("Dites quel jour et par qui l’accord a été donné.", field="board_agreed_by")
    if terms.board_says == BoardSays.NOT_ASKED and not terms.board_not_asked.strip():
        raise OperationRefused("Dites pourquoi il n’est pas demandé.", field="board_not_asked")


def _refuse_odd_days(days: Decimal | None) -> None:
    if days is not None and (days <= 0 or days * 2 != int(days * 2)):
        raise OperationRefused("Comptez en demi-journées\u00a0: 4 ou 4,5.", field="days_agreed")


@transaction.atomic
def write_amendment(
    *,
    by: User,
    agreement: Agreement,
    what_changes: str,
    ends_on: date | None = None,
    days_agreed: Decimal | None = None,
    amendment: Amendment | None = None,
    expected_version: int | None = None,
) -> Amendment:
    """Writes a new amendment, or rewrites one that nobody has signed; `days_agreed` is the whole number of days from
    now on. OperationRefused before the agreement is signed by somebody."""
    held = Agreement.objects.select_for_update().get(pk=agreement.pk)
    _refuse_stranger(by, held.trajectory)
    _refuse_odd_days(days_agreed)
    if ends_on and ends_on < held.starts_on:
        raise OperationRefused("La nouvelle fin précède le début de la convention.", field="ends_on")
    if not held.is_frozen:
        raise OperationRefused("La convention n’est signée de personne encore\u00a0: corrigez-la directement.")
    texts = {"what_changes": what_changes, "ends_on": ends_on, "days_agreed": days_agreed}
    if amendment is None:
        refuse_closed(held.trajectory, "sa convention n’a plus d’avenant")
        number = held.amendments.count() + 1
        return Amendment.objects.create(agreement=held, number=number, created_by=by.person, **texts)
    return _rewrite(held.amendments.get(pk=amendment.pk), expected_version, texts)


def _rewrite(amendment: Amendment, expected_version: int | None, texts: Mapping[str, object]) -> Amendment:
    if amendment.is_frozen:
        raise OperationRefused(_FROZEN)
    if amendment.version != expected_version:
        raise StaleEdit(_STALE)
    for name, value in texts.items():
        setattr(amendment, name, value)
    amendment.version += 1
    amendment.save()
    return amendment


@dataclass(frozen=True)
class Hand:
    """How somebody signs: their name in full, with a drawing if they made one, or a page of paper, scanned or kept
    somewhere that is said."""

    name: str
    signed_on: date
    strokes: Strokes
    on_paper: bool = False
    kept_where: str = ""
    scan: File | None = None

    @property
    def manner(self) -> Manner:
        if self.on_paper:
            return Manner.PAPER
        return Manner.DRAWN if self.strokes else Manner.TYPED


@transaction.atomic
def sign_agreement(
    *,
    by: User,
    agreement: Agreement,
    party: Party,
    hand: Hand,
    expected_version: int,
    amendment: Amendment | None = None,
) -> Signature:
    """Signs the agreement, or one of its amendments, as it was read (`expected_version`); from the first signature on
    the text is frozen. Who accompanies the structure notes a signature on paper in anybody's name.

    OperationRefused in the name of a party one is not, twice, before it is known what the board says, or for a scanned
    page that is neither a picture nor a harmless PDF.
    """
    held = Agreement.objects.select_for_update().get(pk=agreement.pk)
    text = held.amendments.get(pk=amendment.pk) if amendment else held
    if party not in parties_open_to(by, held, on_paper=hand.on_paper):
        raise OperationRefused("Vous ne pouvez pas signer en ce nom.")
    if party not in text.waited_for:
        raise OperationRefused("Cette signature est déjà donnée.")
    _refuse_hand(held, hand)
    if text.version != expected_version:
        raise StaleEdit("Le texte a changé depuis que vous l’avez lu\u00a0: relisez-le avant de signer.")
    signature = _sign(by, held, amendment, party, hand)
    # Read anew: what the page holds was read before this signature.
    told = Agreement.objects.get(pk=held.pk)
    tell_agreement(told, told.amendments.get(pk=amendment.pk) if amendment else None, by=by.person)
    return signature


def _refuse_hand(agreement: Agreement, hand: Hand) -> None:
    if agreement.board_says == BoardSays.WAITING:
        raise OperationRefused(
            "Dites d’abord, dans la convention, ce qu’il en est de l’accord du conseil\u00a0: donné, ou non demandé."
        )
    if hand.signed_on > timezone.localdate():
        raise OperationRefused("On signe aujourd’hui, ou un jour passé pour une page de papier.", field="signed_on")
    if hand.on_paper and not (hand.scan or hand.kept_where.strip()):
        raise OperationRefused("Joignez la page signée, ou dites où elle est gardée.", field="scan")
    if not hand.on_paper and hand.signed_on != timezone.localdate():
        raise OperationRefused("Une signature faite ici porte la date d’aujourd’hui.", field="signed_on")


def _sign(by: User, agreement: Agreement, amendment: Amendment | None, party: Party, hand: Hand) -> Signature:
    scan = _kept(hand.scan) if hand.on_paper and hand.scan else None
    try:
        with transaction.atomic():
            return Signature.objects.create(
                agreement=agreement,
                amendment=amendment,
                party=party,
                manner=hand.manner,
                name=hand.name,
                signed_on=hand.signed_on,
                strokes=[] if hand.on_paper else hand.strokes,
                kept_where=hand.kept_where if hand.on_paper else "",
                scan=scan,
                person=None if hand.on_paper else by.person,
                recorded_by=by.person,
            )
    except IntegrityError:
        raise OperationRefused("Cette signature est déjà donnée.") from None


def _kept(scan: File) -> StoredFile:
    page = checked(scan, kinds=SCANS, field="scan")
    return store_file(name=page.name, content_type=page.content_type, content=page.content)


def _refuse_stranger(by: User, trajectory: Trajectory) -> None:
    if not can_write_agreement(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent écrivent la convention."
        )
