"""Pages of the exercises: what each person finds there, and that nobody finds who read what."""

import pytest
from django.urls import reverse

from community.models import Calibration, CalibrationReading
from tests.factories.calibration import close, compose, finish, open_one, read, readers
from trajectories.models import FrameworkRemark

ALIKE = [1, 3, 5]
EVERY_WAY = [[1, 3, 5], [5, 3, 1], [3, 1, 5], [5, 1, 3], [1, 5, 3], [3, 5, 1]]
DIFFERENT = "à mettre en débat"


def page_of(client, name: str, *args) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def opened(cast) -> Calibration:
    return open_one(cast)


@pytest.fixture
def told(cast, opened) -> Calibration:
    """Six readers, the practitioner among them; D4 read every which way."""
    people = [cast.practitioner, *readers(5)]
    for one, way in zip(people, EVERY_WAY, strict=True):
        finish(one, opened, {"D1": ALIKE, "D4": way})
    return close(cast, opened)


def typed(calibration: Calibration, **answers) -> dict:
    sent = {"version": 0}
    for code, (choice, words) in answers.items():
        part = calibration.parts.get(dimension__code=code)
        sent |= {f"choice-{part.pk}": choice, f"words-{part.pk}": words}
    return sent


def test_coordination_composes_writes_and_opens(cast, signed_in):
    client = signed_in(cast.coordinator)
    sent = {"title": "Le travail vivant", "dimensions": ["D1"], "criteria": ["D1.2"]}
    made = client.post(reverse("calibration_new"), sent)
    found = Calibration.objects.get()
    assert made["Location"] == found.get_absolute_url()
    for rank in range(3):
        client.post(reverse("vignette_new", args=[found.public_id]), {"title": f"Récit {rank}", "text": "Une scène."})
    found.refresh_from_db()
    client.post(reverse("calibration_open", args=[found.public_id]), {"version": found.version})
    found.refresh_from_db()
    assert found.is_open
    assert [one.code for one in found.parts.all()] == ["D1", "D1.2"]


def test_story_shows_what_would_let_somebody_be_recognised(cast, names, signed_in):
    client, made = signed_in(cast.coordinator), compose(cast)
    response = client.post(
        reverse("vignette_new", args=[made.public_id]), {"title": "Un café", "text": "Nadia Roussel a ri."}, follow=True
    )
    assert (
        "«\u00a0Nadia Roussel\u00a0», le nom d’une personne, dans «\u00a0Le récit\u00a0»" in response.content.decode()
    )
    assert "Avant d’ouvrir" in page_of(client, "calibration", made.public_id)


def test_opening_page_says_what_is_missing_and_shows_no_button(cast, signed_in):
    made = compose(cast, stories=2)
    page = page_of(signed_in(cast.coordinator), "calibration_open", made.public_id)
    assert "Il faut trois récits au moins" in page
    assert "Ouvrir l’accordage" not in page


def test_stale_preview_is_read_again(cast, signed_in):
    made = compose(cast)
    client = signed_in(cast.coordinator)
    Calibration.objects.filter(pk=made.pk).update(version=made.version + 1)
    response = client.post(reverse("calibration_open", args=[made.public_id]), {"version": made.version})
    assert "relisez-le d’abord" in response.content.decode()
    assert Calibration.objects.get().is_draft


def test_story_goes_on_to_the_next_that_is_not_read(cast, opened, signed_in):
    client, stories = signed_in(cast.member), list(opened.vignettes.all())
    sent = typed(opened, D1=("2", "à moitié vide"), D4=("not_applicable", ""))
    answer = client.post(reverse("vignette_read", args=[stories[0].public_id]), sent)
    assert answer["Location"] == reverse("vignette_read", args=[stories[1].public_id])
    answer = client.post(reverse("vignette_read", args=[stories[1].public_id]), sent | {"later": "1"})
    assert answer["Location"] == opened.get_absolute_url()
    page = page_of(client, "calibration", opened.public_id)
    assert (page.count(">lu</span>"), page.count(">à lire</span>")) == (2, 1)


