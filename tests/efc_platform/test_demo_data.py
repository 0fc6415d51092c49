"""The demonstration world holds together: its keys, its levels, its dates and its French."""

import re
from collections import Counter
from itertools import chain, combinations, pairwise

import pytest

from tests.efc_platform.demo_rows import (
    COHORTS,
    DIMENSIONS,
    PEOPLE,
    PRACTITIONERS,
    STRUCTURES,
    WORLD_TEXTS,
    member_keys,
    sentences,
    shortest_days,
)

FIRST = STRUCTURES["ressourcerie-trois-rives"]
MODALITIES = {"leader_training", "work_organisation", "peer_space", "partner_meeting", "other"}
TERRITORIES = {
    **dict.fromkeys(["Ille-et-Vilaine", "Morbihan", "Loire-Atlantique"], "Pays de Redon"),
    "Pas-de-Calais": "Artois",
    "Creuse": "Creuse",
    "Bas-Rhin": "Bas-Rhin",
}

each_structure = pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)


def readings():
    return [reading for structure in STRUCTURES.values() for reading in structure["readings"]]


def interventions():
    return [entry for structure in STRUCTURES.values() for entry in structure["interventions"]]


def positionings():
    return [entry for reading in readings() for entry in reading["positionings"]]


def open_steps(structure):
    steps = (entry.get("next_step") for entry in structure["interventions"])
    return [step for step in steps if step and not step["done"]]


def test_world_counts():
    assert len(STRUCTURES) == 12
    assert len(readings()) == 71
    counts = sorted((len(entry["interventions"]) for entry in STRUCTURES.values()), reverse=True)
    assert counts == [16, *[15] * 6, 12, 11, 10, 9, 2]
    assert sum(counts) == 150
    assert len(PRACTITIONERS) == len(PEOPLE["practitioners"]) == 6


def test_slug_is_the_file_name():
    assert [structure["slug"] for structure in STRUCTURES.values()] == list(STRUCTURES)


def test_territories_are_four_and_coherent():
    communes = [structure["commune"] for structure in STRUCTURES.values()]
    found = Counter(TERRITORIES[commune["department"]] for commune in communes)
    assert found == {"Pays de Redon": 4, "Artois": 4, "Creuse": 2, "Bas-Rhin": 2}
    for commune in communes:
        assert re.fullmatch(r"\d{5}", commune["insee_code"])
        assert commune["insee_code"][:2] == commune["postcode"][:2]


def test_cohorts_are_two_each_of_four_structures_of_one_territory():
    assert list(COHORTS) == ["vallee", "artois"]
    gathered = [slug for cohort in COHORTS.values() for slug in cohort["structures"]]
    assert len(gathered) == len(set(gathered)) == 8
    for cohort in COHORTS.values():
        departments = {STRUCTURES[slug]["commune"]["department"] for slug in cohort["structures"]}
        assert len({TERRITORIES[department] for department in departments}) == 1


def test_person_keys_and_emails_are_unique():
    people = [*PEOPLE["practitioners"], *PEOPLE["trainers"], *PEOPLE["members"], PEOPLE["coordinator"]]
    people += [member for structure in STRUCTURES.values() for member in structure["members"]]
    keys, emails = [p["key"] for p in people], [p["email"] for p in people if "email" in p]
    assert max(Counter(keys).values()) == max(Counter(emails).values()) == 1
    assert all(email.endswith("@demo.example") for email in emails)
    assert all(p["gender"] in {"f", "m"} for p in people)


def test_leaders_and_one_employee_sign_in_among_members():
    for structure in STRUCTURES.values():
        roles = [member["role"] for member in structure["members"] if "email" in member]
        assert roles == (["leader", "staff"] if structure is FIRST else ["leader"])
        assert 4 <= len(structure["members"]) <= 7


def test_each_structure_has_one_lead_practitioner():
    accompanied = {slug: structure["accompaniments"] for slug, structure in STRUCTURES.items()}
    leads = [entry["practitioner"] for entries in accompanied.values() for entry in entries if entry["lead"]]
    assert [sum(entry["lead"] for entry in entries) for entries in accompanied.values()] == [1] * 12
    assert Counter(leads) == {"ines": 3, "hugo": 2, "salome": 2, "nadege": 2, "youssef": 2, "paul": 1}


