"""The calendar, the catalogue and the sessions: what each page shows to whom, refuses and where, edited by two."""

from datetime import timedelta

import pytest
from django.utils import timezone

from efc_platform.backstage.models import Job
from tests.factories.trainings import EnrolmentFactory, SessionFactory, TrainingFactory, at, just_now, whole_day
from trainings.models import Attendance, EnrolmentState, Regime, Session, Training
from trainings.operations import Slot
from trainings.views import PER_PAGE

NEW_TRAINING = {
    "title": "Décrire son travail",
    "modality": "work_organisation",
    "regime": "training",
    "summary": "Deux demi-journées pour se voir faire.",
    "objectives": "- Décrire un geste",
    "audience": "Les équipes",
    "content": "On raconte.",
}
SAVE, TAKE = "Enregistrer", "Enregistrer les présences"


def line(rank: int, days: int, begins: str, ends: str) -> dict[str, str]:
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    return {f"demi-{rank}-day": day, f"demi-{rank}-begins": begins, f"demi-{rank}-ends": ends}


def no_line(rank: int) -> dict[str, str]:
    return {f"demi-{rank}-{name}": "" for name in ("day", "begins", "ends")}


def session_at(session: Session) -> str:
    return session.get_absolute_url()


def test_empty_calendar_says_where_to_go(visits):
    page = visits("nobody").open("/formations/")
    assert "Aucune session à venir" in page.words
    assert page.section("Le catalogue") == "Rien n’y est encore écrit."
    assert "Nouvelle formation" not in page.links
    past = visits("nobody").open("/formations/passees/")
    assert "Aucune session ne s’est encore tenue" in past.words
    assert past.links["Voir les sessions à venir"] == "/formations/"


def test_calendar_tells_what_is_left_and_what_one_is_enrolled_in(visits, cast, session):
    full = SessionFactory(training__title="Passer la main", capacity=1)
    EnrolmentFactory(session=full)
    EnrolmentFactory(session=full, person=cast.staff.person, state=EnrolmentState.WAITING)
    page = visits("staff").open("/formations/")
    assert "Décrire son travail 12 places" in page.words
    assert "Passer la main complet" in page.words
    assert page.section("Mes inscriptions").startswith("Passer la main liste d’attente")


def test_calendar_is_cut_into_pages(visits):
    for rank in range(PER_PAGE + 1):
        SessionFactory(training__title=f"Formation {rank}", slots=[Slot(at(9, days=1 + rank), 60)])
    page = visits("nobody").open("/formations/")
    assert page.html.count('<time datetime="') == PER_PAGE
    assert visits("nobody").open("/formations/?page=2").html.count('<time datetime="') == 1


def test_past_sessions_are_those_one_may_see_the_latest_first(visits, cast, cohort):
    for title, days, columns in [("Ancienne", -40, {}), ("Récente", -2, {}), ("Réservée", -3, {"cohort": cohort})]:
        SessionFactory(training__title=title, slots=whole_day(days), **columns)
    SessionFactory(training__title="Annulée", slots=whole_day(-1), cancelled_at=timezone.now())
    page, own = visits("nobody").open("/formations/passees/"), visits("leader").open("/formations/passees/")
    assert "Réservée" not in page.words
    assert page.words.index("Récente") < page.words.index("Ancienne")
    assert "Réservée" in own.words
    assert "Annulée" not in own.words


def test_training_shows_its_dates_to_all_and_its_buttons_to_who_plans(visits, cast, session, cohort_session):
    address = session.training.get_absolute_url()
    page = visits("nobody").open(address)
    assert page.heading == "Décrire son travail"
    assert page.links["La session"] == session_at(session)
    assert [label for label in ("Modifier", "Prévoir une session") if label in page.links] == []
    page = visits("trainer").open(address)
    assert [label for label in ("Modifier", "Prévoir une session") if label in page.links] == [
        "Modifier",
        "Prévoir une session",
    ]
    assert "Aucune date n’est fixée" in visits("nobody").open(cohort_session.training.get_absolute_url()).words


def test_training_is_proposed_then_a_session_is_planned(visits, cast):
    maud = visits("trainer")
    maud.open("/formations/")
    maud.click("Nouvelle formation")
    page = maud.press(SAVE, **NEW_TRAINING)
    assert page.messages == ["La formation est au catalogue. Il reste à prévoir une session."]
    maud.click("Prévoir une session")
    assert maud.page.typed("capacity") == "12"
    assert maud.page.typed("trainers") == str(cast.trainer.person.pk)
    page = maud.press(SAVE, place="La Minoterie", **line(0, 9, "14:00", "17:00"), **line(1, 9, "09:00", "12:30"))
    assert page.messages == ["La session est prévue."]
    made = Session.objects.get()
    assert (made.begins_at, made.ends_at, made.place) == (at(9, days=9), at(17, days=9), "La Minoterie")
    assert list(made.trainers.all()) == [cast.trainer.person]


