"""Who answers: organisations, language models, where they are served, and what exactly is compared."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from models_registry.fingerprint import contestant_payload, payload_sha256
from models_registry.inference.remote.option_checks import OptionsError, is_private_literal, read_options


class Organisation(models.Model):
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class LanguageModel(models.Model):
    """One set of weights. `revision` names them exactly: a hash, or a hub revision."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="language_models", verbose_name=_("organisation")
    )
    licence = models.CharField(_("licence"), max_length=100)
    parameters = models.PositiveBigIntegerField(_("number of parameters"), null=True, blank=True)
    revision = models.CharField(_("revision"), max_length=200)
    website = models.URLField(_("website"), blank=True)
    languages = ArrayField(
        models.CharField(max_length=16),
        verbose_name=_("languages"),
        default=list,
        help_text=_("Language tags such as en or pt-BR."),
    )
    aliases = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Names by which the model may call itself."),
    )
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("language model")
        verbose_name_plural = _("language models")

    def __str__(self) -> str:
        return self.name


class Endpoint(models.Model):
    """Where a model is served: a backend of ours, its options, and the queue of the workers that hold it."""

    class Backend(models.TextChoices):
        TRANSFORMERS = "transformers", _("local weights (transformers)")
        OPENAI = "openai", _("remote server (OpenAI chat protocol)")
        SCRIPTED = "scripted", _("scripted answers (tests only)")

    slug = models.SlugField(_("short name"), unique=True)
    backend = models.CharField(_("backend"), max_length=20, choices=Backend)
    queue = models.CharField(_("queue"), max_length=100, default="generation")
    options = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        help_text=_(
            'JSON. For a remote server at least {"base_url": "https://…/v1", "model": "…"}, and with "key_env" the '
            "name of the environment variable that holds its key; never the key itself."
        ),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        """Check the options of a remote server; those of local weights are checked by the worker that loads them."""
        if not isinstance(self.options, dict):
            raise ValidationError({"options": _("Write an object, in braces.")})
        if self.backend == self.Backend.OPENAI:
            try:
                options = read_options(self.options)
            except OptionsError as error:
                raise ValidationError({"options": error.problems}) from error
            allowed = options.allow_private or settings.ALLOW_PRIVATE_ENDPOINTS
            if is_private_literal(options.host) and not allowed:
                message = _('base_url: a private address. Add "allow_private": true if the server is yours.')
                raise ValidationError({"options": message})

    @property
    def version(self) -> str:
        """A digest of what opens it: another one means that a worker's backend is out of date."""
        return payload_sha256({"backend": self.backend, "options": self.options})[:16]

    def ignored_parameters(self) -> frozenset[str]:
        """Return the sampling parameters of a contestant that this endpoint does not hand on.

        Raises
        ------
        models_registry.inference.remote.option_checks.OptionsError
            When the options cannot be used.
        """
        if self.backend != self.Backend.OPENAI:
            return frozenset()
        return frozenset(NEUTRAL) - frozenset(read_options(self.options).sent_parameters)


# Values with which a sampling parameter does nothing.
NEUTRAL = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "repetition_penalty": 1.0}


class ContestantQuerySet(models.QuerySet["Contestant"]):
    def in_draw(self) -> "ContestantQuerySet":
        """Return those that the matchmaker may draw now."""
        return self.filter(status=Contestant.Status.ACTIVE, weight__gt=0, endpoint__enabled=True)

    def ever_in_draw(self) -> "ContestantQuerySet":
        """Return those that are or were in the draw: none goes back to being a draft."""
        return self.exclude(status=Contestant.Status.DRAFT)


