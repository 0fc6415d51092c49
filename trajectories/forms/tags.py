"""Forms of tags."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from efc_platform.shared.forms import VersionedForm, bare_helper
from trajectories.models import Tag, TagScope


class TagChoices(forms.ModelMultipleChoiceField):
    """With whose word it is, when it is not everybody's."""

    def label_from_instance(self, obj: Tag) -> str:
        return f"{obj.name} (moi)" if obj.scope == TagScope.MINE else obj.name


class PlaceTagsForm(forms.Form):
    """Those that an account bears, and one more."""

    tags = TagChoices(
        label="Étiquettes", queryset=Tag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(label="Une autre étiquette", max_length=60, required=False)
    scope = forms.ChoiceField(label="À qui est ce mot", choices=[], required=False, initial=TagScope.MINE)

    def __init__(self, *args: Any, tags: QuerySet[Tag], scopes: list[TagScope], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tags"].queryset = tags  # type: ignore[attr-defined]
        self.fields["scope"].choices = [(one.value, one.label) for one in scopes]  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_scope(self) -> TagScope:
        return TagScope(self.cleaned_data["scope"] or TagScope.MINE)


class NewTagForm(forms.Form):
    """A word of one's own, or of the network for whoever keeps its words."""

    name = forms.CharField(label="Une autre étiquette", max_length=60)
    scope = forms.ChoiceField(label="À qui est ce mot", choices=[])

    def __init__(self, *args: Any, scopes: list[TagScope], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scope"].choices = [(one.value, one.label) for one in scopes]  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean_scope(self) -> TagScope:
        return TagScope(self.cleaned_data["scope"])


class RenameTagForm(VersionedForm):
    name = forms.CharField(label="Une autre étiquette", max_length=60)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = "Ce mot devient"
        self.helper = bare_helper()


class MergeTagForm(forms.Form):
    """Another tag of the same people, which this one takes in."""

    other = forms.ModelChoiceField(
        label="Y réunir", queryset=Tag.objects.none(), to_field_name="public_id", empty_label="choisir une étiquette"
    )

    def __init__(self, *args: Any, tag: Tag, **options: Any) -> None:
        super().__init__(*args, **options)
        alike = Tag.objects.filter(scope=tag.scope, owner=tag.owner, structure=tag.structure).exclude(pk=tag.pk)
        self.fields["other"].queryset = alike  # type: ignore[attr-defined]
        self.helper = bare_helper()
