"""What is kept as proof: who looked at what, the seals of the history and what was lawfully changed in it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified


class AccessAct(models.TextChoices):
    SAW = "saw", "a regardé la fiche ou la trajectoire"
    OPENED_TEXT = "opened_text", "a ouvert un texte"
    DOWNLOADED = "downloaded", "a téléchargé un document"
    CHANGED_RIGHTS = "changed_rights", "a changé des droits"
    SIGNED_IN_AS = "signed_in_as", "s’est connecté·e en tant que quelqu’un d’autre"
    REFUSED = "refused", "s’est vu refuser un accès"
    FAILED_SIGN_IN = "failed_sign_in", "n’a pas pu se connecter"


@classified(
    none="act day about_kind about structure from_outside request_id at",
    personal="by in_name_of",
    purpose="dire aux structures qui a regardé ce qui les concerne, et retrouver un accès abusif",
    basis=Basis.INTEREST,
    retention=Retention.TRACE,
)
class AccessEvent(models.Model):
    """Somebody looked at something, took it away or was refused it: who, when, what about; never a word of it.

    What it is about is named by kind and public identifier, for it may disappear before the log does.
    """

    at = models.DateTimeField("le", default=timezone.now)
    day = models.DateField("jour", default=timezone.localdate)
    by = models.ForeignKey(User, verbose_name="qui", on_delete=models.PROTECT, null=True, related_name="+")
    # Under a support sign-in: whose place the person took.
    in_name_of = models.ForeignKey(
        User, verbose_name="à la place de qui", on_delete=models.PROTECT, null=True, related_name="+"
    )
    act = models.CharField("acte", max_length=20, choices=AccessAct)
    about_kind = models.CharField("de quelle sorte de chose", max_length=40, blank=True)
    about = models.UUIDField("de quelle chose", null=True)
    structure = models.UUIDField("de quelle structure", null=True)
    from_outside = models.BooleanField("par quelqu’un de l’extérieur", default=False)
    request_id = models.CharField("numéro de la requête", max_length=32, blank=True)

    is_append_only = True

    class Meta:
        verbose_name = "accès"
        indexes = [
            models.Index(fields=["structure", "-at"], condition=Q(from_outside=True), name="access_to_a_structure"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "structure", "day"], condition=Q(act="saw"), name="seen_once_a_day_by_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} · {self.get_act_display()}"


@classified(none="day table_name first_id last_id rows columns digest chain sealed_at")
class HistorySeal(models.Model):
    """One night's seal on what a table of proofs gained since the last: changing a row of it, or this seal, shows."""

    day = models.DateField("jour")
    table_name = models.CharField("table", max_length=63)
    first_id = models.BigIntegerField("première ligne")
    last_id = models.BigIntegerField("dernière ligne")
    rows = models.BigIntegerField("lignes")
    columns = models.JSONField("colonnes")
    digest = models.CharField("SHA-256 des lignes", max_length=64)
    chain = models.CharField("SHA-256 de ce sceau et du précédent", max_length=64, unique=True)
    sealed_at = models.DateTimeField("scellé le", default=timezone.now)

    is_append_only = True

    class Meta:
        verbose_name = "sceau de l’historique"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["table_name", "first_id"], name="row_sealed_once"),
            models.CheckConstraint(condition=Q(last_id__gte=models.F("first_id")), name="seal_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.table_name}"


@classified(
    none="table_name row_id old_digest new_digest reason at",
)
class HistoryRewrite(models.Model):
    """One row of the history changed lawfully, as an erasure asks (RGPD, article 17): its digest before and after."""

    table_name = models.CharField("table", max_length=63)
    row_id = models.BigIntegerField("ligne")
    old_digest = models.CharField("empreinte d’avant", max_length=64)
    new_digest = models.CharField("empreinte d’après", max_length=64)
    reason = models.CharField("raison", max_length=200)
    at = models.DateTimeField("récrit le", default=timezone.now)

    is_append_only = True

    class Meta:
        verbose_name = "ligne récrite selon la loi"
        ordering = ["pk"]
        indexes = [models.Index(fields=["table_name", "row_id"], name="rewrite_of_a_row")]

    def __str__(self) -> str:
        return f"{self.table_name} · {self.row_id}"


@classified(none="checked_at seals rows seconds problems")
class HistoryCheck(models.Model):
    """One verification of every seal; `problems` are the sentences that the coordination reads."""

    checked_at = models.DateTimeField("relu le", default=timezone.now)
    seals = models.PositiveIntegerField("sceaux")
    rows = models.PositiveBigIntegerField("lignes")
    seconds = models.FloatField("durée en secondes")
    problems = models.JSONField("ce qui ne tient pas", default=list)

    is_append_only = True

    class Meta:
        verbose_name = "relecture des sceaux"
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"


class SupportSignInQuerySet(models.QuerySet["SupportSignIn"]):
    def visible_to(self, user: User) -> "SupportSignInQuerySet":
        """Whoever asked, and whose place would be taken: nobody else knows of it."""
        return self.filter(Q(asked_by=user) | Q(concerned=user))

    def waiting(self) -> "SupportSignInQuerySet":
        return self.filter(granted_at__isnull=True, ended_at__isnull=True)

    def open(self) -> "SupportSignInQuerySet":
        """Granted, not ended, and not run out."""
        return self.filter(until__gt=timezone.now(), ended_at__isnull=True)


@classified(
    none="asked_at granted_at until ended_at",
    personal="asked_by concerned reason",
    purpose="aider une personne en prenant sa place, avec son accord, et lui montrer quand",
    basis=Basis.CONSENT,
    retention=Retention.ACCOUNT,
)
@pghistory.track()
class SupportSignIn(models.Model):
    """The coordination asks to take somebody's place to help them; the person grants it for an hour, or does not."""

    public_id = fields.public_id()
    asked_by = models.ForeignKey(User, verbose_name="qui demande", on_delete=models.PROTECT, related_name="+")
    concerned = models.ForeignKey(User, verbose_name="à la place de qui", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("pour quoi faire", max_length=300)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    granted_at = models.DateTimeField("accepté le", null=True, blank=True)
    until = models.DateTimeField("jusqu’au", null=True, blank=True)
    ended_at = models.DateTimeField("fini le", null=True, blank=True)

    objects = SupportSignInQuerySet.as_manager()

    class Meta:
        verbose_name = "place prêtée"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=models.F("concerned")), name="support_is_for_another"),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True, until__isnull=True)
                | Q(granted_at__isnull=False, until__isnull=False),
                name="support_granted_for_a_time",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "concerned"],
                condition=Q(ended_at__isnull=True, granted_at__isnull=True),
                name="support_asked_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by} → {self.concerned}"

    @property
    def is_waiting(self) -> bool:
        return self.granted_at is None and self.ended_at is None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.until is not None and self.until > timezone.now()