def test_training_and_session_sent_twice_are_one(visits):
    maud = visits("trainer")
    form = maud.open("/formations/nouvelle/")
    first, second = (maud.press(SAVE, page=form, **NEW_TRAINING) for _ in range(2))
    assert (first.address, Training.objects.count()) == (second.address, 1)
    form = maud.click("Prévoir une session")
    first, second = (
        maud.press(SAVE, page=form, place="La Minoterie", **line(0, 9, "09:00", "12:00")) for _ in range(2)
    )
    assert (first.address, Session.objects.count()) == (second.address, 1)


def test_regime_that_does_not_suit_is_refused_beside_it_and_nothing_typed_is_lost(visits):
    maud = visits("trainer")
    maud.open("/formations/nouvelle/")
    page = maud.press(SAVE, **NEW_TRAINING | {"modality": "peer_space"})
    assert list(page.errors()) == ["regime"]
    assert "ne se tient pas sous ce régime" in page.errors()["regime"]
    assert page.typed("content") == "On raconte."
    assert "speaking_of_work" not in page.html
    assert not Training.objects.exists()


def test_regime_of_a_training_that_has_a_session_stays(visits, session):
    maud = visits("trainer")
    maud.open(f"{session.training.get_absolute_url()}modifier/")
    page = maud.press(SAVE, regime="exchange")
    assert page.errors() == {
        "regime": "Des sessions sont déjà prévues sous ce régime : proposez plutôt une autre formation."
    }
    session.training.refresh_from_db()
    assert session.training.regime == Regime.TRAINING


def test_training_edited_by_two_is_shown_both_ways(visits):
    training = TrainingFactory(title="Décrire", summary="Un premier jet.")
    maud, claire = visits("trainer"), visits("coordinator")
    for visitor in (maud, claire):
        visitor.open(training.get_absolute_url())
        visitor.click("Modifier")
    assert maud.press(SAVE, summary="Les mots de Maud.").messages == ["La formation est à jour."]
    page = claire.press(SAVE, summary="Les mots de Claire.", modality="peer_space", regime="exchange")
    assert "Les mots de Maud. Ce que vous avez écrit Les mots de Claire." in page.section(
        "Ce texte a changé entre-temps : En une phrase"
    )
    assert "formation Ce que vous avez écrit rencontre" in page.section("Ce texte a changé entre-temps : Régime")
    training.refresh_from_db()
    assert training.summary == "Les mots de Maud."
    claire.press(SAVE)
    training.refresh_from_db()
    assert (training.summary, training.regime, training.version) == ("Les mots de Claire.", Regime.EXCHANGE, 3)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"capacity": "0", **line(0, 9, "09:00", "12:00")}, {"capacity"}),
        ({"trainers": [], **line(0, 9, "09:00", "12:00")}, {"trainers"}),
        (line(0, 9, "09:00", "18:00"), {"demi-0-ends"}),
        (line(0, 9, "", "12:00"), {"demi-0-begins"}),
    ],
)
def test_session_that_is_refused_says_why_beside_its_field(visits, typed, errors):
    maud = visits("trainer")
    maud.open(f"{TrainingFactory().get_absolute_url()}sessions/nouvelle/")
    page = maud.press(SAVE, **{"place": "La Minoterie", **typed})
    assert set(page.errors()) == errors
    assert page.typed("place") == "La Minoterie"
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({}, "Donnez au moins une demi-journée."),
        ({**line(0, 9, "09:00", "12:00"), **line(1, 9, "11:00", "13:00")}, "Deux demi-journées se chevauchent."),
    ],
)
def test_half_days_that_are_refused_together_are_said_above_them(visits, lines, said):
    maud = visits("trainer")
    maud.open(f"{TrainingFactory().get_absolute_url()}sessions/nouvelle/")
    page = maud.press(SAVE, place="La Minoterie", **lines)
    assert said in page.words
    assert [page.typed(name) for name in lines] == list(lines.values())
    assert not Session.objects.exists()


def test_session_of_a_cohort_is_not_announced(visits, cohort):
    maud = visits("trainer")
    maud.open(f"{TrainingFactory().get_absolute_url()}sessions/nouvelle/")
    page = maud.press(SAVE, place="Ici", cohort=str(cohort.pk), is_public="on", **line(0, 9, "09:00", "12:00"))
    assert page.errors() == {"is_public": "La session d’une promotion n’est pas annoncée sur la page publique."}


def edit(visitor, session: Session):
    return visitor.open(f"{session_at(session)}modifier/")


def test_trainer_already_taken_is_said_beside_who_trains(visits, cast, session):
    other = SessionFactory(slots=whole_day(20), trainers=[cast.trainer.person])
    maud = visits("trainer")
    edit(maud, other)
    page = maud.press(SAVE, **line(0, 14, "10:00", "11:00"), **no_line(1))
    assert list(page.errors()) == ["trainers"]
    assert "déjà prise par « Décrire son travail »" in page.errors()["trainers"]


