"""What is kept of a person in the community: what they sign, answer and rewrite."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.operations import forget_in_history
from accounts.personal_data import AGREEMENTS, PARTS, Agreement, Leaving, Part, Table, table_of
from community.models import Contribution, ExperienceReport, Profile, ReportState, SharedResource
from structures.models import ties_of

TEXTS = (
    *("period", "context", "starting_question", "situation", "done", "resisted", "effects", "interpretations"),
    *("stance_shift", "kept", "open_controversies", "question", "consent_scope"),
)
ERASED = "Texte effacé"


def _gather(user: User) -> Iterable[Table]:
    me = user.person_id
    yield table_of("Votre profil dans la communauté", Profile.objects.filter(person=me), without=("person",))
    written = ExperienceReport.objects.filter(Q(created_by=me) | Q(authors=me)).distinct()
    yield table_of("Retours d’expérience que vous signez", written, without=("created_by",))
    yield table_of("Vos contributions", Contribution.objects.filter(author=me), without=("author",))
    sheets = SharedResource.objects.filter(Q(edited_by=me) | Q(authors=me)).distinct()
    yield table_of("Fiches que vous signez", sheets, without=("edited_by",))


def _agreed(user: User) -> Iterable[Agreement]:
    """What was shared of the structures that they direct, to which these said yes."""
    directed = ExperienceReport.objects.shared().filter(
        structure__in=ties_of(user).where("read_shared_report"), consent_on__isnull=False
    )
    for one in directed.select_related("structure").order_by("-shared_at", "pk"):
        if one.structure and one.consent_on:
            yield Agreement(one.title, one.get_absolute_url(), one.structure.name, one.consent_on, one.consent_scope)


def _forget(leaving: Leaving) -> None:
    """Drafts that they alone sign are erased. What was shared stays for the debate, signed by nobody, unless they
    chose to withdraw it; a report that others sign too is theirs as well, and stays. Their profile goes."""
    Profile.objects.filter(person=leaving.person).delete()
    mine = ExperienceReport.objects.filter(created_by=leaving.person).exclude(
        pk__in=ExperienceReport.authors.through.objects.exclude(person=leaving.person).values("experiencereport")
    )
    _erase_reports(mine if leaving.withdraws_texts else mine.drafts())
    if leaving.withdraws_texts:
        _erase_contributions(leaving)


def _erase_reports(reports) -> None:
    """The row stays where others have answered it; its words go, from its history too."""
    ids = list(reports.values_list("pk", flat=True))
    blank = dict.fromkeys(TEXTS, "")
    ExperienceReport.objects.filter(pk__in=ids).update(
        state=ReportState.DRAFT, title=ERASED, structure=None, consent_on=None, shared_at=None, **blank
    )
    forget_in_history(model=ExperienceReport, columns=["title", *TEXTS], pgh_obj_id__in=ids)


def _erase_contributions(leaving: Leaving) -> None:
    mine = Contribution.objects.filter(author=leaving.person)
    ids = list(mine.values_list("pk", flat=True))
    mine.update(text=ERASED)
    mine.standing().update(withdrawn_at=timezone.now())
    forget_in_history(model=Contribution, columns=["text"], pgh_obj_id__in=ids)


def register() -> None:
    AGREEMENTS.register("experience_reports", _agreed)
    PARTS.register("community", Part("Communauté", 50, _gather, _forget))
