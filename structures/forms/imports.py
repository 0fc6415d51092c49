"""Forms of an import: the file, what its columns are, what is decided of doubtful lines."""

from typing import Any

from django import forms

from efc_platform.shared.columns import Layout
from efc_platform.shared.forms import SentOnceForm, bare_helper
from efc_platform.shared.spreadsheets import LARGEST_FILE
from structures.models import Choice, FileImport, ImportLine, StructureImport

KEEP, REPLACE = "keep", "replace"
REPLACES = forms.ChoiceField(
    label="Quand une fiche dit autre chose que le fichier",
    choices=[
        (KEEP, "la fiche garde ce qu’elle dit, le fichier complète ce qui lui manque"),
        (REPLACE, "le fichier l’emporte"),
    ],
    initial=KEEP,
    widget=forms.RadioSelect,
)


class FileForm(SentOnceForm):
    """The file; what is in it is read by the operation."""

    file = forms.FileField(
        label="Fichier",
        help_text="XLSX, ODS ou CSV, cinq mégaoctets au plus. Une ligne par structure, des titres au-dessus.",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Ce fichier est trop lourd\u00a0: cinq mégaoctets au plus.")
        return file


class ImportForm(FileForm):
    """The file and what it may replace."""

    replaces = REPLACES


class ColumnsForm(forms.Form):
    """For each column of the file, the field that it is, by its name; empty, it is left aside."""

    def __init__(self, *args: Any, found: FileImport, layout: Layout, headings: list[str], **options: Any) -> None:
        self.layout, self.headings = layout, headings
        super().__init__(*args, **options)
        for place, heading in enumerate(headings):
            known = found.columns.get(str(place))
            self.fields[f"column_{place}"] = forms.CharField(
                label=heading or f"Colonne {place + 1}",
                initial=layout.by_name[known].label if known else "",
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "champs", "autocomplete": "off"}),
            )
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for place, _heading in enumerate(self.headings):
            label = given.get(f"column_{place}", "")
            if label and self.layout.named(label) is None:
                self.add_error(f"column_{place}", "Choisissez un des champs proposés, ou laissez vide.")
        return given

    def columns(self) -> dict[int, str]:
        typed = {place: self.cleaned_data[f"column_{place}"] for place in range(len(self.headings))}
        return {place: field for place, label in typed.items() if label and (field := self.layout.named(label))}


class StructureColumnsForm(ColumnsForm):
    """And what wins where a sheet says otherwise."""

    replaces = REPLACES

    def __init__(self, *args: Any, found: StructureImport, **options: Any) -> None:
        super().__init__(*args, found=found, **options)
        self.initial["replaces"] = REPLACE if found.replaces else KEEP


class DecisionsForm(forms.Form):
    """The doubtful lines of one page, each with its radio buttons."""

    def __init__(self, *args: Any, lines: list[ImportLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for line in lines:
            self.fields[f"line_{line.number}"] = forms.ChoiceField(choices=Choice.choices, required=False)

    def choices(self) -> dict[int, str]:
        return {int(name.removeprefix("line_")): value for name, value in self.cleaned_data.items() if value}