@each_structure
def test_keys_resolve(structure):
    members, accompanying = member_keys(structure), accompanying_keys(structure)
    assert accompanying <= PRACTITIONERS
    assert structure["trajectory"]["starting_words_by"] in members
    for reading in structure["readings"]:
        assert reading["authors"]
        assert set(reading["authors"]) <= members | accompanying
    for entry in structure["interventions"]:
        assert set(entry["participants"]["members"]) <= members
        assert owner_of(entry) <= members | accompanying
        assert author_of(entry) <= set(entry["practitioners"])


def accompanying_keys(structure):
    return {entry["practitioner"] for entry in structure["accompaniments"]}


def owner_of(entry):
    return {entry["next_step"]["owner"]} if "next_step" in entry else set()


def author_of(entry):
    return {entry["journal"]["author"]} if "journal" in entry else set()


@each_structure
def test_practitioners_act_only_while_they_accompany(structure):
    since = {e["practitioner"]: e["from_months_ago"] for e in structure["accompaniments"]}
    for entry in structure["interventions"]:
        assert all(entry["days_ago"] <= shortest_days(since[who]) for who in entry["practitioners"])


@each_structure
def test_events_fall_within_the_trajectory(structure):
    months = structure["trajectory"]["started_months_ago"]
    days = [entry["days_ago"] for entry in structure["interventions"]]
    assert days == sorted(set(days), reverse=True)
    assert min(days) >= 0
    assert max(days) <= shortest_days(months)
    assert all(0 <= reading["months_ago"] <= months for reading in structure["readings"])
    assert all(trial["started_days_ago"] <= max(days) for trial in structure["trials"])


@each_structure
def test_one_reading_marks_the_start(structure):
    starts = [reading for reading in structure["readings"] if reading.get("is_start")]
    assert [reading["viewpoint"] for reading in starts] == ["direction"]


@each_structure
def test_intervention_codes_are_known(structure):
    for entry in structure["interventions"]:
        assert entry["modality"] in MODALITIES
        assert entry["place"] in {"on_site", "remote", "elsewhere"}
        assert set(entry["participants"]["counts"]) <= {"leader", "staff", "volunteer", "board", "partner"}
        assert entry["dimensions"]
        assert set(entry["dimensions"]) <= set(DIMENSIONS)
        assert 3 <= len([part for part in sentences(entry["account"]) if part]) <= 6


def test_level_is_given_only_when_read():
    for entry in positionings():
        assert entry["state"] in {"level", "not_applicable", "not_enough_evidence"}
        assert (entry["state"] == "level") == ("level" in entry)
        assert entry.get("level", 1) in range(1, 6)
        assert entry["observed_fact"]


def test_readings_name_each_dimension_once():
    for reading in readings():
        dimensions = [entry["dimension"] for entry in reading["positionings"]]
        assert dimensions == sorted(set(dimensions))
        assert set(dimensions) <= set(DIMENSIONS)
        assert len(dimensions) == 9 or 3 <= len(dimensions) <= 6


def test_most_readings_are_full_and_the_last_level_is_rare():
    assert sum(len(reading["positionings"]) == 9 for reading in readings()) >= 30
    assert [entry.get("level") for entry in positionings()].count(5) == 1


def test_a_trajectory_may_go_back():
    start, later, *_ = STRUCTURES["les-seuils"]["readings"]
    levels = [{e["dimension"]: e["level"] for e in r["positionings"]} for r in (start, later)]
    assert [code for code in DIMENSIONS if levels[1][code] < levels[0][code]] == ["D1", "D2", "D3", "D6", "D7"]


def test_first_structure_carries_the_tour():
    assert sorted(step["due_in_days"] for step in open_steps(FIRST)) == [5, 8, 10]
    states = Counter(trial["state"] for trial in FIRST["trials"])
    assert states == {"running": 3, "kept": 2, "dropped": 2}
    last_round = {r["viewpoint"] for r in FIRST["readings"] if r["months_ago"] <= 1}
    assert last_round == {"direction", "team", "accompaniment"}
    assert (FIRST["appointments"][0]["in_days"], FIRST["appointments"][0]["at"]) == (11, "14:00")


@each_structure
def test_trials_close_after_they_start(structure):
    for trial in structure["trials"]:
        is_closed = trial["state"] in {"kept", "dropped"}
        assert is_closed == ("ended_days_ago" in trial)
        assert trial.get("ended_days_ago", trial["started_days_ago"] - 1) < trial["started_days_ago"]
        assert not is_closed or trial["learnt"]
        assert (trial["state"] == "planned") == (trial["started_days_ago"] < 0)


