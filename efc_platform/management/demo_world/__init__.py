"""Builds the demonstration from its YAML files, through the same operations as the pages."""

from collections.abc import Callable

import pghistory

from accounts import terms
from accounts.operations import apply_retention, give_consent
from community.operations import look_at_the_quarter
from efc_platform.management.demo_world.agenda import make_agenda
from efc_platform.management.demo_world.arrivals import make_arrivals
from efc_platform.management.demo_world.calibrations import make_calibrations
from efc_platform.management.demo_world.community import make_community
from efc_platform.management.demo_world.documents import make_documents
from efc_platform.management.demo_world.ecosystem import make_ecosystems
from efc_platform.management.demo_world.effects import make_effects
from efc_platform.management.demo_world.frame import make_frames
from efc_platform.management.demo_world.framework import make_framework
from efc_platform.management.demo_world.imports import make_import, make_past_interventions
from efc_platform.management.demo_world.looks import make_looks
from efc_platform.management.demo_world.notices import choose_mails, promise_something, read_old_notices
from efc_platform.management.demo_world.people import make_people
from efc_platform.management.demo_world.requests import make_requests
from efc_platform.management.demo_world.rounds import make_rounds
from efc_platform.management.demo_world.story import make_stories
from efc_platform.management.demo_world.structures import expect_silence, make_cohorts, make_structure, make_twins
from efc_platform.management.demo_world.talk import make_talk
from efc_platform.management.demo_world.teamwork import make_teamwork
from efc_platform.management.demo_world.trainings import make_trainings
from efc_platform.management.demo_world.trajectories import ask_for_first_report, lead_of, make_trajectory
from efc_platform.management.demo_world.travelling import make_travelling
from efc_platform.management.demo_world.workshops import make_workshops
from efc_platform.management.demo_world.world import World, files_of, rows_of
from trajectories.framework import load_framework
from trajectories.models import ProgressReport


def build_world(password: str, say: Callable[[str], None] = print) -> ProgressReport:
    """Creates the whole demonstration in an empty database; returns the report that is already finished."""
    world, people = World(password, load_framework(), say), rows_of("people.yaml")
    make_people(world, people)
    choose_mails(world)
    for row in files_of("structures"):
        # As a request would: the history says whose acts these were.
        with pghistory.context(user=world.user("coordination").pk):
            make_structure(world, row)
    # Some facts of its readings are held on them.
    make_documents(world)
    for row in files_of("structures"):
        with pghistory.context(user=lead_of(world, row).pk):
            make_trajectory(world, row)
        say(row["name"])
    make_frames(world, rows_of("frame.yaml"))
    make_teamwork(world, rows_of("team.yaml"))
    make_agenda(world, rows_of("agenda.yaml"))
    make_ecosystems(world, files_of("structures"))
    with pghistory.context(user=world.user("nadia").pk):
        make_stories(world, rows_of("story.yaml"))
    with pghistory.context(user=world.user("ines").pk):
        make_workshops(world, rows_of("workshops.yaml"))
    make_effects(world, rows_of("effects.yaml"))
    make_rounds(world, rows_of("rounds.yaml"))
    make_cohorts(world, people["cohorts"])
    make_trainings(world, rows_of("trainings.yaml"))
    make_community(world, rows_of("resources.yaml"), files_of("reports"))
    make_requests(world, rows_of("requests.yaml"))
    make_arrivals(world, rows_of("arrivals.yaml"))
    make_talk(world, rows_of("talk.yaml"))
    give_consent(by=world.user("nadia"), subject="quoted", number=terms.CONSENT_TEXTS["quoted"].number)
    with pghistory.context(user=world.user("coordination").pk):
        make_framework(world, rows_of("framework.yaml"))
        make_calibrations(world, rows_of("calibrations.yaml"))
        make_twins(world, rows_of("twins.yaml"))
        make_import(world)
        make_past_interventions(world)
        make_travelling(world, rows_of("travel.yaml"))
        expect_silence(world, world.structures["bois-des-mille-sources"])
    make_looks(world)
    look_at_the_quarter()
    promise_something(world)
    read_old_notices(world)
    apply_retention()
    return ask_for_first_report(world)
