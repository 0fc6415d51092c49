"""Forms of the map of an ecosystem: one line to add, then each relation on its own page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper, chosen
from structures.models import ActorCategory, EcosystemActor, EcosystemRelation, RelationKind, Structure, Tendency

READ_BY = "les personnes de la structure et celles qui l’accompagnent. Pas la coordination."
TOLD_FIELDS = ("contributes", "receives", "tendency")
LONGEST = 1000
NAME = EcosystemActor._meta.get_field("name").max_length


def _day(label: str, **options: Any) -> DayField:
    return DayField(label=label, ahead=timedelta(0), **options)


class RelationLineForm(SentOnceForm):
    """Who, what they are, how the relation is: a line, then the next."""

    name = forms.CharField(label="Nom", max_length=NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    category = forms.ChoiceField(label="Qui est-ce", choices=ActorCategory.choices)
    kind = forms.ChoiceField(label="Relation", choices=[(one.value, one.label) for one in reversed(RelationKind)])
    since = _day("Depuis le")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since"].initial = timezone.localdate
        self.helper = bare_helper()


class _ToldForm(SharedTexts, VersionedForm):
    """What is said of a relation, whatever its kind."""

    shared_texts = ("contributes", "receives")
    read_by = READ_BY

    since = _day("Depuis le")
    contributes = forms.CharField(
        label="Ce que l’acteur apporte",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="De l’argent, du temps, un local, une parole, une confiance…",
    )
    receives = forms.CharField(
        label="Ce que l’acteur reçoit",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tendency = forms.ChoiceField(label="Comment elle évolue", choices=chosen(Tendency, "à préciser"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class RelationForm(_ToldForm):
    """All that is said of a relation as it is; another kind is written only the day it was noted."""

    name = forms.CharField(label="Nom", max_length=NAME)
    category = forms.ChoiceField(label="Qui est-ce", choices=ActorCategory.choices)
    linked = forms.ModelChoiceField(
        label="Sa fiche sur la plateforme",
        queryset=Structure.objects.none(),
        required=False,
        empty_label="aucune",
        help_text="Le lien n’apparaît qu’à qui peut voir aussi cette fiche.",
    )
    kind = forms.ChoiceField(label="Relation", choices=RelationKind.choices)

    field_order = ["version", "name", "category", "kind", "since", *TOLD_FIELDS, "linked"]

    def __init__(self, *args: Any, actor: EcosystemActor, last: EcosystemRelation, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if last.recorded_on != timezone.localdate():
            del self.fields["kind"]
        others = Structure.objects.visible_to(by).exclude(pk=actor.structure_id).in_french_order()
        # A link to a sheet that this person does not see is neither shown nor lost.
        is_seen = actor.linked_id is None or others.filter(pk=actor.linked_id).exists()
        if is_seen and others.exists():
            self.fields["linked"].queryset = others  # type: ignore[attr-defined]
        else:
            del self.fields["linked"]


class RelationChangeForm(_ToldForm):
    """The relation as it becomes."""

    kind = forms.ChoiceField(label="Elle devient", choices=RelationKind.choices)

    field_order = ["version", "kind", "since", *TOLD_FIELDS]

    def __init__(self, *args: Any, last: EcosystemRelation, **options: Any) -> None:
        super().__init__(*args, **options)
        if last.until is None:
            kinds = [(one.value, one.label) for one in RelationKind if one != last.kind]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate


class RelationEndForm(VersionedForm):
    """The day it stopped."""

    until = _day(
        "Elle s’est arrêtée le",
        help_text="Inscrite par erreur\u00a0? Le jour où elle commence l’ôte de toutes les cartes.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].initial = timezone.localdate
        self.helper = bare_helper()


class MapDatesForm(forms.Form):
    """The day the map is drawn as of, and the earlier one it is compared with."""

    on = _day("La carte du", required=False)
    since = _day("comparée au", required=False)
