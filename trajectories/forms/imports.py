"""Form of an import of past interventions: the file."""

from typing import Any

from structures.forms import FileForm


class InterventionFileForm(FileForm):
    """A file of which each line is an intervention."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = (
            "XLSX, ODS ou CSV, cinq mégaoctets et 20\u202f000 lignes au plus. Une ligne par intervention, des titres "
            "au-dessus."
        )
