from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arena.prompts.models import Category
from arena.raters.models import Rater
from arena.releases.errors import FilterError
from arena.releases.filters import BattleFilter
from arena.releases.models import Export
from arena.releases.package import ExportPlan
from arena.releases.services.importing import ImportTerms
from arena.releases.vote_files import SUFFIXES
from arena.studies.models import Study
from models_registry.models import Contestant

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 128 * 1024 * 1024
FIELD = {"class": "field"}
LICENCE_HELP = _("Under which terms the data may be used, as CC-BY-4.0.")


class ExportForm(forms.Form):
    """Which battles, in which form, under which terms."""

    kind = forms.ChoiceField(label=_("Votes of"), choices=Rater.Kind.choices, widget=forms.Select(attrs=FIELD))
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput({**FIELD, "type": "date"}))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput({**FIELD, "type": "date"}))
    study = forms.ChoiceField(label=_("Study"), required=False, widget=forms.Select(attrs=FIELD))
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs=FIELD),
        help_text=_("A tag such as en, with its regions. Prompts that raters wrote have none, and are left out then."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"),
        required=False,
        widget=forms.SelectMultiple({**FIELD, "size": 6}),
        help_text=_("With what is part of them. None chosen: all, and prompts that raters wrote."),
    )
    models = forms.MultipleChoiceField(
        label=_("Models"),
        required=False,
        widget=forms.SelectMultiple({**FIELD, "size": 6}),
        help_text=_("Battles in which at least one of them took part. None chosen: all."),
    )
    keep_excluded = forms.BooleanField(label=_("Keep votes that are excluded from the boards, marked"), required=False)
    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs=FIELD))
    licence = forms.CharField(
        label=_("Licence"), max_length=100, widget=forms.TextInput(attrs=FIELD), help_text=LICENCE_HELP
    )
    format = forms.ChoiceField(label=_("Format"), choices=Export.Format.choices, widget=forms.Select(attrs=FIELD))
    layout = forms.ChoiceField(label=_("Layout"), choices=Export.Layout.choices, widget=forms.Select(attrs=FIELD))

    FILTERS = ("kind", "since", "until", "study", "language", "categories", "models", "keep_excluded")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: handed through to Django
        super().__init__(*args, **kwargs)
        self._categories = {row.pk: row for row in Category.objects.all()}
        paths = {row.slug: " / ".join(line.name for line in self._line(row)) for row in self._categories.values()}
        self._choose("study", [("", _("all")), *Study.objects.values_list("slug", "name")])
        self._choose("categories", sorted(paths.items(), key=lambda item: item[1].casefold()))
        self._choose("models", list(Contestant.objects.values_list("slug", "name")))

    def _choose(self, name: str, choices: list[Any]) -> None:  # Any: pairs of value and label
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # these are choice fields

    def clean_categories(self) -> list[str]:
        """Return the categories with everything that is part of them."""
        chosen = set(self.cleaned_data["categories"])
        return sorted(
            row.slug for row in self._categories.values() if any(line.slug in chosen for line in self._line(row))
        )

    def _line(self, category: Category) -> list[Category]:
        """Return what the category is part of, from the top, and itself at the end."""
        line = [category]
        while line[0].parent_id:
            line.insert(0, self._categories[line[0].parent_id])
        return line

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.cleaned_data
        values: dict[str, Any] = {name: fields[name] for name in self.FILTERS if name in fields}
        values |= {name: tuple(values.get(name, ())) for name in ("categories", "models")}
        try:
            self.chosen = BattleFilter(**values)
        except FilterError as error:
            raise ValidationError(str(error)) from error
        return fields

    @property
    def may_preview(self) -> bool:
        """Whether what the preview needs was given rightly; a title, say, it does not need."""
        return not ({*self.FILTERS, "layout", "__all__"} & set(self.errors))

    def plan(self) -> ExportPlan:
        """Return what was asked for; of a form that may at least be previewed."""
        fields = self.cleaned_data
        return ExportPlan(
            self.chosen, fields.get("title", ""), fields.get("licence", ""), fields.get("format", ""), fields["layout"]
        )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File (CSV, JSON lines or Parquet, or the archive of an export)"),
        max_length=200,
        widget=forms.FileInput({**FIELD, "accept": ",".join(SUFFIXES)}),
    )
    study_name = forms.CharField(
        label=_("Study"),
        max_length=50,
        widget=forms.TextInput(attrs=FIELD),
        help_text=_("A study of imported votes, new or one that exists. Votes that are cast here never mix with them."),
    )
    kind = forms.ChoiceField(label=_("Votes of"), choices=Rater.Kind.choices, widget=forms.Select(attrs=FIELD))
    source = forms.CharField(label=_("Where the votes come from"), max_length=300, widget=forms.TextInput(attrs=FIELD))
    licence = forms.CharField(
        label=_("Licence"), max_length=100, widget=forms.TextInput(attrs=FIELD), help_text=LICENCE_HELP
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                gettext("The file is larger than %(most)d MB. `manage.py import_votes` takes larger ones.")
                % {"most": MOST_BYTES // 1024 // 1024}
            )
        return file

    def terms(self) -> ImportTerms:
        """Return what was stated about the file."""
        fields = self.cleaned_data
        return ImportTerms(fields["study_name"], fields["kind"], fields["source"], fields["licence"])
