"""What the forms of a structure accept, and the French words of what they refuse."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Gender, Role, RoleGrant
from structures.forms import AppointmentOfPractitionerForm, MemberForm, SheetEditForm, SheetForm
from tests.factories.people import PersonFactory, UserFactory


@pytest.mark.parametrize("form", [SheetForm({"name": "Gamma"}), SheetEditForm({"name": "Gamma", "version": "1"})])
def test_name_is_enough_for_a_sheet(form, db):
    assert form.is_valid(), form.errors


def test_sheet_without_a_name_says_so(db):
    assert SheetForm({}).errors == {"name": ["Ce champ est obligatoire."]}


def test_sheet_edited_without_its_version_is_refused(db):
    assert list(SheetEditForm({"name": "Gamma"}).errors) == ["version"]


@time_machine.travel("2024-11-20T09:00:00+01:00", tick=False)
@pytest.mark.parametrize(
    ("year", "is_accepted"),
    [("1700", True), ("2024", True), ("1699", False), ("2025", False), ("98", False), ("", True)],
)
def test_year_of_creation_is_on_four_digits_and_not_ahead(db, year, is_accepted):
    errors = SheetForm({"name": "Gamma", "founded_in": year}).errors
    said = ["Écrivez l’année sur quatre chiffres, par exemple 1998."]
    assert errors == ({} if is_accepted else {"founded_in": said})


@pytest.mark.parametrize(
    ("postcode", "is_accepted"),
    [("62370", True), ("01000", True), ("", True), ("6237", False), ("2A004", False), ("6237x", False)],
)
def test_postcode_counts_five_digits(db, postcode, is_accepted):
    errors = SheetForm({"name": "Gamma", "postcode": postcode}).errors
    said = ["Un code postal compte cinq chiffres, par exemple 62370."]
    assert errors == ({} if is_accepted else {"postcode": said})


def test_legal_form_may_wait_and_an_unknown_one_is_refused(db):
    choices = SheetForm().fields["legal_form"].choices
    assert next(iter(choices)) == ("", "à préciser")
    assert list(SheetForm({"name": "Gamma", "legal_form": "sarl"}).errors) == ["legal_form"]


def test_first_name_and_place_are_enough_for_a_person():
    form = MemberForm({"first_name": "Samia", "role": "staff"})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["gender"], form.cleaned_data["email"]) == (Gender.UNSAID, "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first_name": "", "role": "staff"}, "first_name"),
        ({"first_name": "Samia", "role": "chef"}, "role"),
        ({"first_name": "Samia", "role": "staff", "email": "samia"}, "email"),
        ({"first_name": "Samia", "role": "staff", "gender": "x"}, "gender"),
    ],
)
def test_person_is_refused_beside_the_field_at_fault(typed, field):
    assert list(MemberForm(typed).errors) == [field]


def offered(structure) -> set:
    return set(AppointmentOfPractitionerForm(structure=structure).fields["practitioner"].queryset)


def test_who_is_offered_holds_the_role_today_and_does_not_accompany_the_structure_yet(cast):
    former, other = cast.former_practitioner.person, cast.other_practitioner.person
    assert offered(cast.structure_a) == {former, other}
    assert offered(cast.structure_b) == {former, other, cast.practitioner.person}
    RoleGrant.objects.filter(user=cast.other_practitioner).update(until=timezone.localdate())
    assert offered(cast.structure_a) == {former}


def test_person_with_two_grants_is_offered_once(cast):
    RoleGrant.objects.create(
        user=cast.other_practitioner, role=Role.PRACTITIONER, since=date(2019, 1, 1), until=date(2099, 1, 1)
    )
    form = AppointmentOfPractitionerForm(structure=cast.structure_b)
    assert form.fields["practitioner"].queryset.count() == 3


def test_people_are_offered_by_their_names_in_order(cast):
    RoleGrant.objects.all().delete()
    for first, last in (("Zoé", "Arnaud"), ("Ali", "Brun")):
        UserFactory(person=PersonFactory(first_name=first, last_name=last), roles=[Role.PRACTITIONER])
    choices = AppointmentOfPractitionerForm(structure=cast.structure_a).fields["practitioner"].choices
    assert [label for _value, label in choices] == ["choisir une personne", "Zoé Arnaud", "Ali Brun"]


def test_somebody_who_is_not_offered_is_refused(cast):
    form = AppointmentOfPractitionerForm({"practitioner": str(cast.member.person.pk)}, structure=cast.structure_a)
    assert list(form.errors) == ["practitioner"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"siret": "732 829 320 00074"}, {"siret": "73282932000074", "siren": "732829320"}),
        # La Poste numbers its places apart: the sum of their figures is a multiple of five.
        ({"siret": "35600000049837"}, {"siret": "35600000049837", "siren": "356000000"}),
        ({"siren": "732-829-320"}, {"siret": "", "siren": "732829320"}),
        ({"rna": "w621000123"}, {"rna": "W621000123"}),
        ({"rna": "W9C1000123"}, {"rna": "W9C1000123"}),
        ({"ape_code": "9499z"}, {"ape_code": "94.99Z"}),
        ({"founded_on": "1998-05-12"}, {"founded_in": 1998}),
        ({"website": "exemple.fr"}, {"website": "https://exemple.fr"}),
        ({"accreditations": ["esus", "qualiopi"]}, {"accreditations": ["esus", "qualiopi"]}),
    ],
)
def test_number_of_a_register_is_read_as_people_write_it(db, typed, kept):
    form = SheetForm({"name": "Gamma"} | typed)
    assert form.is_valid(), form.errors
    assert {name: form.cleaned_data[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"siret": "73282932000075"}, "siret", "Ce SIRET comporte une erreur de frappe"),
        ({"siret": "7328293200007"}, "siret", "Un SIRET compte quatorze chiffres"),
        ({"siren": "732829321"}, "siren", "Ce SIREN comporte une erreur de frappe"),
        ({"siren": "bonjour"}, "siren", "Un SIREN compte neuf chiffres"),
        ({"siret": "73282932000074", "siren": "552100554"}, "siren", "Ce SIREN n’est pas celui du SIRET"),
        ({"rna": "62100012"}, "rna", "Un numéro RNA commence par W"),
        ({"ape_code": "association"}, "ape_code", "Un code APE s’écrit avec quatre chiffres"),
        ({"founded_on": "2190-01-01"}, "founded_on", "Cette date de création n’est pas possible"),
        ({"founded_on": "1998-05-12", "founded_in": "1999"}, "founded_on", "Cette date n’est pas dans l’année"),
        ({"accreditations": ["noble"]}, "accreditations", "Sélectionnez un choix valide"),
        ({"website": "javascript:alert(1)"}, "website", "Saisissez une URL valide"),
    ],
)
def test_wrong_number_is_refused_beside_its_field(db, typed, field, said):
    errors = SheetForm({"name": "Gamma"} | typed).errors
    assert list(errors) == [field]
    assert errors[field][0].startswith(said)
