"""An accompagnateur draws the map of twenty relations with a leader, and compares it with last year's."""

from datetime import timedelta

from django.utils import timezone

from structures.models import EcosystemActor

TODAY = timezone.localdate()
LAST_YEAR = TODAY - timedelta(days=400)
A_YEAR_AGO = TODAY - timedelta(days=365)
KNOWN = [
    *(("Habitantes et habitants", "beneficiaries", "exchange"), ("Écoles du canton", "beneficiaries", "order")),
    *(("Clientèle du samedi", "clients", "exchange"), ("Bailleur Habitat Vallée", "clients", "order")),
    *(("Café associatif", "partners", "cooperation"), ("Centre social", "partners", "order")),
    *(("Atelier vélo", "partners", "order"), ("Lycée professionnel", "partners", "exchange")),
    *(("Transporteur local", "suppliers", "exchange"), ("Assureur", "suppliers", "exchange")),
    *(("Énergie", "suppliers", "exchange"), ("Fondation Rivages", "funders", "order")),
    *(("Éco-organisme", "funders", "exchange"), ("État, aide au poste", "funders", "order")),
    *(("Commune", "authorities", "order"), ("Syndicat de traitement", "authorities", "exchange")),
    *(("Département", "authorities", "exchange"), ("Réseau régional", "peers", "order")),
]


def test_practitioner_draws_twenty_relations_and_compares_them_with_last_year(visits, cast):
    ines = visits("practitioner")
    ines.open("/structures/")
    ines.click("Alpha")
    assert "Rien n’est encore sur cette carte." in ines.click("Écosystème").words
    # What was there already last year, line after line: the date stays from one to the next.
    ines.press("Ajouter", name="Bénévoles du tri", category="beneficiaries", kind="exchange", since=str(LAST_YEAR))
    for name, category, kind in KNOWN:
        page = ines.press("Ajouter", name=name, category=category, kind=kind)
        assert page.messages == [f"{name} est sur la carte."]
    page = ines.press("Ajouter", name="Crèche associative", category="peers", kind="cooperation", since=str(TODAY))
    assert EcosystemActor.objects.filter(structure=cast.structure_a).count() == 20

    ines.click("4 Clientèle du samedi")
    ines.click("Elle s’arrête")
    ines.press("Enregistrer", until=str(TODAY))
    # With the leader, what changed since: the words of each are hers.
    nadia = visits("leader")
    nadia.open(page.address)
    nadia.click("5 Bailleur Habitat Vallée")
    nadia.click("La relation a changé")
    told = {"contributes": "Un local au pied des immeubles", "receives": "Des caves vidées avec les familles"}
    nadia.press("Enregistrer", kind="cooperation", since=str(TODAY), tendency="towards", **told)

    page = ines.open(f"{page.address.partition('?')[0]}")
    page = ines.click("Comparer avec l’an dernier")
    assert page.section("Ce qui a bougé") == (
        "de la commande à la coopération Bailleur Habitat Vallée Apporte : Un local au pied des immeubles "
        "Reçoit : Des caves vidées avec les familles nouvelle relation Crèche associative partie Clientèle du samedi"
    )
    assert page.html.count("aria-label=") > 20
    # The map of last year is what it was.
    assert "Crèche" not in ines.open(f"{page.address.partition('?')[0]}?au={A_YEAR_AGO}").words
    assert {"4 Clientèle du samedi", "5 Bailleur Habitat Vallée", "19 Réseau régional"} <= set(ines.page.links)
