"""Rows that make work durable: jobs that survive a worker, files that survive a crash."""

from datetime import timedelta
from typing import Any, BinaryIO, Protocol

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from efc_platform.shared.files import stored_files


class JobState(models.TextChoices):
    QUEUED = "queued", "en attente"
    RUNNING = "running", "en préparation"
    READY = "ready", "prêt"
    FAILED = "failed", "interrompu"


TRANSITIONS = {
    JobState.QUEUED: {JobState.RUNNING},
    JobState.RUNNING: {JobState.READY, JobState.QUEUED, JobState.FAILED},
    JobState.FAILED: {JobState.QUEUED},
    JobState.READY: set(),
}


class JobQuerySet(models.QuerySet["Job"]):
    def due(self) -> "JobQuerySet":
        """Queued and not told to wait, or running under a lease that ran out: the worker died."""
        now = timezone.now()
        queued = Q(state=JobState.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
        return self.filter(queued | Q(state=JobState.RUNNING, lease_until__lt=now))


@classified(
    none="kind state attempts progress not_before lease_until queued_at finished_at request_id",
    personal="key payload error",
    purpose="préparer dans l’ordre, et une seule fois, les courriels et les documents",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="mails",
)
class Job(models.Model):
    """A piece of work to be done exactly once; the broker only rings for it."""

    public_id = fields.public_id()
    kind = models.CharField(max_length=40)
    key = models.CharField(
        max_length=120, unique=True, help_text="Ce que ce travail produit : deux demandes du même n’en font qu’un."
    )
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField("avancement, en pour cent", default=0)
    error = models.TextField(blank=True)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    request_id = models.CharField(
        max_length=32, blank=True, help_text="La demande d’où vient ce travail, telle que les journaux la numérotent."
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "lease_until"], condition=Q(state__in=["queued", "running"]), name="job_unfinished"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="running_job_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_state_display()}"

    @property
    def is_finished(self) -> bool:
        return self.state in {JobState.READY, JobState.FAILED}

    @property
    def is_late(self) -> bool:
        """Due for longer than two sweeps: the workers are probably stopped, the page says so."""
        due_at = self.lease_until or max(self.queued_at, self.not_before or self.queued_at)
        waited = timezone.now() - due_at
        return not self.is_finished and waited > timedelta(seconds=2 * settings.JOB_SWEEP_SECONDS)

    @property
    def stage(self) -> str:
        """What a page that waits shows of it: another stage is worth a new picture."""
        return f"{self.state}-late" if self.is_late else self.state


@classified(none="name began_at ended_at problem")
class ClockTask(models.Model):
    """When something that the clock asks for was last begun, and how it ended; one row each, written over."""

    name = models.CharField(max_length=60, unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=80, blank=True, help_text="Le genre de l’erreur ; la trace est au journal.")

    def __str__(self) -> str:
        return self.name


@classified(none="name made_at size verified_at")
class KeptBackup(models.Model):
    """An archive that the store of backups held when it was last looked at; all rows are written over each time."""

    name = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()
    size = models.PositiveBigIntegerField("taille en octets")
    verified_at = models.DateTimeField(null=True, help_text="Quand elle fut restaurée pour essai, et jugée bonne.")

    def __str__(self) -> str:
        return self.name


@classified(
    none="content_type size digest created_at",
    personal="name",
    purpose="garder les documents préparés (bilans, archives)",
    retention=Retention.TRAJECTORY,
)
class StoredFile(models.Model):
    """A file under a random name, on the disk or in a bucket, with what is needed to recognise and to serve it."""

    public_id = fields.public_id()
    name = models.CharField("nom proposé au téléchargement", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("taille en octets")
    digest = models.CharField("SHA-256", max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Its name among the stored files."""
        return f"{self.public_id.hex[:2]}/{self.public_id.hex}"

    @property
    def is_there(self) -> bool:
        """Whether its bytes still are; OSError when their place does not answer."""
        return stored_files().holds(self.place)

    def open(self) -> BinaryIO:
        """FileNotFoundError when its bytes are gone, OSError when their place does not answer."""
        return stored_files().open(self.place)

    def read(self) -> bytes:
        """All of it, and the same errors."""
        with self.open() as content:
            return content.read()


@classified(
    none="key digest sent_at",
    personal="author url",
    purpose="ne pas enregistrer deux fois un même envoi",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="submissions",
)
class Submission(models.Model):
    """A form that was sent and written: sent again it leads to the same place, and writes nothing."""

    author = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.CharField("SHA-256 de ce qui a été envoyé", max_length=64)
    url = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="form_written_once")]

    def __str__(self) -> str:
        return f"{self.author} · {self.sent_at}"


@classified(
    none="name address siret training_number contact disability_contact sender_name reply_to front_heading front_lede "
    "front_about logo"
)
@pghistory.track()
class Organisation(models.Model):
    """The one that runs this instance, as it presents itself; a single row, and none until somebody writes it."""

    ONLY = 1

    name = models.CharField("nom", max_length=160, blank=True)
    address = models.CharField("adresse", max_length=300, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    training_number = models.CharField("numéro de déclaration d’activité", max_length=11, blank=True)
    contact = models.CharField("comment nous joindre", max_length=300, blank=True)
    disability_contact = models.CharField("à qui parler d’une situation de handicap", max_length=300, blank=True)
    sender_name = models.CharField("nom de l’expéditeur des courriels", max_length=80, blank=True)
    reply_to = models.EmailField("adresse où l’on répond", blank=True)
    front_heading = models.CharField("titre de la page d’accueil", max_length=160, blank=True)
    front_lede = models.TextField("premières lignes de la page d’accueil", blank=True)
    front_about = models.TextField("qui nous sommes", blank=True)
    logo = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="logo"
    )
    version = fields.version()

    class Meta:
        verbose_name = "organisation"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_organisation_runs_this_instance")]

    def __str__(self) -> str:
        return self.name


class Author(Protocol):
    """Whoever signs in: this layer stands below the one that knows people."""

    person_id: int
    lent_to: Any


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, author: Author) -> "DraftQuerySet":
        """One's own: no role widens this, nor does holding somebody's place."""
        return self.none() if author.lent_to else self.filter(author=author.person_id)

    def unsent(self) -> "DraftQuerySet":
        return self.filter(sent_at__isnull=True)


@classified(
    none="page revision started_at saved_at sent_at key_id",
    personal="author address",
    confidential="sealed_text",
    purpose="ne rien perdre de ce que quelqu’un est en train d’écrire, chiffré comme un journal",
    retention=Retention.SHORT,
    kept="drafts",
)
class Draft(models.Model):
    """What somebody has typed in a form and not sent yet, sealed as journals are: for its author alone."""

    public_id = fields.public_id()
    author = models.ForeignKey("accounts.Person", verbose_name="auteur", on_delete=models.CASCADE, related_name="+")
    address = models.CharField("page", max_length=300)
    page = models.UUIDField(
        "affichage du formulaire qui écrit", help_text="Deux onglets n’écrivent pas l’un sur l’autre."
    )
    revision = models.PositiveIntegerField("enregistrements", default=1)
    key_id = models.CharField("clé", max_length=30)
    sealed_text = models.BinaryField("texte chiffré")
    started_at = models.DateTimeField("commencé le", auto_now_add=True)
    saved_at = models.DateTimeField("enregistré le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "brouillon"
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["author", "address", "-saved_at"], name="draft_of_page")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sealed_text=b""), name="sent_draft_keeps_no_text"
            )
        ]

    def __str__(self) -> str:
        return f"Brouillon · {self.saved_at}"

    @property
    def bound_to(self) -> str:
        """Ties the text to its row and its author: copied to another row, it does not open."""
        return f"draft:{self.public_id}:{self.author_id}"