def levels_of(reading):
    return {entry["dimension"]: entry["level"] for entry in reading["positionings"] if "level" in entry}


def is_two_levels_apart(one, other):
    """Two points of view, about the same time, on the same dimension."""
    if one["viewpoint"] == other["viewpoint"] or abs(one["months_ago"] - other["months_ago"]) > 2:
        return False
    here, there = levels_of(one), levels_of(other)
    return any(abs(here[code] - there[code]) >= 2 for code in here.keys() & there.keys())


def passed_the_first(structure, code, before):
    """A point of view went from the second level to the third before so many months ago."""
    voices = {}
    for reading in structure["readings"]:
        if reading["months_ago"] >= before and code in levels_of(reading):
            voices.setdefault(reading["viewpoint"], []).append(levels_of(reading)[code])
    again = [levels for levels in voices.values() if len(levels) > 1]
    return any(low <= 2 < high for levels in again for low, high in pairwise(levels)) if again else None


def test_enough_moved_and_enough_stayed_for_a_step_to_be_told():
    """Before any quarter that may begin: eight passed, three read again without passing."""
    passed = [passed_the_first(structure, "D1", 4) for structure in STRUCTURES.values()]
    assert (passed.count(True), passed.count(False), passed.count(None)) == (8, 3, 1)


def test_readings_disagree_by_two_levels():
    apart = {
        slug
        for slug, structure in STRUCTURES.items()
        if any(is_two_levels_apart(*pair) for pair in combinations(structure["readings"], 2))
    }
    assert apart == {
        "bois-des-mille-sources",
        "fil-long",
        "pain-commun",
        "regie-des-corons",
        "ressourcerie-trois-rives",
        "sons-du-ried",
        "velos-du-terril",
    }


def goes_back(structure):
    """One point of view read a dimension lower than it had before."""
    pairs = combinations([(r["viewpoint"], levels_of(r)) for r in structure["readings"]], 2)
    return any(
        later.get(code, level) < level
        for (viewpoint, earlier), (other, later) in pairs
        if viewpoint == other
        for code, level in earlier.items()
    )


@pytest.mark.parametrize("slug", [slug for slug, one in STRUCTURES.items() if len(one["readings"]) == 7])
def test_longer_trajectories_go_back_somewhere(slug):
    assert goes_back(STRUCTURES[slug])


def test_world_spans_two_and_a_half_years():
    assert max(structure["trajectory"]["started_months_ago"] for structure in STRUCTURES.values()) == 30
    days = [entry["days_ago"] for entry in interventions()]
    assert max(days) > 900
    assert min(days) < 14


def test_all_structures_but_one_have_an_appointment_ahead():
    upcoming = [entry["appointments"] for entry in STRUCTURES.values() if entry["appointments"]]
    assert len(upcoming) == 11
    assert all(item["in_days"] > 0 for item in chain.from_iterable(upcoming))


def test_some_open_steps_are_overdue():
    due = [step["due_in_days"] for s in STRUCTURES.values() for step in open_steps(s)]
    assert 18 <= len(due) <= 24
    assert min(due) < 0 < max(due)


def test_a_third_of_interventions_have_a_journal():
    assert 48 <= sum("journal" in entry for entry in interventions()) <= 56


def test_no_sentence_is_written_twice():
    written = Counter(chain.from_iterable(sentences(text) for text in WORLD_TEXTS))
    assert [s for s, times in written.items() if times > 1 and len(s.split()) > 4] == []


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(r"['\"“”]", id="straight quotes"),
        pytest.param(r"(?<![\u202f?!])[;?!]", id="no narrow space before high punctuation"),
        pytest.param(r"(?<!\u00a0):", id="no no-break space before a colon"),
        pytest.param(r"«(?!\u00a0)|(?<!\u00a0)»", id="no no-break space inside quotes"),
        pytest.param(r"[ \u00a0\u202f]{2}|^\s|\s$|\.\.", id="stray space or dots"),
        pytest.param(r"\b(?:1[89]|20)\d{2}\b", id="absolute year"),
        pytest.param(
            r"(?i)\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre"
            r"|décembre|printemps|automne|hiver|(?:l’|d’|cet |en )été)\b",
            id="month or season",
        ),
        pytest.param(r"(?i)lorem|ipsum|xxx|todo|à compléter", id="placeholder"),
    ],
)
def test_texts_are_french_and_undated(wrong):
    assert [text for text in WORLD_TEXTS if re.search(wrong, text)] == []
