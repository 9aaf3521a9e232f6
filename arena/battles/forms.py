"""The one form of the home page."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PromptForm(forms.Form):
    prompt = forms.CharField(
        label=_("Your prompt"),
        max_length=settings.MAX_PROMPT_CHARS,
        strip=False,
        error_messages={"required": _("Write something first, or let us surprise you.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
