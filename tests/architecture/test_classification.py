"""No field of any table goes without saying what it tells of people, and the register says it in French."""

import pytest
from django.apps import apps
from django.db import models
from django.db.models.options import camel_case_to_spaces
from django.urls import reverse

from efc_platform.pages.register import groups
from efc_platform.shared.classification import (
    OF_NOBODY,
    OTHERS,
    TECHNICAL,
    classification_of,
    classified,
    classified_models,
    in_words,
)

PROJECT = {"accounts", "structures", "trajectories", "trainings", "community", "backstage"}
OURS = [model for model in apps.get_models() if model._meta.app_label in PROJECT]


def fields_of(model: type[models.Model]) -> set[str]:
    return {one.name for one in [*model._meta.local_fields, *model._meta.local_many_to_many]}


def test_every_table_of_the_project_is_classified():
    assert len(OURS) > 60
    assert [model._meta.label for model in OURS if classification_of(model) is None] == []


@pytest.mark.parametrize("model", classified_models(), ids=lambda model: model._meta.label)
def test_each_field_is_named_once_and_no_other(model):
    named = sorted(model.classification.names)
    assert named == sorted(fields_of(model) - TECHNICAL)


def test_history_holds_nothing_that_its_model_does_not_classify():
    """What pghistory adds of its own says when, and by whom through its context."""
    for model in OURS:
        if not hasattr(model, "pgh_tracked_model"):
            continue
        known = {*model.pgh_tracked_model.classification.names, *TECHNICAL}
        assert {name for name in fields_of(model) if not name.startswith("pgh_")} <= known


def test_every_table_of_the_packages_is_said():
    theirs = {model._meta.label for model in apps.get_models() if model._meta.app_label not in PROJECT}
    assert theirs - {*OTHERS, *OF_NOBODY} == set()


def test_a_table_that_tells_of_people_is_kept_for_a_time_and_a_purpose():
    loose = [
        model._meta.label
        for model in classified_models()
        if (model.classification.personal or model.classification.confidential)
        and "sans durée" in model.classification.retention_in_words
    ]
    assert loose == []


def test_purpose_goes_on_with_the_sentence_of_the_register():
    """« Pour … »: it begins with a small letter and ends without a full stop."""
    purposes = [model.classification.purpose for model in classified_models() if model.classification.purpose]
    assert [one for one in purposes if not one[0].islower() or one.endswith(".")] == []


def test_field_named_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        classified(none="name", personal="name", purpose="essayer")


def test_personal_field_without_a_purpose_is_refused():
    with pytest.raises(ValueError, match="purpose"):
        classified(personal="name")


def test_register_names_tables_and_fields_in_french():
    english = []
    for model in classified_models():
        said = model.classification
        for name in said.personal | said.confidential:
            field = model._meta.get_field(name)
            if in_words(field) == field.name and field.name not in SAME_IN_BOTH:
                english.append(f"{model._meta.label}.{name}")
    assert english == []


# Words that French and English share.
SAME_IN_BOTH = {"intervention", "structure", "confidential"}


def test_register_shows_every_table_that_tells_of_people(client):
    page = client.get(reverse("register")).content.decode()
    telling = {entry.name for group in groups() for entry in group.entries}
    assert len(telling) > 30
    assert {name for name in telling if f"<h3>{name}</h3>" not in page} == set()
    english = {camel_case_to_spaces(model.__name__).capitalize() for model in classified_models()} - SPELT_ALIKE
    assert telling & english == set()


SPELT_ALIKE = {"Conversation", "Message", "Invitation", "Participation", "Intervention", "Phase", "Contribution"}


def test_register_gives_the_lengths_of_this_installation(client, settings):
    settings.RETENTION = settings.RETENTION | {"submissions": 43, "inactivity": 1095}
    page = client.get(reverse("register")).content.decode()
    assert "43\u00a0jours, puis effacé chaque nuit" in page
    assert "après 3\u00a0ans sans visite" in page
