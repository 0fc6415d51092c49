"""Remarks about the words of the référentiel: left while reading, gathered, answered, taken up by a version."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.visitor import Visitor
from trajectories import operations
from trajectories.framework import load_framework
from trajectories.models import FrameworkRemark, FrameworkVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def remark(cast, published) -> FrameworkRemark:
    criterion = published.dimensions.get(code="D1").criteria.get(code="D1.1")
    return operations.remark_framework(by=cast.staff, on=criterion, text="« Mis en mots » ne dit rien à l’équipe.")


def titles(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


def test_remark_is_read_by_its_author_and_by_coordination_alone(cast, remark):
    seen = {name for name, user in cast.users.items() if FrameworkRemark.objects.visible_to(user).exists()}
    assert seen == {"coordinator", "staff"}
    assert titles(cast.coordinator) == ["Une remarque sur le référentiel"]


def test_remark_about_levels_says_which_one(cast, published):
    dimension = published.dimensions.get(code="D1")
    made = operations.remark_framework(by=cast.leader, on=dimension, rank=3, text="Plus simple ?")
    assert (made.part, made.key, made.dimension_key, made.rank) == ("reperes", "living_work", "living_work", 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        FrameworkRemark.objects.filter(pk=made.pk).update(rank=6)


def test_draft_is_not_remarked(cast, published):
    draft = operations.start_framework(by=cast.coordinator, based_on=published)
    with pytest.raises(OperationRefused, match="version publiée"):
        operations.remark_framework(by=cast.coordinator, on=draft.dimensions.first(), text="?")


def test_answer_is_given_once_by_coordination_and_told_to_the_author(cast, remark):
    with pytest.raises(OperationRefused, match="coordination répond"):
        operations.answer_framework_remark(by=cast.staff, remark=remark, answer="?")
    made = operations.answer_framework_remark(by=cast.coordinator, remark=remark, answer="C’est noté.")
    assert (made.answer, made.answered_by, made.taken_up_in) == ("C’est noté.", cast.coordinator.person, None)
    assert titles(cast.staff) == ["Une réponse à votre remarque sur le référentiel"]
    with pytest.raises(StaleEdit):
        operations.answer_framework_remark(by=cast.coordinator, remark=remark, answer="Encore.")


def test_answer_without_a_word_is_refused(cast, remark):
    with pytest.raises(OperationRefused) as refused:
        operations.answer_framework_remark(by=cast.coordinator, remark=remark, answer=" ")
    assert refused.value.field == "answer"


def test_remark_is_taken_up_by_the_version_in_preparation_and_its_author_learns_it_twice(cast, remark, published):
    taken = {"by": cast.coordinator, "remark": remark, "answer": "Vous avez raison.", "is_taken_up": True}
    with pytest.raises(OperationRefused) as refused:
        operations.answer_framework_remark(**taken)
    assert refused.value.field == "is_taken_up"
    draft = operations.start_framework(by=cast.coordinator, based_on=published)
    assert operations.answer_framework_remark(**taken).taken_up_in == draft
    operations.publish_framework(by=cast.coordinator, framework=draft, expected_changes=0, why="?")
    assert titles(cast.staff) == [
        "Une réponse à votre remarque sur le référentiel",
        "Le référentiel, version 2, reprend votre remarque",
    ]


def test_answer_outlives_the_draft_that_took_it_up(cast, remark, published):
    draft = operations.start_framework(by=cast.coordinator, based_on=published)
    operations.answer_framework_remark(by=cast.coordinator, remark=remark, answer="Oui.", is_taken_up=True)
    operations.drop_framework(by=cast.coordinator, framework=draft)
    remark.refresh_from_db()
    assert (remark.answer, remark.taken_up_in) == ("Oui.", None)


def test_remark_goes_from_the_criterion_to_its_answer(cast, signed_in, published):
    reader, coordinator = Visitor(signed_in(cast.staff)), Visitor(signed_in(cast.coordinator))
    reader.open(reverse("framework_dimension", args=[1, "D1"]))
    reader.click("Laisser une remarque sur D1.1")
    form = reader.page
    for _ in range(2):
        reader.press("Envoyer", page=form, text="« Mis en mots » ne dit rien à l’équipe.")
    assert FrameworkRemark.objects.count() == 1
    assert "en attente d’une réponse" in reader.page.words
    operations.start_framework(by=cast.coordinator, based_on=published)
    coordinator.open(reverse("framework_remarks"))
    coordinator.click(f"Répondre à {cast.staff.person.display_name}, Critère D1.1")
    coordinator.press("Répondre", answer="Nous le disons autrement.", is_taken_up="on")
    words = reader.open(reverse("framework_remarks")).words
    assert "répond : Nous le disons autrement." in words
    assert "reprise dans la version en préparation" in words


def test_remark_is_left_from_a_trajectory_about_the_version_it_is_read_with(cast, signed_in):
    reader = Visitor(signed_in(cast.leader))
    reader.open(reverse("dimension", args=[cast.trajectory_a.public_id, "D2"]))
    reader.click("Une remarque sur D2.1")
    reader.press("Envoyer", text="La confiance ne se mesure pas.")
    made = FrameworkRemark.objects.get()
    assert (made.key, made.author, made.framework_version) == (
        "D2.1",
        cast.leader.person,
        cast.trajectory_a.framework_version,
    )


def test_remark_about_levels_is_left_under_them(cast, signed_in, published):
    reader = Visitor(signed_in(cast.member))
    reader.open(reverse("framework_dimension", args=[1, "D1"]))
    reader.click("Laisser une remarque sur ces repères")
    reader.press("Envoyer", rank="3", text="Trop abstrait.")
    assert "Repère « Expérimentation »" in reader.page.words