def test_level_without_words_is_refused_beside_them_and_kept_on_the_page(cast, opened, signed_in):
    client, story = signed_in(cast.member), opened.vignettes.first()
    response = client.post(reverse("vignette_read", args=[story.public_id]), typed(opened, D1=("2", ""), D4=("", "")))
    part = opened.parts.get(dimension__code="D1")
    assert response.context["form"].errors[f"words-{part.pk}"][0].startswith("Un repère s’appuie")
    assert f'name="choice-{part.pk}" value="2" checked' in response.content.decode()
    assert not CalibrationReading.objects.exists()


def test_two_devices_are_shown_both_readings(cast, opened, signed_in):
    client, story = signed_in(cast.member), opened.vignettes.first()
    address = reverse("vignette_read", args=[story.public_id])
    client.post(address, typed(opened, D1=("2", "un bout"), D4=("", "")))
    response = client.post(address, typed(opened, D1=("4", "un autre"), D4=("", "")))
    said = {(one.label, one.theirs, one.mine) for one in response.context["both"]}
    assert ("Les mots du récit qui vous le font dire", "un bout", "un autre") in said
    assert "Mise en question" in {one.theirs for one in response.context["both"]}


def test_while_it_is_open_the_page_says_how_many_have_finished_and_nothing_else(cast, opened, signed_in):
    for one, way in zip(readers(6), EVERY_WAY, strict=True):
        finish(one, opened, {"D1": ALIKE, "D4": way})
    for who in ("coordinator", "practitioner", "trainer", "member"):
        page = page_of(signed_in(cast.users[who]), "calibration", opened.public_id)
        assert "6 personnes. Lesquelles, personne ne le voit." in page
        assert "mots de" not in page
    for name in ("calibration_part",):
        assert signed_in(cast.coordinator).get(reverse(name, args=[opened.public_id, "D4"])).status_code == 404


def test_finishing_says_what_is_left(cast, opened, signed_in):
    client = signed_in(cast.member)
    read(cast.member, opened, {"D1": [1, None, 3], "D4": ALIKE})
    page = page_of(client, "calibration_finish", opened.public_id)
    assert "Récit 2</a>\u00a0: 1 question" in page
    client.post(reverse("calibration_finish", args=[opened.public_id]))
    assert CalibrationReading.objects.get().is_finished
    answer = client.get(reverse("vignette_read", args=[opened.vignettes.first().public_id]))
    assert answer["Location"] == reverse("calibration_mine", args=[opened.public_id])


def test_closed_while_they_write_they_keep_it_and_are_told(cast, opened, signed_in):
    close(cast, opened)
    client, story = signed_in(cast.member), opened.vignettes.first()
    address = reverse("vignette_read", args=[story.public_id])
    assert client.get(address).status_code == 403
    response = client.post(address, typed(opened, D1=("2", "ces mots-là"), D4=("", "")), follow=True)
    page = response.content.decode()
    assert "Rien n’est perdu" in page
    assert "ces mots-là" in page
    assert "elle n’est pas comptée avec les autres" in page


def test_finished_elsewhere_what_is_typed_stays_on_the_page(cast, opened, signed_in):
    finish(cast.member, opened, {"D1": ALIKE})
    client, story = signed_in(cast.member), opened.vignettes.first()
    response = client.post(reverse("vignette_read", args=[story.public_id]), typed(opened, D1=("2", "encore ceci")))
    assert "votre lecture ne change plus" in response.content.decode()
    assert "encore ceci" in response.content.decode()


def test_finishing_after_it_was_closed_says_so(cast, opened, signed_in):
    read(cast.member, opened, {"D1": ALIKE})
    close(cast, opened)
    response = signed_in(cast.member).post(reverse("calibration_finish", args=[opened.public_id]), follow=True)
    assert "Ce que vous avez lu vous reste, sans être compté" in response.content.decode()


def test_closing_is_previewed_without_what_nobody_may_know_yet(cast, opened, signed_in):
    for one, way in zip(readers(6), EVERY_WAY, strict=True):
        finish(one, opened, {"D1": ALIKE, "D4": way})
    page = page_of(signed_in(cast.coordinator), "calibration_close", opened.public_id)
    assert "«\u00a0Récit 1\u00a0»\u00a0: …" in page
    assert "2 Déjà-là" not in page
    assert "à moins de cinq" not in page


