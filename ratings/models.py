"""Leaderboards and their snapshots."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ratings.board_settings import validate_board_settings
from ratings.cells_field import CellsField

DIGEST = r"^[0-9a-f]{64}$"


class Leaderboard(models.Model):
    """A table that is published: which votes it holds and how it is computed."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("votes by people")
        SIMULATED = "simulated", _("votes by simulated raters")
        JUDGE = "judge", _("votes by language models as judges")

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    protocol = models.SlugField(_("protocol"), max_length=50, default="pairwise")
    slice = models.JSONField(_("slice"), default=dict, blank=True, help_text=_("Which votes it holds; {} is all."))
    settings = models.JSONField(_("settings"), default=dict, blank=True, validators=[validate_board_settings])
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_public = models.BooleanField(_("public"), default=True)
    current = models.ForeignKey(
        "ratings.Snapshot",
        models.PROTECT,
        verbose_name=_("current snapshot"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    checked_at = models.DateTimeField(_("last compared with the votes"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("position", "slug")
        verbose_name = _("leaderboard")
        verbose_name_plural = _("leaderboards")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["human", "simulated", "judge"]), name="leaderboard_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Snapshot(models.Model):
    """One fit of a leaderboard, with all that is needed to compute it again.

    A row never changes: the database refuses updates. The same input and settings give the same snapshot, so a board
    whose votes return to an earlier state returns to that snapshot too.
    """

    leaderboard = models.ForeignKey(
        Leaderboard, models.PROTECT, related_name="snapshots", verbose_name=_("leaderboard")
    )
    number = models.PositiveIntegerField(_("number"))
    created_at = models.DateTimeField(_("computed"), auto_now_add=True)
    cutoff = models.DateTimeField(_("newest vote"), null=True, blank=True)
    votes = models.PositiveIntegerField(_("votes"))
    raters = models.PositiveIntegerField(_("raters"))
    input_sha256 = models.CharField(_("SHA-256 of the input"), max_length=64)
    settings_sha256 = models.CharField(_("SHA-256 of the settings"), max_length=64)
    method = models.CharField(_("method"), max_length=200)
    settings = models.JSONField(_("settings"))
    seed = models.PositiveBigIntegerField(_("seed"))
    versions = models.JSONField(_("versions"))
    rows = models.JSONField(_("rows"), blank=True)
    matrix = CellsField(_("head to head"), blank=True)
    components = models.JSONField(_("connected components"), blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)

    class Meta:
        ordering = ("leaderboard", "-number")
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        indexes = (models.Index(fields=("leaderboard", "created_at"), name="snapshot_of_a_day"),)
        constraints = (
            models.UniqueConstraint(fields=("leaderboard", "number"), name="snapshot_number_once"),
            models.UniqueConstraint(
                fields=("leaderboard", "input_sha256", "settings_sha256"), name="snapshot_published_once"
            ),
            models.CheckConstraint(
                condition=models.Q(input_sha256__regex=DIGEST, settings_sha256__regex=DIGEST),
                name="snapshot_hash_form",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="snapshot_number_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.leaderboard} #{self.number}"


class Analysis(models.Model):
    """Something that was computed from the votes of a snapshot after it was published: a variant, how well it fits.

    It can be computed again from the same input, so only the newest of each name is kept; `content` is as
    `ratings.analysis_rows` has it.
    """

    leaderboard = models.ForeignKey(Leaderboard, models.CASCADE, related_name="analyses", verbose_name=_("leaderboard"))
    name = models.CharField(_("name"), max_length=50)
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="analyses", verbose_name=_("snapshot"))
    computed_at = models.DateTimeField(_("computed"), auto_now=True)
    content = models.JSONField(_("content"))

    class Meta:
        ordering = ("leaderboard", "name")
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        constraints = (models.UniqueConstraint(fields=("leaderboard", "name"), name="analysis_newest_of_each_name"),)

    def __str__(self) -> str:
        return f"{self.leaderboard}: {self.name}"


class GroupStep(models.Model):
    """The figures of a board's groups as they are shown: all were computed together, and all go together.

    `shown` is what `ratings.group_steps` remembers, which tells of nobody by itself. `input_sha256` is of the votes and
    the groups that the figures were computed from.
    """

    leaderboard = models.OneToOneField(
        Leaderboard, models.CASCADE, related_name="group_step", verbose_name=_("leaderboard")
    )
    taken_at = models.DateTimeField(_("computed"))
    cutoff = models.DateTimeField(_("newest vote"), null=True, blank=True)
    minimum = models.PositiveSmallIntegerField(_("people that a figure needs"))
    fields = models.JSONField(_("fields"), blank=True)
    settings = models.JSONField(_("settings"))
    versions = models.JSONField(_("versions"))
    input_sha256 = models.CharField(_("SHA-256 of the input"), max_length=64)
    shown = models.BinaryField(_("what is remembered"), editable=False)

    class Meta:
        ordering = ("leaderboard",)
        verbose_name = _("figures of groups")
        verbose_name_plural = _("figures of groups")

    def __str__(self) -> str:
        return f"{self.leaderboard}"


class GroupFigures(models.Model):
    """The figures of one field, as `ratings.group_rows` has them."""

    step = models.ForeignKey(GroupStep, models.CASCADE, related_name="figures", verbose_name=_("figures of groups"))
    field = models.CharField(_("field"), max_length=101)
    content = models.JSONField(_("content"))

    class Meta:
        ordering = ("step", "field")
        verbose_name = _("figures of a field")
        verbose_name_plural = _("figures of fields")
        constraints = (models.UniqueConstraint(fields=("step", "field"), name="group_figures_once_for_each_field"),)

    def __str__(self) -> str:
        return f"{self.step}: {self.field}"


class PopulationFigures(models.Model):
    """A board weighted to one population, as it is shown; `content` is as `ratings.population_rows` has it.

    It changes in steps, as figures of groups do, and `shown` is what is remembered for that.
    """

    leaderboard = models.ForeignKey(
        Leaderboard, models.CASCADE, related_name="populations", verbose_name=_("leaderboard")
    )
    slug = models.SlugField(_("population"), max_length=40)
    taken_at = models.DateTimeField(_("computed"))
    content = models.JSONField(_("content"))
    shown = models.BinaryField(_("what is remembered"), editable=False)

    class Meta:
        ordering = ("leaderboard", "slug")
        verbose_name = _("figures of a population")
        verbose_name_plural = _("figures of populations")
        constraints = (
            models.UniqueConstraint(fields=("leaderboard", "slug"), name="population_figures_once_for_each"),
        )

    def __str__(self) -> str:
        return f"{self.leaderboard}: {self.slug}"
