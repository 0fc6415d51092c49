"""Who is told of a debate: that something was written, of which kind and where, never its words."""

from collections.abc import Iterable

from accounts.models import Category, Person, User
from accounts.notices import SUBJECTS, tell
from community.models import Calibration, Contribution
from community.queries import people_of_community

RECEIVED = "Une contribution à un retour d’expérience que vous signez"
ANSWERED = "Une réponse à votre contribution, dans la communauté"


def tell_contribution(contribution: Contribution) -> None:
    """The authors of the report learn that somebody contributed to it."""
    _tell(contribution, contribution.report.authors.all(), RECEIVED, "emails/contribution_received.txt")


def tell_answer(answer: Contribution) -> None:
    """Whoever contributed learns that it was answered; when they come back to it themselves, the authors of the
    report do."""
    contributor = answer.answers_to.author if answer.answers_to else answer.author
    if contributor != answer.author:
        _tell(answer, [contributor], ANSWERED, "emails/contribution_answered.txt")
    else:
        _tell(answer, answer.report.authors.all(), RECEIVED, "emails/contribution_received.txt")


def _tell(contribution: Contribution, people: Iterable[Person], title: str, template: str) -> None:
    """Those among them who have an account, may still read the report, and did not write this themselves."""
    tell(
        User.objects.filter(person__in=people).order_by("pk"),
        category=Category.EXCHANGES,
        about=contribution,
        by=contribution.author,
        key=f"contribution:{contribution.public_id}",
        title=title,
        url=contribution.get_absolute_url(),
        template=template,
        context={
            "author": contribution.author,
            "kind": contribution.get_kind_display(),
            "report": contribution.report,
        },
    )


def tell_calibration_open(calibration: Calibration, *, by: Person) -> None:
    """The whole community learns that there are stories to read; none of their words, nor of its title."""
    _tell_community(calibration, "Des récits à lire, pour un accordage qui vient de s’ouvrir", "open", by)


def tell_calibration_counted(calibration: Calibration) -> None:
    """The same, whoever read or not: a notice to the readers alone would list them."""
    _tell_community(calibration, "Un accordage est clos : ce qu’il dit des mots se lit", "counted", None)


def _tell_community(calibration: Calibration, title: str, what: str, by: Person | None) -> None:
    people = User.objects.filter(person__in=people_of_community(), is_active=True).order_by("pk")
    key, url = f"calibration:{calibration.public_id}:{what}", calibration.get_absolute_url()
    tell(people, category=Category.EXCHANGES, about=calibration, by=by, key=key, title=title, url=url)


def register() -> None:
    SUBJECTS.register(Calibration._meta.label, Calibration.objects.visible_to)
    SUBJECTS.register(Contribution._meta.label, lambda user: Contribution.objects.visible_to(user).standing())
