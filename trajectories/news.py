"""What trajectories say of the last time something was heard of a structure."""

from structures.silence import NEWS, News
from trajectories.models import Appointment, InterventionShare, NextStep, Reading, Trajectory, Trial


def register() -> None:
    """Of a reading, once it is shared: until then it is told to nobody."""
    of = "trajectory__structure"
    NEWS.register("trajectories", lambda: News(Trajectory.objects.all(), "structure", day="started_on"))
    NEWS.register("interventions", lambda: News(InterventionShare.objects.all(), of, day="occurred_on"))
    NEWS.register("readings", lambda: News(Reading.objects.shared(), of, day="read_on"))
    NEWS.register("trials", lambda: News(Trial.objects.all(), of, day="started_on"))
    NEWS.register("trials_ended", lambda: News(Trial.objects.all(), of, day="ended_on"))
    NEWS.register("next_steps", lambda: News(NextStep.objects.all(), of, moment="done_at"))
    NEWS.register("appointments", lambda: News(Appointment.objects.standing(), of, moment="starts_at"))