def test_half_day_is_added_changed_and_taken_away(visits, session):
    maud = visits("trainer")
    form = edit(maud, session)
    assert form.typed("demi-0-begins").startswith("09:00")
    page = maud.press(SAVE, **no_line(0), **line(2, 15, "09:00", "10:00"))
    assert page.messages == ["La session est à jour."]
    session.refresh_from_db()
    assert [(one.starts_at, one.minutes) for one in session.half_days.all()] == [
        (at(14, days=14), 180),
        (at(9, days=15), 60),
    ]
    assert (session.begins_at, session.ends_at) == (at(14, days=14), at(10, days=15))


def test_session_saved_as_it_is_changes_nothing_but_its_version(visits, session):
    before = list(session.half_days.values())
    maud = visits("trainer")
    edit(maud, session)
    maud.press(SAVE)
    assert list(session.half_days.values()) == before
    session.refresh_from_db()
    assert session.version == 2


def test_half_day_attended_stays(visits, cast):
    session = SessionFactory(slots=just_now(), trainers=[cast.trainer.person])
    session.half_days.update(taken_at=timezone.now())
    maud = visits("trainer")
    edit(maud, session)
    page = maud.press(SAVE, **no_line(0), **line(1, 15, "09:00", "10:00"))
    assert "Les présences d’une demi-journée retirée sont déjà notées." in page.words
    assert session.half_days.count() == 1


def test_session_edited_by_two_is_shown_both_ways_half_days_included(visits, session):
    maud, claire = visits("trainer"), visits("coordinator")
    for visitor in (maud, claire):
        edit(visitor, session)
    maud.press(SAVE, place="La Minoterie", is_public="on", **no_line(1))
    maud.press("Élargir et enregistrer")
    page = claire.press(SAVE, place="Le Moulin", **line(1, 14, "14:00", "15:00"))
    place = page.section("Ce texte a changé entre-temps : Lieu")
    assert "La Minoterie Ce que vous avez écrit Le Moulin" in place
    assert "oui Ce que vous avez écrit non" in page.section(
        "Ce texte a changé entre-temps : L’annoncer sur la page publique"
    )
    half_days = page.section("Ce texte a changé entre-temps : Demi-journées")
    assert "de 9 h à 12 h Ce que vous avez écrit" in half_days
    assert "de 14 h à 15 h" in half_days
    assert (page.typed("place"), page.typed("version"), page.typed("demi-1-ends")) == ("Le Moulin", "2", "15:00")
    assert session.half_days.count() == 1
    claire.press(SAVE)
    session.refresh_from_db()
    assert (session.place, session.is_public, session.version) == ("Le Moulin", False, 3)
    assert [one.minutes for one in session.half_days.all()] == [180, 60]


def test_whoever_led_it_stays_in_the_session_once_their_role_has_ended(visits, cast, session):
    cast.trainer.role_grants.update(until=timezone.localdate())
    claire = visits("coordinator")
    edit(claire, session)
    assert claire.press(SAVE, information="Venir à pied.").messages == ["La session est à jour."]
    assert list(session.trainers.all()) == [cast.trainer.person]


def test_session_is_cancelled_once_and_says_why(visits, cast, session):
    EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    maud = visits("trainer")
    maud.open(session_at(session))
    form = maud.click("Annuler la session")
    assert maud.press("Annuler la session", page=form).errors() == {"because": "Ce champ est obligatoire."}
    for _ in range(2):
        page = maud.press("Annuler la session", page=form, because="La salle est inondée.")
    assert "Cette session est annulée. La salle est inondée." in page.words
    assert [label for label in ("Inscrire", "Modifier", "Annuler la session") if label in page.links] == []
    assert Job.objects.filter(kind="mail").count() == 1
    assert "annulée" in visits("staff").open("/formations/").words


def test_session_that_has_begun_is_not_cancelled(visits, cast):
    session = SessionFactory(slots=just_now(), trainers=[cast.trainer.person])
    maud = visits("trainer")
    assert "Annuler la session" not in maud.open(session_at(session)).links
    maud.open(f"{session_at(session)}annuler/")
    page = maud.press("Annuler la session", because="Trop tard")
    assert "Cette session a déjà commencé." in page.words
    session.refresh_from_db()
    assert not session.is_cancelled


@pytest.mark.parametrize("name", ["coordinator", "trainer"])
def test_cancelled_session_is_neither_edited_nor_attended(visits, cast, name):
    session = SessionFactory(
        slots=just_now(), trainers=[cast.trainer.person], cancelled_at=timezone.now(), cancelled_because="Neige"
    )
    EnrolmentFactory(session=session)
    visitor = visits(name)
    edit(visitor, session)
    assert "Cette session est annulée." in visitor.press(SAVE, place="Ailleurs").words
    visitor.open(f"{session_at(session)}presences/1/")
    assert "Cette session est annulée." in visitor.press(TAKE).words
    assert not Attendance.objects.exists()
