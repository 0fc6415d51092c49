"""Who accompanies a structure: days foreseen, a stand-in, a successor, and the note that is left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Notice, Role
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.models import Accompaniment, Handover, Structure, handovers_open_to, in_charge
from structures.tasks import tell_who_begins
from structures.workloads import workloads_of_all
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, StructureFactory
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor

TODAY = date(2024, 11, 20)
NOTE = "La présidente préfère le téléphone."


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel("2024-11-20T09:00:00+01:00", tick=False):
        yield


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def held(cast) -> Accompaniment:
    return cast.structure_a.accompaniments.current().get()


@pytest.fixture
def hugo(cast):
    return UserFactory(email="hugo@essai.example", person__first_name="Hugo", roles=[Role.PRACTITIONER])


def seen_by(user, day: date) -> list[Structure]:
    with time_machine.travel(timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9)), tick=False):
        return list(Structure.objects.visible_to(user))


def stand_in(cast, held, hugo, since: date, until: date) -> Accompaniment:
    return operations.stand_in(
        by=cast.coordinator, accompaniment=held, practitioner=hugo.person, since=since, until=until
    )


def hand_over(cast, held, hugo, on: date) -> Accompaniment:
    return operations.hand_over(by=cast.coordinator, accompaniment=held, practitioner=hugo.person, on=on)


@pytest.mark.parametrize("name", ["practitioner", "leader", "nobody"])
def test_coordination_alone_says_who_accompanies(cast, held, hugo, name):
    user, to = cast.users[name], {"accompaniment": held, "practitioner": hugo.person}
    for refused in (
        lambda: operations.set_days(by=user, accompaniment=held, days=Decimal(3)),
        lambda: operations.stand_in(by=user, since=TODAY, until=TODAY, **to),
        lambda: operations.hand_over(by=user, on=TODAY, **to),
    ):
        with pytest.raises(OperationRefused, match="Seule la coordination désigne"):
            refused()
    held.refresh_from_db()
    assert (held.days, held.until, cast.structure_a.accompaniments.current().count()) == (None, None, 1)


def test_days_foreseen_are_said_and_taken_back(cast, held):
    assert operations.set_days(by=cast.coordinator, accompaniment=held, days=Decimal("6.5")).days == Decimal("6.5")
    assert operations.set_days(by=cast.coordinator, accompaniment=held, days=None).days is None
    with pytest.raises(IntegrityError, match="accompaniment_has_days_or_none"):
        Accompaniment.objects.filter(pk=held.pk).update(days=0)


def test_stand_in_sees_the_structure_for_the_days_of_the_absence_and_no_longer(cast, held, hugo):
    since, until = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
    made = stand_in(cast, held, hugo, since, until)
    assert (made.is_lead, made.last_day, made.stands_in_for) == (True, until, held)
    days = [TODAY, since, until, until + timedelta(days=1)]
    assert [seen_by(hugo, day) for day in days] == [[], [cast.structure_a], [cast.structure_a], []]
    assert {bool(seen_by(cast.practitioner, day)) for day in days} == {True}


def test_stand_in_needs_days_that_follow_and_somebody_else_with_the_role(cast, held, hugo):
    with pytest.raises(OperationRefused, match="Le dernier jour vient avant le premier"):
        stand_in(cast, held, hugo, TODAY, TODAY - timedelta(days=1))
    with pytest.raises(OperationRefused, match="passez plutôt le relais"):
        stand_in(cast, held, hugo, TODAY, TODAY + timedelta(days=800))
    with pytest.raises(OperationRefused, match="n’a pas le rôle d’accompagnement"):
        stand_in(cast, held, cast.trainer, TODAY, TODAY)
    stand_in(cast, held, hugo, TODAY, TODAY + timedelta(days=3))
    for again in (
        lambda: stand_in(cast, held, hugo, TODAY, TODAY),
        lambda: operations.appoint_practitioner(
            by=cast.coordinator, structure=cast.structure_a, practitioner=hugo.person
        ),
    ):
        with pytest.raises(OperationRefused, match="accompagne déjà cette structure"):
            again()
    with pytest.raises(IntegrityError, match="standing_in_has_an_end"):
        Accompaniment.objects.filter(stands_in_for=held).update(until=None)


def test_relay_passes_the_charge_on_its_day_and_both_are_told(cast, held, hugo):
    on = TODAY + timedelta(days=15)
    made = hand_over(cast, held, hugo, on)
    held.refresh_from_db()
    assert (held.until, made.since, made.is_lead, made.takes_over_from) == (on, on, True, held)
    eve = on - timedelta(days=1)
    assert [bool(seen_by(user, eve)) for user in (cast.practitioner, hugo)] == [True, False]
    assert [bool(seen_by(user, on)) for user in (cast.practitioner, hugo)] == [False, True]
    titles = dict(Notice.objects.values_list("recipient__email", "title"))
    assert titles["accompagne@essai.example"] == "Une note de relais vous est demandée pour Alpha"
    assert "hugo@essai.example" not in titles, "told of a structure only once it is open to them"
    for day in (on - timedelta(days=1), on, on):
        with time_machine.travel(timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 6)), tick=False):
            tell_who_begins()
            told = Notice.objects.filter(recipient=hugo).values_list("title", flat=True)
            assert list(told) == ([] if day < on else ["Vous êtes en charge de Alpha"])
    with pytest.raises(OperationRefused, match="son dernier jour est déjà dit"):
        hand_over(cast, held, cast.other_practitioner, TODAY)


def test_relay_taken_today_is_told_at_once(cast, held, hugo):
    hand_over(cast, held, hugo, TODAY)
    assert Notice.objects.get(recipient=hugo).title == "Vous êtes en charge de Alpha"


def test_whoever_accompanied_beside_takes_the_charge(cast, held, hugo):
    beside = AccompanimentFactory(structure=cast.structure_a, practitioner=hugo.person)
    made = hand_over(cast, held, hugo, TODAY)
    assert (made, made.is_lead, made.until) == (beside, True, None)
    assert list(in_charge().filter(structure=cast.structure_a)) == [beside]


def test_relay_is_refused_in_the_past_or_to_oneself(cast, held, hugo):
    with pytest.raises(OperationRefused, match="Choisissez aujourd’hui"):
        hand_over(cast, held, hugo, TODAY - timedelta(days=1))
    with pytest.raises(OperationRefused, match="Choisissez une autre personne"):
        hand_over(cast, held, cast.practitioner, TODAY)
    with pytest.raises(OperationRefused, match="n’a pas le rôle"):
        hand_over(cast, held, cast.trainer, TODAY)


def test_accompaniment_that_is_only_planned_is_called_off_without_having_begun(cast, held, hugo):
    planned = stand_in(cast, held, hugo, TODAY + timedelta(days=10), TODAY + timedelta(days=20))
    operations.end_accompaniment(by=cast.coordinator, accompaniment=planned)
    planned.refresh_from_db()
    assert planned.until == planned.since
    assert seen_by(hugo, TODAY + timedelta(days=12)) == []


def test_note_is_read_by_those_who_accompany_and_by_nobody_else(cast, held, hugo):
    operations.write_handover(by=cast.practitioner, accompaniment=held, note=f" {NOTE} ", expected_version=0)
    assert Handover.objects.get().note == NOTE

    def readers() -> set[str]:
        everybody = {**cast.users, "hugo": hugo}
        return {name for name, user in everybody.items() if handovers_open_to(user).filter(pk=held.pk).exists()}

    assert readers() == {"practitioner"}
    hand_over(cast, held, hugo, TODAY)
    assert readers() == {"practitioner", "hugo"}
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert readers() == {"hugo"}


def test_note_is_written_until_a_month_after_by_its_author_alone(cast, held, hugo):
    hand_over(cast, held, hugo, TODAY)
    write = {"accompaniment": held, "note": NOTE}
    operations.write_handover(by=cast.practitioner, expected_version=0, **write)
    with pytest.raises(StaleEdit):
        operations.write_handover(by=cast.practitioner, expected_version=0, **write)
    for user in (hugo, cast.coordinator, cast.leader):
        with pytest.raises(OperationRefused, match="écrit sa note de relais"):
            operations.write_handover(by=user, expected_version=1, **write)
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(OperationRefused):
        operations.write_handover(by=cast.practitioner, expected_version=1, **write)
    assert Notice.objects.filter(recipient=hugo, title="Une note de relais vous attend pour Alpha").count() == 1
    assert Handover.objects.get().version == 1


def test_workloads_are_told_by_name_with_what_is_foreseen_and_worked(cast, held):
    operations.set_days(by=cast.coordinator, accompaniment=held, days=Decimal("6.5"))
    AccompanimentFactory(structure=StructureFactory(name="Gamma"), practitioner=cast.practitioner.person, days=2)
    for on, minutes in ((TODAY - timedelta(days=30), 300), (TODAY - timedelta(days=400), 420)):
        made = InterventionFactory(occurred_on=on, minutes=minutes, preparation_minutes=60, travel_minutes=60)
        made.practitioners.set([cast.practitioner.person])
    found = {one.person: one for one in workloads_of_all()}
    names = [one.person.last_name.lower() for one in workloads_of_all()]
    assert names == sorted(names)
    mine = found[cast.practitioner.person]
    assert [one.structure.name for one in mine.accompaniments] == ["Alpha", "Gamma"]
    assert (mine.foreseen, mine.worked) == (Decimal("8.5"), Decimal("1.0"))
    assert found[cast.other_practitioner.person].accompaniments == []


def test_coordinator_plans_an_absence_then_passes_the_relay(visits, cast, held, hugo):
    claire = visits("coordinator")
    claire.open(cast.structure_a.get_absolute_url())
    name = cast.practitioner.person.display_name
    claire.click(f"Changer l’accompagnement par {name}")
    assert claire.press("Enregistrer", days="0").errors() == {"days": "Écrivez au moins une demi-journée : 0,5."}
    assert claire.press("Enregistrer", days="6,5").messages == ["Les jours prévus sont enregistrés."]
    assert "6,5 jours prévus" in claire.open(cast.structure_a.get_absolute_url()).words
    claire.click(f"Changer l’accompagnement par {name}")
    claire.click("Pendant une absence")
    key = str(hugo.person_id)
    said = claire.press("Confier pendant l’absence", practitioner=key, since="2024-12-01", until="2024-12-20")
    assert said.messages == [f"{hugo.person.display_name} remplace {name} jusqu’au 20 décembre 2024."]
    assert f"à partir du 1er décembre 2024, jusqu’au 20 décembre 2024, à la place de {name}" in said.words
    claire.click(f"Changer l’accompagnement par {name}")
    claire.click("Passer le relais")
    other = cast.other_practitioner.person
    said = claire.press("Passer le relais", practitioner=str(other.pk), on="2024-11-20")
    assert said.messages == [f"{other.display_name} prend le relais le 20 novembre 2024."]
    assert name in claire.click("Qui accompagne quoi").words


def test_practitioner_who_leaves_writes_the_note_that_the_next_one_reads(visits, cast, held):
    ines = visits("practitioner")
    ines.open(cast.structure_a.get_absolute_url())
    ines.click("Ma note de relais")
    assert ines.press("Enregistrer", note=NOTE).messages == ["Votre note est enregistrée."]
    hand_over(cast, held, cast.other_practitioner, TODAY)
    other = visits("other_practitioner")
    other.open(cast.structure_a.get_absolute_url())
    page = other.click(f"Note de {cast.practitioner.person.display_name}")
    assert NOTE in page.words
    assert "Enregistrer" not in page.words
    assert NOTE in ines.open(page.address).html


def test_note_saved_from_another_device_shows_both(visits, cast, held):
    ines = visits("practitioner")
    ines.open(cast.structure_a.get_absolute_url())
    ines.click("Ma note de relais")
    operations.write_handover(by=cast.practitioner, accompaniment=held, note="Depuis le train.", expected_version=0)
    both = ines.press("Enregistrer", note=NOTE)
    assert "Depuis le train." in both.words
    assert ines.press("Enregistrer", note=NOTE).messages == ["Votre note est enregistrée."]
    assert Handover.objects.get().note == NOTE
