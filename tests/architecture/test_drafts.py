"""Wherever somebody writes more than a line, what they type is kept on the server, and found again."""

import contextlib
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from efc_platform.backstage.models import Draft
from tests.addresses import kwargs_of
from tests.architecture.test_mass_assignment import EVERY_CREATION, EVERY_EDIT
from tests.factories.cast import Cast
from tests.factories.world import World, furnish, give_passwords
from tests.forging import Creation, Edit
from tests.pausing import send
from tests.queries_of_pages import COUNTS

WITHOUT_DRAFT = {
    "ask_for_support": "no account is open yet to keep it in",
    "account_open": "the reason of a look, a sentence",
    "text_open": "the reason of a look, a sentence",
    "invite": "a word that goes with an invitation",
    "structure_invite": "a word that goes with an invitation",
    "framework_import": "a file that one has elsewhere",
    "framework_order": "the reason of a change, a sentence",
    "framework_publish": "the reason of a change, a sentence",
    "framework_remove": "the reason of a change, a sentence",
}
TYPED = "Des mots que personne n’a encore envoyés."


@pytest.fixture
def world(cast: Cast) -> World:
    give_passwords(cast.users.values())
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)


@pytest.fixture
def written(cast, world, signed_in) -> Iterator:
    """The name, the client, the address and the long forms of each page that has some."""

    def look() -> Iterator:
        for name, about, who in COUNTS:
            client, address = signed_in(cast.users[who]), reverse(name, kwargs=kwargs_of(about, world))
            if forms := long_forms(b"".join(client.get(address))):
                yield name, client, address, forms

    return look()


def long_forms(content: bytes) -> list:
    return html.fromstring(content).xpath("//form[@method='post'][.//textarea]") if b"<textarea" in content else []


def keeps_a_draft(form) -> bool:
    """It carries its draft and says where it stands."""
    return bool(form.xpath(".//input[@name='draft-id']") and form.xpath(".//*[@data-draft]"))


def test_every_long_text_has_its_draft(written):
    assert {name for name, _client, _address, forms in written if not all(map(keeps_a_draft, forms))} == set(
        WITHOUT_DRAFT
    )


def test_page_has_one_draft_at_most(written):
    """Its script would follow the same form twice."""
    assert {name for name, _client, _address, forms in written if len(list(filter(keeps_a_draft, forms))) > 1} == set()


def test_what_was_typed_is_found_again_on_each_page(written):
    lost = set()
    for name, client, address, forms in written:
        for form in filter(keeps_a_draft, forms):
            texts = [field.name for field in form.xpath(".//textarea")]
            assert (
                client.post(reverse("draft_keep"), dict(form.form_values()) | dict.fromkeys(texts, TYPED)).status_code
                == 302
            )
            again = html.fromstring(client.get(address).content)
            lost |= {
                (name, text) for text in texts if again.xpath(f"string(//textarea[@name='{text}'])").strip() != TYPED
            }
    assert lost == set()


class _UndoneError(Exception):
    """What a form did is taken back: the next finds the world as it was."""


def left_by(one: Edit | Creation, cast: Cast, world: World, client: Client) -> Iterator[bool]:
    """For each form of its page that keeps a draft of what is sent there: whether the draft stays once it is sent."""
    address = reverse(one.address, kwargs=kwargs_of(one.about, world))
    sent = one.sent(cast, world) if isinstance(one, Creation) else one.sent | one.sent_of(world)
    for form in filter(keeps_a_draft, long_forms(client.get(address).content)):
        if set(sent) & set(form.fields) - {"version", "client_key"}:
            client.post(reverse("draft_keep"), dict(form.form_values()) | sent)
            kept = Draft.objects.unsent().latest("pk")
            assert send(client, address, {"draft-id": str(kept.public_id)} | sent).status_code == 302, one.address
            yield Draft.objects.unsent().filter(pk=kept.pk).exists()


def test_draft_ends_when_its_text_is_sent(cast, world, signed_in, written, caplog):
    caplog.set_level("CRITICAL", "django.request")
    stays: dict[str, bool] = {}
    for one in (*EVERY_EDIT, *EVERY_CREATION):
        with contextlib.suppress(_UndoneError), transaction.atomic():
            for stayed in left_by(one, cast, world, signed_in(cast.users[one.by])):
                stays[one.address] = stayed
            raise _UndoneError
    assert {address for address, stayed in stays.items() if stayed} == set()
    assert set(stays) == {name for name, _client, _address, forms in written if any(map(keeps_a_draft, forms))}
