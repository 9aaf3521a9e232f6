"""The form of a new protocol: what it asks is chosen from what there is."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from arena.studies.models import Attribute, Protocol, Reason


def _keys(model: type[Attribute] | type[Reason]) -> Callable[[], list[tuple[str, str]]]:
    """Return what reads the keys of those that are asked, when a form is made."""
    rows = model._default_manager.filter(is_active=True)  # noqa: SLF001 - documented by Django
    return lambda: [(row.key, row.key) for row in rows.all()]


class ProtocolForm(forms.ModelForm):
    reasons = forms.MultipleChoiceField(
        label=_("Reasons, for each answer"),
        choices=_keys(Reason),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    attributes = forms.MultipleChoiceField(
        label=_("Attributes, for each answer"),
        choices=_keys(Attribute),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Protocol
        fields = ("slug", "revision", "kind", "asks_strength", "reasons", "attributes", "asks_justification", "options")
