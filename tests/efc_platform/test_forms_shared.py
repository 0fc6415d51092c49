"""What every form shares: a refusal beside its field, both texts of an overtaken edit."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from efc_platform.shared.duration import DurationField
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import DateInput, DateTimeInput, Overtaken, VersionedForm, carry_out, chosen
from structures.models import LegalForm
from tests.factories.people import PersonFactory
from trajectories.forms import SetAsideForm


class Account(VersionedForm):
    text = forms.CharField(label="Compte rendu", required=False)
    minutes = DurationField(label="Durée")
    day = forms.DateField(label="Date")
    state = forms.ChoiceField(
        label="État", choices=[("", "à préciser"), ("kept", "gardé"), ("dropped", "abandonné")], required=False
    )
    is_public = forms.BooleanField(label="Public", required=False)
    people = forms.ModelMultipleChoiceField(label="Personnes", queryset=Person.objects.order_by("pk"), required=False)
    lead = forms.ModelChoiceField(queryset=Person.objects.order_by("pk"), required=False)


TYPED = {"version": "1", "text": "Le mien", "minutes": "1 h 30", "day": "2024-05-14", "state": "kept"}
SAVED = {"text": "Le mien", "minutes": 90, "day": date(2024, 5, 14), "state": "kept", "people": [], "lead": None}


@pytest.fixture
def account(db):
    """The form as it was sent, found valid."""

    def send(**typed) -> Account:
        data = QueryDict(mutable=True)
        for name, value in (TYPED | typed).items():
            data.setlist(name, value if isinstance(value, list) else [value])
        form = Account(data)
        assert form.is_valid(), form.errors
        return form

    return send


@pytest.mark.parametrize(
    ("saved", "overtaken"),
    [
        ({}, []),
        ({"text": "Le sien"}, [Overtaken("Compte rendu", "Le sien", "Le mien", "text")]),
        ({"text": None}, [Overtaken("Compte rendu", "", "Le mien", "text")]),
        ({"minutes": 180}, [Overtaken("Durée", "3\u00a0h", "1\u00a0h\u00a030", "minutes")]),
        ({"day": date(2024, 5, 1)}, [Overtaken("Date", "1 mai 2024", "14 mai 2024", "day")]),
        ({"state": "dropped"}, [Overtaken("État", "abandonné", "gardé", "state")]),
        ({"state": ""}, [Overtaken("État", "à préciser", "gardé", "state")]),
        ({"is_public": True}, [Overtaken("Public", "oui", "non", "is_public")]),
        (
            {"minutes": 180, "text": "Le sien"},
            [
                Overtaken("Compte rendu", "Le sien", "Le mien", "text"),
                Overtaken("Durée", "3\u00a0h", "1\u00a0h\u00a030", "minutes"),
            ],
        ),
    ],
)
def test_what_differs_is_shown_in_both_versions_as_a_person_reads_it(account, saved, overtaken):
    assert account().show_both(current=SAVED | saved, version=2) == overtaken


def test_people_chosen_are_compared_whatever_their_order_and_shown_by_name(account):
    ana, bea = PersonFactory(first_name="Ana", last_name=""), PersonFactory(first_name="Béa", last_name="")
    form = account(people=[str(bea.pk), str(ana.pk)], lead=str(ana.pk))
    assert form.show_both(current=SAVED | {"people": [ana, bea], "lead": ana}, version=2) == []
    form = account(people=[str(bea.pk), str(ana.pk)], lead=str(ana.pk))
    assert form.show_both(current=SAVED | {"people": [bea], "lead": bea}, version=2) == [
        Overtaken("Personnes", "Béa", "Ana, Béa", "people"),
        Overtaken("lead", "Béa", "Ana", "lead"),
    ]


def test_form_keeps_what_was_typed_and_takes_the_new_version(account):
    form = account()
    form.show_both(current=SAVED | {"text": "Le sien"}, version=7)
    assert (form["version"].value(), form["text"].value()) == ("7", "Le mien")
    assert 'value="7"' in str(form["version"])


def test_form_sent_as_a_plain_dictionary_takes_the_new_version_too(db):
    typed = dict(TYPED)
    form = Account(typed)
    assert form.is_valid()
    form.show_both(current=SAVED, version=7)
    assert (form["version"].value(), typed["version"]) == ("7", "1")


def test_field_that_only_one_of_the_two_changed_asks_nothing(account):
    """Against what the form was opened on: theirs is taken where they alone changed it, mine kept where I alone did."""
    ana = PersonFactory()
    form = account(text="Le mien, repris", people=[str(ana.pk)])
    both = form.show_both(
        current=SAVED | {"minutes": 180, "text": "Le mien", "people": [ana], "state": "dropped"},
        version=2,
        base=SAVED | {"state": "maybe"},
    )
    assert both == [Overtaken("État", "abandonné", "gardé", "state")]
    assert (form["minutes"].value(), form["text"].value()) == ("3\u00a0h", "Le mien, repris")


def test_person_takes_what_is_saved_field_by_field(db):
    ana, bea = PersonFactory(), PersonFactory()
    data = QueryDict(mutable=True)
    data.update(TYPED | {"take-text": "theirs", "take-minutes": "mine", "take-people": "theirs"})
    data.setlist("people", [str(ana.pk)])
    form = Account(data, initial={"text": "Le sien", "minutes": 180, "people": [ana, bea]})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["text"], form.cleaned_data["minutes"]) == ("Le sien", 90)
    assert set(form.cleaned_data["people"]) == {ana, bea}


def test_edit_without_its_version_is_refused(db):
    assert list(Account(TYPED | {"version": ""}).errors) == ["version"]


def answer(refusal: Exception | None = None, *, made: str = "fait") -> str:
    if refusal:
        raise refusal
    return made


def test_operation_that_is_carried_out_gives_what_it_made(account):
    form = account()
    assert (carry_out(form, answer, made="ceci"), form.errors) == ("ceci", {})


@pytest.mark.parametrize(
    ("field", "beside"), [("text", "text"), (None, "__all__"), ("no_field_of_this_form", "__all__")]
)
def test_refusal_is_written_beside_its_field_or_above_the_form(account, field, beside):
    form = account()

    def refuse() -> None:
        raise OperationRefused("Ce n’est pas possible.", field=field)

    assert carry_out(form, refuse) is None
    assert form.errors == {beside: ["Ce n’est pas possible."]}


def test_stale_edit_is_left_to_the_page(account):
    form = account()

    def refuse() -> None:
        raise StaleEdit("Modifié entre-temps.")

    with pytest.raises(StaleEdit):
        carry_out(form, refuse)
    assert form.errors == {}


def test_optional_choice_says_in_words_that_none_is_made():
    assert chosen(LegalForm, "à préciser") == [("", "à préciser"), *LegalForm.choices]


def test_days_and_hours_are_asked_with_the_browsers_own_fields():
    day = DateInput().render("day", date(2024, 5, 14))
    assert ('type="date"' in day, 'value="2024-05-14"' in day) == (True, True)
    assert 'type="datetime-local"' in DateTimeInput().render("at", None)


# What a private notice stands beside, what is written by whoever has no account, and what is sent to that person.
READ_BY_NO_CIRCLE = {
    *(
        f"{form}.{part}"
        for form in ("JournalFields", "JournalForm")
        for part in ("facts", "feelings", "interpretations")
    ),
    *(f"InterventionForm.{part}" for part in ("facts", "feelings", "interpretations")),
    "RequestForm.message",
    "AnswerForm.answer",
    "MemberInvitationForm.words",
    # Its own help says who reads why a text was opened.
    "TextOpeningForm.reason",
}


# The words of the référentiel are nobody's: once published, whoever has an account reads them.
READ_BY_ALL = "trajectories.forms.framework"


def forms_of(kind=forms.BaseForm):
    for child in kind.__subclasses__():
        app = child.__module__.split(".")[0]
        if app in {"structures", "trajectories", "trainings", "community"} and child.__module__ != READ_BY_ALL:
            yield child
        yield from forms_of(child)


def test_every_long_text_says_who_reads_it_or_is_known_to_be_read_by_nobody_else():
    areas = {
        (form, name)
        for form in forms_of()
        for name, field in form.base_fields.items()
        if isinstance(field.widget, forms.Textarea)
    }
    assert len(areas) > 30
    untold = {f"{form.__name__}.{name}" for form, name in areas if name not in getattr(form, "shared_texts", ())}
    assert untold == READ_BY_NO_CIRCLE
    # An account has its circles, each with its sentence, instead of one for all.
    silent = {form.__name__ for form, name in areas if getattr(form, "shared_texts", ()) and not form.read_by}
    assert silent == {"EventFields", "InterventionForm", "InterventionEditForm"}


def test_who_reads_is_said_beside_the_first_text_one_tap_from_what_a_circle_is(db):
    help_text = str(SetAsideForm().fields["why"].help_text)
    assert help_text.endswith("les personnes de la structure et celles qui l’accompagnent.")
    assert f'href="{reverse("glossary")}#cercle"' in help_text
