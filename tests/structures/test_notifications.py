"""Who is told that a structure is entrusted to them."""

from datetime import date

from accounts.models import Category, Notice
from structures import operations


def titles(user) -> list[str]:
    return [one.title for one in Notice.objects.filter(recipient=user, category=Category.STEPS)]


def test_whoever_accompanies_from_now_on_is_told_and_so_is_whoever_is_put_in_charge(cast):
    accompaniment = operations.appoint_practitioner(
        by=cast.coordinator, structure=cast.structure_b, practitioner=cast.practitioner.person
    )
    assert titles(cast.practitioner) == ["Vous accompagnez maintenant Bêta"]
    operations.put_in_charge(by=cast.coordinator, accompaniment=accompaniment)
    assert titles(cast.practitioner) == ["Vous êtes en charge de Bêta", "Vous accompagnez maintenant Bêta"]
    assert Notice.objects.exclude(recipient=cast.practitioner).count() == 0


def test_what_is_dated_in_the_past_tells_nobody(cast):
    operations.appoint_practitioner(
        by=cast.coordinator,
        structure=cast.structure_b,
        practitioner=cast.practitioner.person,
        since=date(2025, 1, 1),
    )
    assert not Notice.objects.exists()