class Contestant(models.Model):
    """A language model with one system prompt and one set of sampling parameters: what raters compare."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("in the draw")
        DRAINING = "draining", _("leaving the draw")
        RETIRED = "retired", _("retired")

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language_model = models.ForeignKey(
        LanguageModel, models.PROTECT, related_name="contestants", verbose_name=_("language model")
    )
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="contestants", verbose_name=_("endpoint"))
    system_prompt = models.TextField(_("system prompt"))
    temperature = models.FloatField(
        _("temperature"), default=0.7, validators=[MinValueValidator(0.0), MaxValueValidator(5.0)]
    )
    top_p = models.FloatField(_("top p"), default=0.95, validators=[MinValueValidator(0.01), MaxValueValidator(1.0)])
    top_k = models.PositiveIntegerField(_("top k"), default=50)
    repetition_penalty = models.FloatField(
        _("repetition penalty"), default=1.0, validators=[MinValueValidator(0.5), MaxValueValidator(3.0)]
    )
    max_new_tokens = models.PositiveIntegerField(
        _("longest answer (tokens)"), default=96, validators=[MinValueValidator(1), MaxValueValidator(32_768)]
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    weight = models.FloatField(_("weight in the draw"), default=1.0, validators=[MinValueValidator(0.0)])
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    retired_reason = models.CharField(_("why it was retired"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    # One that weighed much more would take nearly every battle, and nobody means that.
    MOST_WEIGHT = 100

    objects = ContestantQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("contestant")
        verbose_name_plural = _("contestants")
        constraints = (
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="contestant_weight_not_negative"),
            models.CheckConstraint(condition=~models.Q(system_prompt=""), name="contestant_system_prompt_explicit"),
            models.CheckConstraint(
                condition=models.Q(status="retired") | models.Q(retired_on__isnull=True, retired_reason=""),
                name="contestant_retired_when_it_says_so",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a sampling parameter that the endpoint would silently leave out: the snapshot would say otherwise."""
        endpoint = Endpoint.objects.filter(pk=self.endpoint_id).first()
        try:
            ignored = endpoint.ignored_parameters() if endpoint else frozenset()
        except OptionsError as error:
            raise ValidationError(_("The endpoint's options cannot be used; correct them first.")) from error
        wrong = [name for name in sorted(ignored) if getattr(self, name) not in {NEUTRAL[name], None}]
        if wrong:
            raise ValidationError(
                [
                    _("The endpoint does not send %(name)s: make it %(value)g, or name it in the endpoint's options.")
                    % {"name": name, "value": NEUTRAL[name]}
                    for name in wrong
                ]
            )

    def payload(self) -> dict[str, object]:
        """Return what identifies the answers of this contestant; reads `language_model`."""
        return contestant_payload(
            language_model=self.language_model.slug,
            revision=self.language_model.revision,
            system_prompt=self.system_prompt,
            sampling={
                "temperature": self.temperature,
                "top_p": self.top_p,
                "top_k": self.top_k,
                "repetition_penalty": self.repetition_penalty,
                "max_new_tokens": self.max_new_tokens,
            },
        )


class ContestantEvent(models.Model):
    """What somebody of the staff did with a contestant, when and why; rows are added, never changed."""

    class Action(models.TextChoices):
        REGISTERED = "registered", _("registered")
        ENTERED = "entered", _("put in the draw")
        WEIGHED = "weighed", _("given another weight")
        DRAINED = "drained", _("taken out of the draw")
        RETURNED = "returned", _("brought back into the draw")
        RETIRED = "retired", _("retired")

    contestant = models.ForeignKey(Contestant, models.CASCADE, related_name="events", verbose_name=_("contestant"))
    action = models.CharField(_("what was done"), max_length=10, choices=Action)
    weight = models.FloatField(_("weight in the draw"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    created_at = models.DateTimeField(_("done"), auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("event of a contestant")
        verbose_name_plural = _("events of contestants")
        indexes = (models.Index(fields=("contestant", "-id"), name="contestant_event_newest"),)

    def __str__(self) -> str:
        return f"{self.contestant_id}: {self.action}"


class ContestantSnapshot(models.Model):
    """What a contestant was when it was drawn: never changed, found by its hash."""

    contestant = models.ForeignKey(Contestant, models.PROTECT, related_name="snapshots", verbose_name=_("contestant"))
    sha256 = models.CharField("SHA-256", max_length=64)
    payload = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("contestant", "created_at")
        verbose_name = _("contestant snapshot")
        verbose_name_plural = _("contestant snapshots")
        constraints = (
            models.UniqueConstraint(fields=("contestant", "sha256"), name="contestant_snapshot_once"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="contestant_snapshot_hash_form"
            ),
        )

    def __str__(self) -> str:
        return f"{self.contestant} ({self.sha256[:12]})"

    def is_intact(self) -> bool:
        """Tell whether the stored content still has the stored hash."""
        return payload_sha256(self.payload) == self.sha256
