"""What trajectories say of the last time something was heard of a structure."""

from structures.silence import NEWS, last_day
from trajectories.models import Appointment, InterventionShare, NextStep, Reading, Trajectory, Trial


def register() -> None:
    """Of a reading, once it is shared: until then it is told to nobody."""
    of = "trajectory__structure"
    NEWS.register("trajectories", lambda: last_day(Trajectory.objects.all(), "structure", "started_on"))
    NEWS.register("interventions", lambda: last_day(InterventionShare.objects.all(), of, "occurred_on"))
    NEWS.register("readings", lambda: last_day(Reading.objects.shared(), of, "read_on"))
    NEWS.register("trials", lambda: last_day(Trial.objects.all(), of, "started_on"))
    NEWS.register("trials_ended", lambda: last_day(Trial.objects.all(), of, "ended_on"))
    NEWS.register("next_steps", lambda: last_day(NextStep.objects.all(), of, "done_at"))
    NEWS.register("appointments", lambda: last_day(Appointment.objects.standing(), of, "starts_at"))
