"""What is kept of a person in the community: what they sign, answer and rewrite."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.operations import forget_in_history
from accounts.personal_data import AGREEMENTS, PARTS, Agreement, Leaving, Part, Table, table_of
from community.models import (
    Calibration,
    CalibrationLine,
    CalibrationReading,
    Contribution,
    ExperienceReport,
    Profile,
    ReportState,
    SharedResource,
    VignetteAnswer,
    VignetteReading,
)
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
    composed = Calibration.objects.filter(Q(created_by=me) | Q(closed_by=me))
    yield table_of("Accordages que vous avez composés ou clos", composed, without=("created_by", "job"))
    begun = CalibrationReading.objects.filter(reader=me).order_by("pk")
    yield table_of("Accordages que vous avez lus", begun, without=("reader",))
    stories = VignetteReading.objects.filter(reading__reader=me).order_by("pk")
    yield table_of("Récits que vous y avez lus", stories, only=("vignette",))
    yield _read_blind(me)


def _read_blind(me: int) -> Table:
    """What they read in the exercises, which nobody else has."""
    answers = VignetteAnswer.objects.filter(vignette_reading__reading__reader=me).select_related(
        "vignette_reading__vignette__calibration",
        "vignette_reading__reading",
        "part__dimension",
        "part__criterion__dimension",
    )
    return table_of(
        "Vos lectures dans les accordages",
        answers.order_by("pk"),
        only=("choice", "words"),
        calibration=("accordage", lambda one: one.vignette_reading.vignette.calibration.title),
        vignette=("récit", lambda one: one.vignette_reading.vignette.title),
        read=("ce qui est lu", lambda one: one.part.name),
        is_finished=("vous avez dit avoir fini", lambda one: one.vignette_reading.reading.is_finished),
    )


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
    chose to withdraw it; a report that others sign too is theirs as well, and stays. Their profile goes, and so do
    their readings in the exercises: the counts that were kept of them name nobody, and stay."""
    Profile.objects.filter(person=leaving.person).delete()
    _forget_readings(leaving)
    mine = ExperienceReport.objects.filter(created_by=leaving.person).exclude(
        pk__in=ExperienceReport.authors.through.objects.exclude(person=leaving.person).values("experiencereport")
    )
    _erase_reports(mine if leaving.withdraws_texts else mine.drafts())
    if leaving.withdraws_texts:
        _erase_contributions(leaving)


def _forget_readings(leaving: Leaving) -> None:
    """With their texts, the words that they gave go too: those of the same story and part that say the same."""
    if leaving.withdraws_texts:
        given = VignetteAnswer.objects.filter(vignette_reading__reading__reader=leaving.person).exclude(words="")
        for vignette, part, words in given.values_list("vignette_reading__vignette", "part", "words"):
            CalibrationLine.objects.filter(tally__vignette=vignette, tally__part=part, text=words).delete()
    CalibrationReading.objects.filter(reader=leaving.person).delete()


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
