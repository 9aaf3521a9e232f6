"""The form of a new protocol: what it asks is chosen from what there is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from arena.studies.models import Attribute, Protocol, Reason


def _keys(model: type[Attribute] | type[Reason]) -> list[tuple[str, str]]:
    rows = model._default_manager.filter(is_active=True)  # noqa: SLF001 - documented by Django
    return [(row.key, row.key) for row in rows]


def _choices(model: type[Attribute] | type[Reason], label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=lambda: _keys(model), required=False, widget=forms.CheckboxSelectMultiple
    )


class ProtocolForm(forms.ModelForm):
    reasons = _choices(Reason, _("Reasons, for each answer"))
    attributes = _choices(Attribute, _("Attributes, for each answer"))

    class Meta:
        model = Protocol
        fields = ("slug", "revision", "kind", "asks_strength", "reasons", "attributes", "asks_justification", "options")