def test_under_five_the_page_says_to_talk(cast, opened, signed_in):
    finish(cast.member, opened, {"D1": ALIKE})
    assert "à moins de cinq" in page_of(signed_in(cast.coordinator), "calibration_close", opened.public_id)
    close(cast, opened)
    page = page_of(signed_in(cast.member), "calibration", opened.public_id)
    assert "Parlez-en ensemble" in page
    assert signed_in(cast.member).get(reverse("calibration_part", args=[opened.public_id, "D1"])).status_code == 404


def test_results_follow_the_framework_and_mark_with_a_word(cast, told, signed_in):
    page = page_of(signed_in(cast.member), "calibration", told.public_id)
    names = [reverse("calibration_part", args=[told.public_id, one.code]) for one in told.parts.all()]
    assert page.index(names[0]) < page.index(names[1])
    assert page.count(DIFFERENT) == 1
    assert "On lit la même chose." in page
    assert "On ne lit pas la même chose." in page
    # The figure of a wording is one tap away, on its own page.
    assert "appa" not in page.split("<main")[1]


def test_figure_of_a_wording_has_its_sources_and_limits(cast, told, signed_in):
    page = page_of(signed_in(cast.member), "calibration_part", told.public_id, "D4")
    assert "<strong>-0,2" in page or "<strong>−0,2" in page
    for said in ("Cohen, 1968", "Light, 1971", "Landis et Koch (1977)", "une convention", "sur 15 paires"):
        assert said in page


def test_remark_leads_to_the_exercise_and_back(cast, told, signed_in):
    client = signed_in(cast.coordinator)
    part_page = reverse("calibration_part", args=[told.public_id, "D4"])
    assert f'href="{part_page}"' in page_of(client, "framework_remarks")
    remark = FrameworkRemark.objects.get()
    assert f'href="{remark.get_absolute_url()}"' in page_of(client, "calibration", told.public_id)
    # The community does not read the remarks: it is told that there is one.
    page = page_of(signed_in(cast.member), "calibration", told.public_id)
    assert remark.get_absolute_url() not in page
    assert "Une remarque est ouverte sur ces mots" in page


def test_ones_own_reading_stands_beside_the_whole_without_a_distance(cast, told, signed_in):
    page = page_of(signed_in(cast.practitioner), "calibration_mine", told.public_id)
    assert page.count(f"mots de {cast.practitioner.pk}") == 6
    assert "L’ensemble\u00a0: 2 Déjà-là, 2 Expérimentation, 2 Coopération élargie" in page
    assert [word for word in ("écart", "distance", "appa", "paires") if word in page.split("<main")[1]] == []


def test_whoever_did_not_read_has_no_reading_to_show(cast, told, signed_in):
    answer = signed_in(cast.coordinator).get(reverse("calibration_mine", args=[told.public_id]))
    assert answer["Location"] == told.get_absolute_url()


@pytest.mark.parametrize("who", ["coordinator", "member", "practitioner", "other_practitioner", "trainer"])
def test_no_page_nor_export_says_who_read(cast, told, signed_in, who):
    """Crawled as each of them: neither the readers' names, nor who gave which words, nor a count about a person."""
    strangers = [one.reader for one in told.readings.exclude(reader=cast.practitioner.person).select_related("reader")]
    client = signed_in(cast.users[who])
    addresses = [
        reverse("calibrations"),
        told.get_absolute_url(),
        *(reverse("calibration_part", args=[told.public_id, code]) for code in ("D1", "D4")),
        reverse("framework_remarks"),
        reverse("readers_accordage", args=[told.public_id]),
        reverse("community"),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        if "readers_" not in address and not address.startswith(reverse("readers_accordage", args=[told.public_id])):
            assert [one for one in strangers if one.display_name in page] == [], address
        assert "qui ont lu" not in page
    mine = client.get(reverse("calibration_mine", args=[told.public_id]), follow=True).content.decode()
    assert [one for one in strangers if one.display_name in mine] == []


def test_support_in_somebodys_place_finds_no_reading(cast, told):
    from community.calibration import own_reading

    assert own_reading(cast.practitioner, told) is not None
    cast.practitioner.lent_to = cast.coordinator
    assert own_reading(cast.practitioner, told) is None


def test_home_of_the_community_says_what_is_to_be_read(cast, opened, signed_in):
    client = signed_in(cast.member)
    assert f'href="{opened.get_absolute_url()}"' in page_of(client, "community")
    close(cast, opened)
    assert "Rien à lire en ce moment" in page_of(client, "community")
