"""Accepting the terms of use; saying yes, and no longer, to what is not needed to take part."""

from django.db import transaction
from django.utils import timezone

from accounts import terms
from accounts.models import Consent, Person, TermsAcceptance, User
from efc_platform.shared.errors import OperationRefused


@transaction.atomic
def accept_terms(*, by: User, number: int) -> TermsAcceptance:
    """Keeps that a person accepted this version, once; OperationRefused when another has been published since the
    page was opened: nobody accepts words that were not shown."""
    version = terms.current()
    if number != version.number:
        raise OperationRefused("Ces conditions ont changé depuis que cette page est ouverte\u00a0: les voici à jour.")
    accepted, _is_new = TermsAcceptance.objects.get_or_create(
        user=by, number=number, defaults={"digest": version.digest, "accepted_at": timezone.now()}
    )
    return accepted


@transaction.atomic
def give_consent(*, by: User, subject: str, number: int) -> Consent:
    """Says yes to one thing, in the words shown, which are kept with the answer (RGPD, article 7). Twice is once."""
    text = terms.CONSENT_TEXTS.get(subject)
    if text is None or text.number != number:
        raise OperationRefused("Ce texte a changé depuis que cette page est ouverte\u00a0: relisez-le.")
    Person.objects.select_for_update().get(pk=by.person_id)
    standing = Consent.objects.standing().filter(person=by.person_id, subject=subject)
    if same := standing.filter(number=number).first():
        return same
    standing.update(withdrawn_at=timezone.now())
    return Consent.objects.create(
        person=by.person, subject=subject, number=number, words=text.words, given_at=timezone.now()
    )


def withdraw_consent(*, by: User, subject: str) -> None:
    """As easily as it was given; what was published meanwhile in good faith is the network's to take down."""
    Consent.objects.of(by).standing().filter(subject=subject).update(withdrawn_at=timezone.now())
