"""The demonstration world holds together: its keys, its levels, its dates and its French."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
import yaml

import efc_platform.management

DEMO = Path(efc_platform.management.__file__).parent / "demo"
PEOPLE = yaml.safe_load((DEMO / "people.yaml").read_text(encoding="utf-8"))
STRUCTURES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((DEMO / "structures").glob("*.yaml"))
}
FIRST = STRUCTURES["ressourcerie-trois-rives"]
PRACTITIONERS = {person["key"] for person in PEOPLE["practitioners"]}
DIMENSIONS = [f"D{number}" for number in range(1, 10)]
MODALITIES = {"leader_training", "work_organisation", "peer_space", "partner_meeting", "other"}

# Read by the loader, not by people.
CODES = {
    "at", "author", "authors", "dimension", "dimensions", "email", "gender", "insee_code", "key",
    "legal_form", "modality", "owner", "place", "postcode", "practitioner",
    "practitioners", "role", "slug", "starting_words_by", "state", "structures", "viewpoint",
}  # fmt: skip

each_structure = pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)


def texts(node, key=""):
    if isinstance(node, dict):
        return chain.from_iterable(texts(value, name) for name, value in node.items())
    if isinstance(node, list):
        return chain.from_iterable(texts(value, key) for value in node)
    return [node] if isinstance(node, str) and key not in CODES else []


WORLD_TEXTS = list(texts({"people": PEOPLE, "world": list(STRUCTURES.values())}))


def sentences(text):
    return [part.strip(" «»\u00a0\u202f.,").casefold() for part in re.split(r"[.!?…]+", text)]


def readings():
    return [reading for structure in STRUCTURES.values() for reading in structure["readings"]]


def interventions():
    return [entry for structure in STRUCTURES.values() for entry in structure["interventions"]]


def positionings():
    return [entry for reading in readings() for entry in reading["positionings"]]


def member_keys(structure):
    return {member["key"] for member in structure["members"]}


def shortest_days(months):
    """Days that this many months last at least, whichever months they are."""
    return months * 365 // 12 - 2


def open_steps(structure):
    steps = (entry.get("next_step") for entry in structure["interventions"])
    return [step for step in steps if step and not step["done"]]


def test_world_counts():
    assert len(STRUCTURES) == 6
    assert len(readings()) == 24
    counts = sorted((len(entry["interventions"]) for entry in STRUCTURES.values()), reverse=True)
    assert counts == [16, 12, 11, 10, 9, 2]
    assert len(PRACTITIONERS) == len(PEOPLE["practitioners"]) == 4


def test_slug_is_the_file_name():
    assert [structure["slug"] for structure in STRUCTURES.values()] == list(STRUCTURES)


def test_territories_are_varied_and_coherent():
    communes = [structure["commune"] for structure in STRUCTURES.values()]
    assert len({commune["region"] for commune in communes}) >= 3
    for commune in communes:
        assert re.fullmatch(r"\d{5}", commune["insee_code"])
        assert commune["insee_code"][:2] == commune["postcode"][:2]


def test_cohort_names_four_known_structures():
    cohort = PEOPLE["cohort"]["structures"]
    assert len(cohort) == len(set(cohort)) == 4
    assert set(cohort) <= set(STRUCTURES)


def test_person_keys_and_emails_are_unique():
    people = [*PEOPLE["practitioners"], PEOPLE["coordinator"]]
    people += [member for structure in STRUCTURES.values() for member in structure["members"]]
    keys, emails = [p["key"] for p in people], [p["email"] for p in people if "email" in p]
    assert max(Counter(keys).values()) == max(Counter(emails).values()) == 1
    assert all(email.endswith("@demo.example") for email in emails)
    assert all(p["gender"] in {"f", "m"} for p in people)


def test_only_leaders_sign_in_among_members():
    for structure in STRUCTURES.values():
        roles = {member["role"] for member in structure["members"] if "email" in member}
        assert roles == {"leader"}
        assert 4 <= len(structure["members"]) <= 7


def test_each_structure_has_one_lead_practitioner():
    leads = [
        entry["practitioner"]
        for structure in STRUCTURES.values()
        for entry in structure["accompaniments"]
        if entry["lead"]
    ]
    assert Counter(leads) == {"ines": 3, "hugo": 1, "salome": 1, "paul": 1}


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
    assert sum(len(reading["positionings"]) == 9 for reading in readings()) >= 12
    assert [entry.get("level") for entry in positionings()].count(5) == 1


def test_a_trajectory_may_go_back():
    start, later, _ = STRUCTURES["les-seuils"]["readings"]
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


def test_five_structures_have_an_appointment_ahead():
    upcoming = [entry["appointments"] for entry in STRUCTURES.values() if entry["appointments"]]
    assert len(upcoming) == 5
    assert all(item["in_days"] > 0 for item in chain.from_iterable(upcoming))


def test_some_open_steps_are_overdue():
    due = [step["due_in_days"] for s in STRUCTURES.values() for step in open_steps(s)]
    assert 9 <= len(due) <= 12
    assert min(due) < 0 < max(due)


def test_a_third_of_interventions_have_a_journal():
    assert 18 <= sum("journal" in entry for entry in interventions()) <= 24


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
