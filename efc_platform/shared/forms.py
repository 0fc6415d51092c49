"""What every form shares: refusals beside their field, edits overtaken by another's shown whole."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.html import format_html

from efc_platform.shared.errors import OperationRefused, ReadTooSoon, StaleEdit
from efc_platform.shared.pauses import heed_health, is_taken_back

T = TypeVar("T")


def bare_helper() -> FormHelper:
    """Fields only: the page writes the form's tag and its buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.form_show_errors = True
    # The page's own summary, with links to the fields, stands above.
    helper.disable_csrf = True
    return helper


class SharedTexts:
    """Of a form whose texts others will read: which they are, and, beside the first of them, who reads it."""

    shared_texts: ClassVar[Sequence[str]] = ()
    read_by: ClassVar[str] = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.read_by:
            field = self.fields[self.shared_texts[0]]  # type: ignore[attr-defined]
            circle = format_html('<a class="term" href="{}#cercle">Lu par</a>', reverse("glossary"))
            field.help_text = format_html("{} {}\u00a0: {}", field.help_text, circle, self.read_by)


def carry_out(form: forms.BaseForm, operation: Callable[..., T], **arguments: Any) -> T | None:
    """Runs an operation for a valid form; a refusal is written beside its field and gives None, and so does coming
    back from a pause. StaleEdit passes through: the view shows both texts."""
    if is_taken_back(form.data):
        return None
    heed_health(form)
    try:
        return operation(**arguments)
    except StaleEdit:
        raise
    except OperationRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


@dataclass(frozen=True)
class Overtaken:
    """A field that somebody else changed while this form was open."""

    label: str
    theirs: str
    mine: str
    name: str = ""


# On the page where both texts are shown, what the person chooses for one field.
TAKE, THEIRS = "take-", "theirs"


class VersionedForm(forms.Form):
    """An edit form that carries the version of the row it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        taken = [name for name in self.fields if self.data.get(f"{TAKE}{self.add_prefix(name)}") == THEIRS]
        if self.is_bound and taken:
            self._put({name: self.get_initial_for_field(self.fields[name], name) for name in taken})

    def show_both(
        self, *, current: Mapping[str, Any], version: int, base: Mapping[str, Any] | None = None
    ) -> list[Overtaken]:
        """After a stale edit: what differs between the saved row and what was typed, for the person to choose field by
        field. The form keeps their own text and takes the new version, so that saving again is a choice.

        With `base`, the row as the form was opened on it, nothing is asked of a field that only one of the two
        changed: what the other changed alone is taken, what the person changed alone is kept.
        """
        both, others = [], {}
        for name, theirs in current.items():
            mine, field = self._mine(name), self.fields[name]
            if _as_text(theirs) == _as_text(mine):
                continue
            if base and name in base and _as_text(base[name]) == _as_text(mine):
                others[name] = theirs
            elif not (base and name in base and _as_text(base[name]) == _as_text(theirs)):
                label = str(field.label or name)
                both.append(Overtaken(label, _as_read(field, theirs), _as_read(field, mine), self.add_prefix(name)))
        self._put(others)
        self.renew(version)
        return both

    def _mine(self, name: str) -> Any:
        """What the person typed: a field that cleans into something else is compared as it was sent."""
        return self.cleaned_data.get(name)

    def _put(self, values: Mapping[str, Any]) -> None:
        """The form as it was sent, with other values in some of its fields."""
        data = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        if not isinstance(self.data, QueryDict):
            data.update(self.data)
        for name, value in values.items():
            ready = self.fields[name].prepare_value(value)
            listed = ready if isinstance(ready, list | tuple) else [ready]
            data.setlist(self.add_prefix(name), ["" if one is None else str(one) for one in listed])
        self.data = data

    def renew(self, version: int) -> None:
        """The form as it was typed, on the row as it now is: saving again is a choice. ReadTooSoon when the view read
        the row before the saving that overtook this form had ended."""
        if str(version) == str(self.data.get("version")):
            raise ReadTooSoon
        data = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        data["version"] = str(version)
        self.data = data


class DateInput(forms.DateInput):
    """The browser's own date picker, which speaks the person's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class SentOnceForm(forms.Form):
    """A form that creates: its key tells one sending from another."""

    client_key = forms.UUIDField(initial=uuid.uuid4, required=False, widget=forms.HiddenInput)

    def clean_client_key(self) -> uuid.UUID:
        return self.cleaned_data["client_key"] or uuid.uuid4()


class DayField(forms.DateField):
    """A day of these times: a year typed with a digit missing is a slip, not a date."""

    EARLIEST = date(1990, 1, 1)

    def __init__(self, *, ahead: timedelta = timedelta(days=3650), **options: Any) -> None:
        self.ahead = ahead
        super().__init__(widget=DateInput(), **options)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is None or self.EARLIEST <= day <= timezone.localdate() + self.ahead:
            return day
        if day > timezone.localdate() and not self.ahead:
            raise forms.ValidationError("Cette date est dans le futur\u00a0: choisissez aujourd’hui ou un jour passé.")
        raise forms.ValidationError("Vérifiez l’année\u00a0: cette date est trop loin.")


class FilesInput(forms.FileInput):
    """Several files in one go."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """None, one or several files; what they are is looked into by the operation, one by one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [one for one in data or [] if one]


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple | set) or hasattr(value, "all"):
        return ", ".join(sorted(str(one) for one in (value.all() if hasattr(value, "all") else value)))
    return "" if value is None else str(value)


def _as_read(field: forms.Field, value: Any) -> str:
    """As a person reads it: a choice by its label, a day in French, a duration in hours."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(flatten_choices(field.choices)).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_format(value)
    return _as_text(value if isinstance(field, forms.ModelChoiceField) else field.prepare_value(value))


def chosen(choices: type, blank: str) -> list[tuple[str, str]]:
    """Choices of an optional select, with words instead of dashes for none."""
    return [("", blank), *choices.choices]  # type: ignore[attr-defined]


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")
