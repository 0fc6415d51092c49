"""Pages among many interventions: what they ask and read does not grow with what others did."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import Count, F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.models import Contribution, ExperienceReport
from devtools.mass import Load, Mass, fill
from tests.database_roles import as_owner
from tests.factories.cast import Cast
from trajectories import operations
from trajectories.models import InterventionShare, JournalEntry, Positioning, Reading, Trajectory

LOAD = Load(structures=6, interventions=200, longest=80, pages=20, readings=4, reports=8, contributions=30)
SMALL = Load(3, 12, 5, 4, 2, 3, 4)
FEW, MANY = 1_000, 11_000
# Tables that grow with what everybody does.
GROWING = [
    "trajectories_intervention",
    "trajectories_interventionshare",
    "trajectories_intervention_practitioners",
    "trajectories_participation",
    "trajectories_nextstep",
    "trajectories_appointment",
    "trajectories_journalentry",
    "trajectories_interventionevent",
    "trajectories_reading",
    "trajectories_positioning",
    "community_experiencereport",
    "community_contribution",
]


def rows_read() -> int:
    """Of the growing tables, since the transaction began, whether an index led there or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY(%s)",
            [GROWING],
        )
        return int(cursor.fetchone()[0])


def measured(client: Client, paths: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Of each page, how many questions it asks and how many rows are read to answer them.

    Whole tables of ten thousand rows are read as fast as an index, and those of a million are not: so that the plans
    are those of a million, none reads a whole table where an index leads.
    """
    found = {}
    for name, path in paths.items():
        with transaction.atomic(), connection.cursor() as cursor, CaptureQueriesContext(connection) as captured:
            cursor.execute("SET LOCAL enable_seqscan = off")
            before = rows_read()
            assert client.get(path).status_code == 200
            # Those of the measure itself are counted too.
            found[name] = (len(captured) - 2, rows_read() - before)
    return found


@pytest.fixture
def own_pages(cast: Cast) -> Callable[[], dict[str, str]]:
    def paths() -> dict[str, str]:
        structures = cast.practitioner.person.accompaniments.values("structure")
        mine = Trajectory.objects.filter(structure__in=structures)
        longest = mine.annotate(held=Count("shares")).order_by("-held")[0]
        told = longest.shares.order_by("-occurred_on")[0].intervention
        reports = ExperienceReport.objects.filter(authors=cast.practitioner.person)
        debated = reports.annotate(said=Count("contributions")).order_by("-said")[0]
        named = {"public_id": longest.public_id}
        return {
            "home": "/",
            "form": f"{reverse('intervention_new')}?trajectoire={longest.public_id}",
            "intervention": told.get_absolute_url(),
            "interventions": reverse("interventions", kwargs=named),
            "dashboard": reverse("trajectory", kwargs=named),
            "story": reverse("story", kwargs=named),
            "readings": reverse("readings", kwargs=named),
            "evolution": reverse("evolution", kwargs=named),
            "dimension": reverse("dimension", kwargs={**named, "code": "D1"}),
            "community": reverse("community"),
            "experience report": debated.get_absolute_url(),
            "agenda": reverse("agenda"),
            "month": f"{reverse('agenda')}?vue=mois",
            "week": f"{reverse('agenda')}?vue=semaine",
            "search": f"{reverse('search')}?q=cooperation",
            "time": reverse("my_time"),
            "journal": reverse("journal"),
            "found in the journal": f"{reverse('journal')}?q=cooperation",
        }

    return paths


@pytest.mark.django_db(transaction=True)
def test_pages_ask_and_read_as_much_among_many_interventions(cast, signed_in, own_pages):
    client = signed_in(cast.practitioner)
    with as_owner() as own:
        fill(own, others=FEW, today=timezone.localdate(), email=cast.practitioner.email, load=LOAD)
        # The other tables too: a plan must not hang on what was last known of them, in a test before this one.
        own.execute("ANALYZE")
        among_few = measured(client, own_pages())
        fill(own, others=MANY - FEW, today=timezone.localdate(), seed=2)
        among_many = measured(client, own_pages())
    assert InterventionShare.objects.count() == LOAD.interventions + MANY
    asked_more = {name for name, (asked, _read) in among_many.items() if asked != among_few[name][0]}
    # A plan may change when tables grow, and read some days of the network; never what others did for years.
    read_more = {
        name: (among_few[name][1], read)
        for name, (_a, read) in among_many.items()
        if read > 2 * among_few[name][1] + 500
    }
    assert (asked_more, read_more) == (set(), {})


@pytest.mark.django_db(transaction=True)
def test_what_is_loaded_stands_as_if_it_had_been_written_here(cast, signed_in, logged):
    with as_owner() as own:
        fill(own, others=30, today=timezone.localdate(), email=cast.practitioner.email, load=SMALL)
        resting = own.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'").fetchone()
        histories = [
            own.execute(f"SELECT count(*) FROM {table}").fetchone()
            for table in ("trajectories_interventionevent", "trajectories_interventionshareevent")
        ]
    assert (resting, histories) == ((0,), [(42,), (42,)])
    shared = Reading.objects.filter(sealed_at=F("shared_at"))
    # Two of each trajectory of one's own, four or five of each of both others'; of nine dimensions each.
    assert (shared.count(), Positioning.objects.count()) == (2 * 3 + 5 + 4, 15 * 9)
    assert Contribution.objects.filter(kind="answer", answers_to__report=F("report")).exists()
    page = JournalEntry.objects.of(cast.practitioner).latest("pk")
    assert operations.read_journal_entry(by=cast.practitioner, entry=page).facts.endswith(".")
    made = logged()
    assert made.shares.get().occurred_on == made.occurred_on
    found = signed_in(cast.practitioner).get(reverse("search"), {"q": "equipe"}).context["found"]
    assert [one.heading for one in found] == ["Interventions", "Prochains pas", "Retours d’expérience"]


@pytest.mark.django_db(transaction=True)
def test_years_of_time_are_read_page_after_page(cast, signed_in):
    today = timezone.localdate()
    with as_owner() as own:
        fill(own, others=30, today=today, email=cast.practitioner.email, load=Load(3, 400, 5, 0, 0, 0, 0))
    period = {"du": str(today - timedelta(days=3 * 365)), "au": str(today), "par": "semaine"}
    client = signed_in(cast.practitioner)
    first, second = (client.get(reverse("my_time"), period | {"page": number}).context for number in (1, 2))
    shown = [line.key for page in (first, second) for line in page["page_obj"]]
    assert len(first["page_obj"].object_list) == 60
    assert shown == [line.key for line in first["page_obj"].paginator.object_list][:120]


def _written(own: psycopg.Connection, cast: Cast, seed: int) -> list[tuple[str]]:
    """What the loader writes in a transaction that comes to nothing, but for what the cipher adds."""
    with own.transaction(force_rollback=True):
        mass = Mass(own, seed=seed, today=timezone.localdate())
        acts = sorted([*mass.own_acts(cast.practitioner.person_id, SMALL), *mass.acts_of_others(30)])
        mass.write(acts, pages=4)
        mass.write_readings(SMALL)
        mass.write_debates(30, SMALL)
        columns = {table.name: ", ".join(one for one in table.columns if one != "sealed_text") for table in mass.tables}
        return [
            row
            for name, told in columns.items()
            for row in own.execute(f"SELECT ({told})::text FROM {name} WHERE true ORDER BY id").fetchall()
        ]


@pytest.mark.django_db(transaction=True)
def test_the_loader_writes_the_same_from_the_same_seed(cast):
    with as_owner() as own:
        once, again, otherwise = (_written(own, cast, seed) for seed in (1, 1, 2))
    assert once == again
    assert once != otherwise
