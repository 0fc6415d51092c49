"""Two voices read without knowing of each other; sealed, their readings are crossed and the gap is said."""

import pytest

from trajectories.models import Reading


@pytest.fixture
def read(visits, cast):
    """Somebody starts a reading, reads these dimensions, and stops there; answers them and their page."""

    def begin(name: str, **answers: tuple[str, str]):
        visitor = visits(name)
        visitor.open(f"{cast.trajectory_a.get_absolute_url()}lectures/nouvelle/")
        draft = visitor.press("Commencer", **({"viewpoint": "accompaniment"} if name == "practitioner" else {}))
        for code, (answer, fact) in answers.items():
            visitor.open(f"{draft.address}{code}/")
            visitor.press("Enregistrer et s’arrêter là", answer=answer, observed_fact=fact)
        visitor.open(draft.address)
        return visitor

    return begin


def seal(visitor):
    visitor.press("Sceller cette lecture")
    return visitor.press("Sceller et partager")


def test_draft_of_one_voice_is_invisible_to_the_other_until_it_is_sealed(read, visits, cast):
    nadia = read("leader", D1=("2", "On ne voit pas le travail du tri."))
    ines = visits("practitioner")
    address = nadia.page.address
    assert ines.open(address).status == 404
    readings = ines.open(f"{cast.trajectory_a.get_absolute_url()}lectures/")
    assert "Aucune lecture pour l’instant" in readings.words
    assert "Aucune lecture n’est encore partagée." in ines.open(cast.trajectory_a.get_absolute_url()).words
    assert "une lecture est commencée (direction" in nadia.open(cast.trajectory_a.get_absolute_url()).words.lower()
    nadia.open(address)
    assert seal(nadia).messages == ["La lecture est scellée : elle se lit maintenant à côté des autres."]
    assert "On ne voit pas le travail du tri." in ines.open(address).words


def test_two_voices_sealed_are_crossed_and_the_gap_is_said(read, visits, cast):
    nadia = read("leader", D1=("2", "Le tri reste invisible."), D2=("3", "Un duo au tri."))
    ines = read("practitioner", D1=("4", "Une heure est protégée."), D2=("3", "Le duo dure."))
    seal(nadia)
    alone = nadia.open(cast.trajectory_a.get_absolute_url()).section("Regards croisés par dimension")
    assert "une seule voix" in alone
    assert "à mettre en débat" not in alone
    seal(ines)
    crossed = nadia.open(cast.trajectory_a.get_absolute_url())
    gaps = crossed.section("Regards croisés par dimension")
    assert [gaps.count(words) for words in ("à mettre en débat", "même lecture", "pas encore lue")] == [1, 1, 7]
    assert "Travail vivant 2 · Mise en question 2 · Mise en question 4 · Structuration" in crossed.words
    dimension = ines.click("Travail vivant")
    assert "à mettre en débat" in dimension.section("Les regards aujourd’hui")
    observed = dimension.section("Ce qui a été observé")
    assert "Une heure est protégée." in observed
    assert "Le tri reste invisible." in observed


def test_sealed_reading_is_no_longer_written(read):
    nadia = read("leader", D1=("2", "Le tri reste invisible."))
    draft = nadia.page
    line = nadia.open(f"{draft.address}D1/")
    nadia.press("Sceller cette lecture", page=draft)
    seal_page = nadia.press("Sceller et partager")
    assert "Sceller" not in seal_page.words.replace("scellée", "")
    late = nadia.press("Enregistrer et continuer", page=line, observed_fact="Réécrit ?")
    assert late.status == 403
    again = nadia.press("Sceller cette lecture", page=draft)
    assert "elle ne change plus" in again.words
    assert Reading.objects.get().positionings.get().observed_fact == "Le tri reste invisible."


def test_reading_goes_from_one_dimension_to_the_next(visits, cast):
    nadia = visits("leader")
    nadia.open("/")
    nadia.click("Donner notre lecture")
    draft = nadia.press("Commencer")
    assert "0 dimension lue sur 9" in draft.words
    assert "Lisez au moins une dimension avant de sceller." in draft.words
    first = nadia.click("Commencer à lire")
    assert first.heading == "Travail vivant et reconnaissance"
    second = nadia.press("Enregistrer et continuer", answer="not_enough_evidence")
    assert second.heading == "Ressources immatérielles"
    third = nadia.press("Enregistrer et continuer", answer="")
    assert third.heading == "Organisation du travail et coopération interne"
    last = nadia.open(f"{draft.address}D9/")
    assert "9 sur 9" in last.words
    done = nadia.press("Enregistrer", answer="5", observed_fact="Le réseau s’en empare.")
    assert "2 dimensions lues sur 9" in done.words
    assert "Travail vivant · pas assez d’éléments" in done.words


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"answer": "3"}, "observed_fact", "Un repère s’appuie toujours sur un fait observé"),
        ({"answer": "", "observed_fact": "Un fait seul."}, "answer", "Choisissez un repère"),
    ],
)
def test_level_and_fact_go_together_and_the_page_says_which_is_missing(visits, typed, field, said):
    nadia = visits("leader")
    nadia.open("/")
    nadia.click("Donner notre lecture")
    nadia.press("Commencer")
    nadia.click("Commencer à lire")
    page = nadia.press("Enregistrer et continuer", **typed)
    assert list(page.errors()) == [field]
    assert page.errors()[field].startswith(said)
    assert page.typed("observed_fact") == typed.get("observed_fact", "")
    assert Reading.objects.get().positionings.count() == 0


def test_day_of_a_reading_ahead_is_refused_beside_its_field(visits, cast):
    nadia = visits("leader")
    nadia.open(f"{cast.trajectory_a.get_absolute_url()}lectures/nouvelle/")
    page = nadia.press("Commencer", read_on="2099-01-01")
    assert page.errors() == {"read_on": "Cette date est dans le futur : choisissez aujourd’hui ou un jour passé."}
    assert Reading.objects.count() == 0


def test_coordination_reads_levels_but_no_fact(read, visits, cast):
    nadia = read("leader", D1=("2", "Le tri reste invisible."))
    seal(nadia)
    claire = visits("coordinator")
    page = claire.open(nadia.page.address)
    assert "Travail vivant · Mise en question" in page.words
    assert "Le tri reste invisible." not in page.words
    assert "Le tri reste invisible." not in claire.click("Travail vivant").words


def test_place_that_is_not_ones_own_is_refused_beside_the_choice(visits, cast):
    nadia = visits("leader")
    nadia.open(f"{cast.trajectory_a.get_absolute_url()}lectures/nouvelle/")
    page = nadia.press("Commencer", viewpoint="team")
    assert page.errors() == {"viewpoint": "Sélectionnez un choix valide. team n’en fait pas partie."}
    assert Reading.objects.count() == 0
