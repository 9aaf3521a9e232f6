from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arena.prompts.errors import UnusableTextError
from arena.prompts.importing.cells import UnreadableFileError
from arena.prompts.importing.reading import format_of
from arena.prompts.models import Category, Prompt, PromptImport
from arena.prompts.selectors.categories import category_paths
from arena.prompts.tags import split_tags
from arena.prompts.texts import screened_text
from arena.safety.screen import MAX_PROMPT_CHARS

CHOOSE = ("", _("Please choose"))
# What most people write in comes first in no list: languages are in the order of their names.
LANGUAGES = sorted((tag, info["name_local"].capitalize()) for tag, info in LANG_INFO.items() if "name_local" in info)
MOST_MEGABYTES = 31


def choose_category(field: forms.Field) -> None:
    """Let a field offer the categories as a tree. One query."""
    field.choices = [CHOOSE, *category_paths().items()]  # type: ignore[attr-defined]  # given choice fields only


class CategoryField(forms.ModelChoiceField):
    """A category, shown with what it is a part of."""

    def __init__(self, **options: Any) -> None:  # Any: handed through to Django
        super().__init__(Category.objects.all(), label=_("Category"), **options)


class ProposalForm(forms.Form):
    text = forms.CharField(
        label=_("Your prompt"), max_length=MAX_PROMPT_CHARS, widget=forms.Textarea(attrs={"rows": 5, "class": "field"})
    )
    language = forms.ChoiceField(
        label=_("Its language"),
        choices=[CHOOSE, *sorted(LANGUAGES, key=lambda language: language[1].casefold())],
        widget=forms.Select(attrs={"class": "field"}),
    )
    category = CategoryField(widget=forms.Select(attrs={"class": "field"}))
    agreed = forms.BooleanField(
        label=_("I wrote it myself, it says nothing about a real person, and anybody may use it (CC0)."),
        error_messages={"required": _("We can only take prompts that anybody may use.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        choose_category(self.fields["category"])


class ReviewEditForm(forms.ModelForm):
    text = forms.CharField(
        label=_("Text"), max_length=MAX_PROMPT_CHARS, widget=forms.Textarea(attrs={"rows": 6, "class": "field"})
    )
    tags = forms.CharField(
        label=_("Tags, with commas between them"), required=False, widget=forms.TextInput(attrs={"class": "field"})
    )
    category = CategoryField(widget=forms.Select(attrs={"class": "field"}))

    class Meta:
        model = Prompt
        fields = ("category", "language", "tags", "licence", "source", "holdout")
        widgets = {name: forms.TextInput(attrs={"class": "field"}) for name in ("language", "licence", "source")}

    field_order = ("text", "category", "language", "tags", "licence", "source", "holdout")

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        self.initial["text"], self.initial["tags"] = text, ", ".join(self.instance.tags)
        choose_category(self.fields["category"])

    def clean_text(self) -> str:
        try:
            return screened_text(self.cleaned_data["text"])
        except UnusableTextError as error:
            raise ValidationError(str(error)) from error

    def clean_tags(self) -> list[str]:
        return split_tags(self.cleaned_data["tags"])


class UploadForm(forms.ModelForm):
    file = forms.FileField(
        label=_("File (CSV, JSONL or Parquet)"),
        widget=forms.FileInput(attrs={"class": "field", "accept": ".csv,.tsv,.jsonl,.ndjson,.parquet"}),
        error_messages={"empty": _("The file is empty.")},
    )
    category = CategoryField(required=False, widget=forms.Select(attrs={"class": "field"}))

    class Meta:
        model = PromptImport
        fields = ("language", "category", "licence", "source", "put_into")
        widgets = {
            **{name: forms.TextInput(attrs={"class": "field"}) for name in ("language", "licence", "source")},
            "put_into": forms.Select(attrs={"class": "field"}),
        }

    field_order = ("file", "put_into", "category", "language", "licence", "source")

    def __init__(self, *args: Any, may_approve: bool = False, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        choose_category(self.fields["category"])
        choices = PromptImport.PutInto
        offered = choices if may_approve else (choices.IN_REVIEW, choices.DRAFT)
        self.fields["put_into"].choices = [(choice.value, choice.label) for choice in offered]  # type: ignore[attr-defined]  # a choice field

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 1024 * 1024:
            raise ValidationError(
                gettext("The file is larger than %(most)d MB. Please split it into several.") % {"most": MOST_MEGABYTES}
            )
        try:
            format_of(file.name or "")
        except UnreadableFileError as error:
            raise ValidationError(str(error)) from error
        return file


class ExportForm(forms.Form):
    status = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("all")), *Prompt.Status.choices],
        required=False,
        initial=Prompt.Status.APPROVED,
        widget=forms.Select(attrs={"class": "field"}),
    )
    category = CategoryField(required=False, widget=forms.Select(attrs={"class": "field"}))
    language = forms.CharField(
        label=_("Language"), max_length=16, required=False, widget=forms.TextInput(attrs={"class": "field"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("all")), *category_paths().items()]  # type: ignore[attr-defined]  # a choice field
