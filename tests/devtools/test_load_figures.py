"""What `make load` makes of what it saw."""

import pytest

from devtools.load_figures import Asked, Held, Memory, by_page, faults, percentile, slowing


def asked(*times: float, name: str = "accueil", problem: str = "") -> list[Asked]:
    return [Asked(moment=float(rank), name=name, milliseconds=time, problem=problem) for rank, time in enumerate(times)]


def held(minutes: int, site: list[int], connections: int = 8) -> list[Held]:
    """One sample every five seconds, `site` bytes during each minute (the last one goes on)."""
    moments = [float(second) for second in range(5, 60 * minutes + 1, 5)]
    sizes = [site[min(int(moment - 1) // 60, len(site) - 1)] for moment in moments]
    return [Held(moment, size, 500_000_000, connections) for moment, size in zip(moments, sizes, strict=True)]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100)])
def test_percentile_is_reached_by_that_share(share, expected):
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_percentile_of_one_value_is_that_value():
    assert percentile([7.0], 0.95) == 7.0


def test_table_counts_requests_and_errors_of_each_page():
    lines = list(by_page(asked(10, 20, 30) + asked(5000, name="bilan", problem="statut 500")))
    figures = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert figures == {
        "accueil": ["3", "0", "20", "30", "30"],
        "bilan": ["1", "1", "5000", "5000", "5000"],
        "toutes": ["4", "1", "20", "5000", "5000"],
    }


def test_memory_is_compared_from_the_second_minute_to_the_last():
    samples = [(one.moment, one.site) for one in held(10, [100, 200, 400, 210])]
    found = Memory.of("site", samples)
    assert (found.in_second_minute, found.at_end) == (200, 210)
    assert found.growth == pytest.approx(0.05)
    assert (found.by_minute[1], found.by_minute[-1]) == (200, 210)


def test_a_good_run_has_no_fault():
    assert list(faults(asked(10, 20), held(10, [300, 320, 330]), 600, is_quiet=True)) == []


@pytest.mark.parametrize(
    ("seen", "memory", "said"),
    [
        ([], held(10, [300]), "Personne n’a rien demandé."),
        (asked(10, problem="statut 500"), held(10, [300]), "1 demandes en erreur."),
        (asked(10), held(10, [300, 300, 331]), "la mémoire a crû de 10%."),
        (asked(10), held(10, [300], connections=21), "21 connexions à PostgreSQL à la fois, au plus 20."),
    ],
)
def test_what_keeps_a_run_from_being_good_is_said(seen, memory, said):
    assert any(fault.endswith(said) for fault in faults(seen, memory, 600, is_quiet=False))


def test_memory_of_a_short_run_is_not_judged():
    assert list(faults(asked(10), held(2, [100, 300]), 120, is_quiet=True)) == []


def test_a_site_that_slows_down_is_a_fault_only_where_nobody_else_works():
    times = [100.0] * 480 + [150.0] * 120
    assert slowing(asked(*times), 600) == pytest.approx(1.5)
    memory = held(10, [300])
    assert [*faults(asked(*times), memory, 600, is_quiet=False)] == []
    (said,) = faults(asked(*times), memory, 600, is_quiet=True)
    assert "1.50 fois" in said
