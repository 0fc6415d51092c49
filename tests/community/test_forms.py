"""What the forms of the community offer, ask for and refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.forms import (
    FOLDED,
    KIND_MEANINGS,
    LONGEST,
    REPORT_FIELDS,
    STATUS_MEANINGS,
    ReportNewForm,
    ShareForm,
    SheetNewForm,
)
from community.models import ContributionKind, ResourceStatus
from structures.models import Structure
from tests.factories.community import ReportFactory, ResourceFactory


def form_of(client, name: str, *args):
    return client.get(reverse(name, args=args)).context["form"]


def offered(form, name: str) -> list[str]:
    return [form.fields[name].label_from_instance(one) for one in form.fields[name].queryset]


def test_every_folded_field_is_one_of_the_form():
    assert {*REPORT_FIELDS, "co_authors"} > FOLDED


def test_every_kind_and_every_state_says_what_it_is_for():
    assert set(KIND_MEANINGS) == set(ContributionKind) - {ContributionKind.ANSWER}
    assert set(STATUS_MEANINGS) == set(ResourceStatus)


def test_co_authors_are_offered_among_peers_alone(cast, names, signed_in):
    form = form_of(signed_in(cast.practitioner), "experience_report_new")
    people = set(form.fields["co_authors"].queryset)
    peers = ("other_practitioner", "former_practitioner", "trainer", "member")
    assert people == {cast.users[name].person for name in peers}


def test_structures_are_offered_to_those_who_accompany_some(cast, signed_in):
    form = form_of(signed_in(cast.practitioner), "experience_report_new")
    assert list(form.fields["structure"].queryset) == [cast.structure_a]
    assert "structure" not in form_of(signed_in(cast.member), "experience_report_new").fields


def test_what_was_chosen_already_is_still_offered(cast, signed_in):
    withdrawn = ResourceFactory(title="Ancienne", status=ResourceStatus.WITHDRAWN)
    ResourceFactory(title="Oubliée", status=ResourceStatus.WITHDRAWN)
    authors = [cast.member.person, cast.nobody.person]
    report = ReportFactory(
        created_by=cast.member.person, authors=authors, resources=[withdrawn], structure=cast.structure_b
    )
    form = form_of(signed_in(cast.member), "experience_report_edit", report.public_id)
    assert offered(form, "resources") == ["Ancienne"]
    assert cast.nobody.person in form.fields["co_authors"].queryset
    assert cast.member.person not in form.fields["co_authors"].queryset
    assert list(form.fields["structure"].queryset) == [cast.structure_b]


def test_text_too_long_for_the_search_column_is_refused_beside_it(cast):
    nothing = {name: Structure.objects.none() for name in ("structures", "people", "resources")}
    form = ReportNewForm({"title": "Un titre", "situation": "x" * (LONGEST + 1)}, **nothing)
    assert list(form.errors) == ["situation"]


def test_agreement_of_tomorrow_is_refused_beside_its_day(cast):
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = ShareForm({"version": 1, "is_about_structure": "yes", "consent_on": tomorrow.isoformat()})
    assert list(form.errors) == ["consent_on"]


def test_origin_of_a_text_is_chosen():
    assert list(ShareForm({"version": 1}).errors) == ["is_about_structure"]
    assert [ShareForm({"version": 1, "is_about_structure": one}).is_valid() for one in ("yes", "no")] == [True, True]


def test_sheet_needs_what_is_looked_for_and_how_it_is_used(db):
    form = SheetNewForm({"kind": "tool", "title": "Un carnet", "status": "trial"})
    assert list(form.errors) == ["intention", "usage"]


@pytest.mark.parametrize(
    ("asked", "chosen"), [("disagreement", "disagreement"), ("answer", None), ("autre", None), ("", None)]
)
def test_kind_named_in_the_address_is_chosen(cast, shared, signed_in, asked, chosen):
    address = reverse("contribution_new", args=[shared.public_id])
    form = signed_in(cast.member).get(address, {"genre": asked}).context["form"]
    assert form["kind"].value() == chosen


def test_link_leads_to_shared_reports_other_than_this_one(cast, shared, signed_in):
    other = ReportFactory(shared=True)
    ReportFactory(created_by=cast.member.person)
    form = form_of(signed_in(cast.member), "contribution_new", shared.public_id)
    assert list(form.fields["linked_report"].queryset) == [other]
