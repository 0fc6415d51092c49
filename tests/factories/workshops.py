"""Collective readings, held by the practitioner of the cast."""



from tests.factories.cast import Cast
from trajectories import operations
from trajectories.models import AnswerChoice, Workshop


def hold(cast: Cast, *codes: str, expected: int = 8, is_open: bool = False) -> Workshop:
    """On these dimensions of A, its first question open at need."""
    dimensions = {one.code: one for one in cast.trajectory_a.framework_version.dimensions.all()}
    made = operations.open_workshop(
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        dimensions=[dimensions[code] for code in codes],
        expected=expected,
    )
    return operations.open_question(by=cast.practitioner, workshop=made, expected_version=1) if is_open else made


def answer(workshop: Workshop, token: str, choice: str, line: str = "", *, place: int = 0) -> None:
    """From the phone that holds this token."""
    operations.answer_question(workshop=workshop, token=token, place=place, choice=AnswerChoice(choice), line=line)
