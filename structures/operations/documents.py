"""Documents of a structure: one is added, one is removed."""

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from efc_platform.backstage import operations as backstage
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.uploads import CheckedFile, checked
from structures.models import Structure, StructureDocument
from structures.permissions import can_keep_documents, can_remove_document
from structures.queries import room_taken


def add_document(
    *, by: User, structure: Structure, upload: File, title: str = "", about: str = ""
) -> StructureDocument:
    """Keeps a file for those who read the texts of the structure; without a title its own name is one.

    OperationRefused for a file that may not be kept (`uploads.checked` says which), or that the structure has no
    room for.
    """
    if not can_keep_documents(by, structure):
        raise OperationRefused("Vous n’ajoutez pas de documents à cette structure.")
    file = checked(upload)
    with transaction.atomic():
        _refuse_without_room(structure, file)
        stored = backstage.store_file(name=file.name, content_type=file.content_type, content=file.content)
        return StructureDocument.objects.create(
            structure=structure,
            title=title or file.name.rpartition(".")[0],
            about=about,
            kind=file.kind,
            file=stored,
            added_by=by.person,
        )


def _refuse_without_room(structure: Structure, file: CheckedFile) -> None:
    """Under the lock of the sheet: two files sent at once are counted one after the other."""
    Structure.objects.select_for_update().get(pk=structure.pk)
    held = room_taken(structure) + len(file.content)
    if held > settings.DOCUMENTS_BYTES:
        raise OperationRefused(
            f"Les documents de cette structure tiennent dans {settings.DOCUMENTS_BYTES // 1_000_000}\u00a0Mo, et ce "
            "fichier n’y entre plus\u00a0: retirez d’abord ce qui ne sert plus.",
            field="file",
        )


@transaction.atomic
def remove_document(*, by: User, document: StructureDocument) -> None:
    """The document is no longer there, for anybody; its file goes with it. Already removed, it stays so."""
    if not can_remove_document(by, document):
        raise OperationRefused("Ce document n’est pas à vous\u00a0: vous ne pouvez pas le retirer.")
    found = StructureDocument.objects.select_for_update(of=("self",)).select_related("file").filter(pk=document.pk)
    for one in found:
        one.delete()
        backstage.drop_file(file=one.file)
