"""The archive itself: pages that a person reads in any browser, the same in JSON for a program, and documents."""

import json
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.personal_data import Table, parts
from efc_platform.backstage.models import StoredFile


@dataclass(frozen=True)
class Chapter:
    """What one application keeps, as one page."""

    heading: str
    page: str
    tables: list[Table]

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)


def compose(user: User) -> bytes:
    """All that is kept of this person, gathered now and zipped."""
    chapters = [Chapter(one.heading, f"{slugify(one.heading)}.html", list(one.gather(user))) for one in parts()]
    files = {f"documents/{rank}-{one.name}": one for rank, one in enumerate(_files(user), start=1)}
    context = {"person": user.person, "chapters": chapters, "files": list(files), "made_at": timezone.now()}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("index.html", render_to_string("archive/index.html", context))
        archive.writestr("style.css", (settings.BASE_DIR / "templates" / "archive" / "style.css").read_bytes())
        for chapter in chapters:
            archive.writestr(chapter.page, render_to_string("archive/chapter.html", context | {"chapter": chapter}))
        archive.writestr("donnees.json", _as_json(chapters))
        for name, file in files.items():
            archive.writestr(name, file.read())
    return out.getvalue()


def _files(user: User) -> list[StoredFile]:
    return [file for one in parts() for file in one.files(user) if file.is_there]


def _as_json(chapters: list[Chapter]) -> str:
    content = {
        chapter.heading: {
            table.heading: {"table": table.name, "colonnes": table.columns, "lignes": table.rows}
            for table in chapter.tables
        }
        for chapter in chapters
    }
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
