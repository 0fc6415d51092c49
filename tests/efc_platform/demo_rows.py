"""The demonstration as its YAML files tell it, and the texts that people read in it."""

import re
from itertools import chain
from pathlib import Path

import yaml

import efc_platform.management

DEMO = Path(efc_platform.management.__file__).parent / "demo"
DIMENSIONS = [f"D{number}" for number in range(1, 10)]

# Read by the loader, not by people.
CODES = {
    "absent", "at", "attendance", "author", "authors", "beneficiaries_source", "category", "circle", "cohort",
    "dimension", "dimensions", "email", "enrolled", "gender", "insee_code", "key", "kind", "legal_form",
    "life_source", "linked_report", "linked_resource", "modality", "money_source", "opened_by", "owner", "person",
    "phase", "phone", "postcode", "practitioner", "practitioners", "regime", "resources", "role", "slug",
    "starting_words_by", "state", "status", "structure", "structures", "tendency", "trainers", "viewpoint",
    "work_source",
}  # fmt: skip


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def folder(name):
    return {path.stem: read(path) for path in sorted((DEMO / name).glob("*.yaml"))}


PEOPLE = read(DEMO / "people.yaml")
STRUCTURES = folder("structures")
REPORTS = folder("reports")
SHEETS = {row["slug"]: row for row in read(DEMO / "resources.yaml")}
TRAININGS = read(DEMO / "trainings.yaml")
REQUESTS = read(DEMO / "requests.yaml")
TALK = read(DEMO / "talk.yaml")

PRACTITIONERS = {person["key"] for person in PEOPLE["practitioners"]}
TRAINERS = {person["key"] for person in PEOPLE["trainers"]}
COMMUNITY = PRACTITIONERS | TRAINERS | {person["key"] for person in PEOPLE["members"]}
COHORTS = {cohort["key"]: cohort for cohort in PEOPLE["cohorts"]}


def texts(node, key=""):
    if isinstance(node, dict):
        return chain.from_iterable(texts(value, name) for name, value in node.items())
    if isinstance(node, list):
        return chain.from_iterable(texts(value, key) for value in node)
    return [node] if isinstance(node, str) and key not in CODES else []


def sentences(text):
    return [part.strip(" «»\u00a0\u202f.,").casefold() for part in re.split(r"[.!?…]+", text)]


def shortest_days(months):
    """Days that this many months last at least, whichever months they are."""
    return months * 365 // 12 - 2


def member_keys(structure):
    return {member["key"] for member in structure["members"]}


WORLD = [PEOPLE, *STRUCTURES.values(), *REPORTS.values(), *SHEETS.values(), *TRAININGS, *REQUESTS, TALK]
WORLD_TEXTS = list(texts(WORLD))
