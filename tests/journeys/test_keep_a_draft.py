"""What was typed and never sent waits for its author: after a crash, a closed tab, an access that ended."""

from efc_platform.backstage.models import Draft
from efc_platform.templatetags.french import clock
from tests.visitor import values_of

SECRET = "Canari-de-brouillon"


def save_from_the_page(client, page, **changed: str):
    """As the script does: every field of the form, and an answer in JSON."""
    data: dict[str, list[str]] = {}
    for name, value in values_of(page.form_of("Enregistrer")):
        data.setdefault(name, []).append(value)
    data |= {name.replace("draft_", "draft-"): [value] for name, value in changed.items()}
    return client.post("/brouillons/garder/", data, headers={"Accept": "application/json"})


def opened_form(visits, cast):
    ines = visits("practitioner")
    return ines, ines.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")


def test_form_opened_again_holds_what_was_typed_and_says_since_when(visits, cast):
    ines, page = opened_form(visits, cast)
    answer = save_from_the_page(ines.client, page, account=SECRET, feelings="De la joie", dimensions="").json()
    assert answer["said"] == f"Brouillon enregistré à {clock(Draft.objects.get().saved_at)}"
    ines, again = opened_form(visits, cast)
    assert [again.typed(name) for name in ("account", "feelings", "minutes")] == [SECRET, "De la joie", ""]
    assert again.typed("client_key") == page.typed("client_key")
    assert "Vous aviez commencé ce texte" in again.words
    empty = ines.click("Repartir d’une page vide")
    assert (empty.typed("account"), Draft.objects.unsent().count()) == ("", 1)


def test_form_that_is_sent_is_no_draft_any_more_and_the_next_one_is_empty(visits, cast):
    ines, page = opened_form(visits, cast)
    draft = save_from_the_page(ines.client, page, account=SECRET).json()["id"]
    page = ines.open(page.address)
    assert page.typed("draft-id") == draft
    ines.press("Enregistrer", minutes="1 h")
    assert Draft.objects.unsent().count() == 0
    assert opened_form(visits, cast)[1].typed("account") == ""


def test_refused_form_goes_on_with_the_same_draft(visits, cast):
    ines, page = opened_form(visits, cast)
    draft = save_from_the_page(ines.client, page, account=SECRET).json()["id"]
    page = ines.open(page.address)
    refused = ines.press("Enregistrer", minutes="?")
    assert (refused.typed("draft-id"), refused.typed("account")) == (draft, SECRET)
    assert Draft.objects.unsent().count() == 1


def test_without_a_script_the_button_keeps_it_and_leads_to_the_list(visits, cast):
    ines, page = opened_form(visits, cast)
    data = dict(values_of(page.form_of("Enregistrer"))) | {"account": SECRET, "facts": "Un silence."}
    answer = ines.client.post("/brouillons/garder/", data, follow=True)
    page = ines._arrive(answer, "/brouillons/")
    assert page.messages == ["Votre brouillon est gardé, pour vous. Rien n’est envoyé."]
    page = ines.click("Intervention, Alpha")
    assert [word for word in (SECRET, "Un silence.") if word not in page.html] == []
    page = ines.click("Reprendre dans sa page")
    assert (page.typed("account"), page.typed("facts")) == (SECRET, "Un silence.")


def test_draft_whose_page_is_closed_to_its_author_still_gives_its_words(visits, cast):
    ines, page = opened_form(visits, cast)
    save_from_the_page(ines.client, page, account=SECRET)
    cast.practitioner.person.accompaniments.update(until="2024-01-01")
    ines.open("/brouillons/")
    page = ines.click("Intervention, Alpha")
    assert SECRET in page.html
    page = ines.press("Effacer ce brouillon")
    assert (page.messages, Draft.objects.count()) == (["Le brouillon est effacé."], 0)


def test_colleague_and_coordination_do_not_find_it(visits, cast):
    ines, page = opened_form(visits, cast)
    save_from_the_page(ines.client, page, account=SECRET)
    draft = Draft.objects.get()
    for who in ("coordinator", "other_practitioner", "leader"):
        other = visits(who)
        assert (other.open("/brouillons/").words.count("Alpha"), SECRET in other.page.html) == (0, False)
        assert other.open(f"/brouillons/{draft.public_id}/").status == 404
        assert other.client.post(f"/brouillons/{draft.public_id}/effacer/").status_code == 404
    assert Draft.objects.count() == 1


def test_journal_page_and_correction_are_kept_too(visits, cast):
    ines, page = opened_form(visits, cast)
    ines.press("Enregistrer", minutes="1 h", account="Un texte", facts="Un fait")
    for link, button, field in (
        ("Corriger", "Enregistrer", "account"),
        ("Reprendre cette page", "Garder cette page", "facts"),
    ):
        home = ines.page
        address = home.links[link]
        page = ines.open(address)
        data = dict(values_of(page.form_of(button))) | {field: f"{SECRET} {field}"}
        assert ines.client.post("/brouillons/garder/", data, headers={"Accept": "application/json"}).json()["kept"]
        page = ines.open(address)
        assert page.typed(field) == f"{SECRET} {field}"
        ines.press(button)
        assert Draft.objects.unsent().count() == 0
        ines.open(home.address)
