"""Who looked at the first structure from outside, a text the coordination opened, a place it asks for, a factor that
somebody lost, an edit."""

import pghistory
from django.utils import timezone

from accounts.operations import ask_for_lost_factor, ask_support, seal_history, verify_history
from efc_platform.management.demo_world.world import World
from structures.looks import note_look
from trajectories.operations import edit_words, open_text


def make_looks(world: World) -> None:
    """Through the operations that the pages call, today."""
    coordination, structure = world.user("coordination"), world.structures["ressourcerie-trois-rives"]
    trajectory = structure.trajectories.get()
    note_look(coordination, structure)
    share = trajectory.shares.order_by("-occurred_on", "-pk")[0]
    reason = "Préparer avec l’équipe d’accompagnement la rencontre du réseau, à sa demande."
    open_text(by=coordination, target=share, reason=reason)
    nadia = world.user("nadia")
    ask_support(by=coordination, concerned=nadia, reason="Vous montrer où noter un essai, comme convenu au téléphone.")
    ask_for_lost_factor(by=world.user("hugo"))
    with pghistory.context(user=nadia.pk):
        question = trajectory.working_question
        for words in ("", question):
            trajectory = edit_words(
                by=nadia,
                trajectory=trajectory,
                expected_version=trajectory.version,
                starting_words=trajectory.starting_words,
                aim=trajectory.aim,
                lead_words=trajectory.lead_words,
                working_question=words,
            )
    seal_history(until=timezone.now())
    verify_history()
