"""The catalogue of components in their states, for whoever writes a page."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


class _SampleForm(forms.Form):
    first_name = forms.CharField(label="Prénom", help_text="Celui que l’on emploie ici.")
    due_on = forms.DateField(label="Échéance")

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    context = {
        "page_obj": Paginator(range(60), 20).get_page(2),
        "columns": ["", "Départ", "Direction"],
        "rows": [["Travail vivant", 2, 3]],
        "form": _SampleForm({"first_name": "", "due_on": "bientôt"}),
    }
    return render(request, "pages/components.html", context)
