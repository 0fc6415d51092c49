"""First steps: those of what one is, resumed where one stopped, skipped for good, found again."""

import pytest
from django.urls import reverse

from accounts.models import FirstSteps, Role
from efc_platform.pages.first_steps import PATHS, paths_of, progress_of
from tests.factories.people import UserFactory


def slugs(user) -> list[str]:
    return [path.slug for path in paths_of(user)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("practitioner", ["accompagner"]),
        ("coordinator", ["coordonner"]),
        ("leader", ["diriger"]),
        ("board", ["diriger"]),
        ("staff", ["participer"]),
        ("volunteer", ["participer"]),
        ("trainer", ["former"]),
        ("member", ["debattre"]),
        ("nobody", []),
    ],
)
def test_each_has_the_path_of_what_they_are_here(cast, name, expected):
    assert slugs(cast.users[name]) == expected


def test_several_roles_have_several_paths(db):
    assert slugs(UserFactory(roles=[Role.COORDINATOR, Role.TRAINER])) == ["coordonner", "former"]


def test_every_path_is_three_or_four_short_screens_and_its_links_lead_somewhere():
    for path in PATHS.values():
        assert 3 <= len(path.screens) <= 4
        assert all(reverse(screen.link[1]) for screen in path.screens)
        assert all(len(" ".join(screen.text)) < 420 for screen in path.screens)


def test_one_resumes_where_one_stopped_and_is_done_at_the_end(cast, signed_in):
    client = signed_in(cast.staff)
    assert client.post(reverse("first_step", args=["participer", 1]), {"next": "1"}).url.endswith("/participer/2/")
    (progress,) = progress_of(cast.staff)
    assert (progress.step, progress.is_over, progress.is_begun) == (2, False, True)
    assert "Reprendre" in client.get("/").content.decode()
    client.post(reverse("first_step", args=["participer", 2]), {"next": "1"})
    assert client.post(reverse("first_step", args=["participer", 3]), {"next": "1"}).url == "/"
    assert FirstSteps.objects.get().is_over


def test_skipped_they_are_no_longer_proposed_but_stay_to_be_found(cast, signed_in):
    client = signed_in(cast.staff)
    assert "par quelques écrans" in client.get("/").content.decode()
    client.post(reverse("first_step", args=["participer", 1]), {"skip": "1"})
    assert "par quelques écrans" not in client.get("/").content.decode()
    assert "Revoir" in client.get(reverse("first_steps")).content.decode()


def test_looking_again_does_not_propose_them_anew(cast, signed_in):
    client = signed_in(cast.staff)
    client.post(reverse("first_step", args=["participer", 1]), {"skip": "1"})
    client.post(reverse("first_step", args=["participer", 1]), {"next": "1"})
    assert FirstSteps.objects.get().is_over


@pytest.mark.parametrize(
    "address", ["/premiers-pas/nulle-part/1/", "/premiers-pas/participer/0/", "/premiers-pas/participer/9/"]
)
def test_screen_that_is_not_there_is_not_found(cast, signed_in, address):
    assert signed_in(cast.staff).get(address).status_code == 404


def test_looking_writes_nothing(cast, signed_in):
    signed_in(cast.staff).get(reverse("first_step", args=["participer", 2]))
    assert FirstSteps.objects.count() == 0
