"""Battles, their turns and completions, the votes. What the laws demand is held by constraints and triggers here."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from arena.battles import clock
from arena.battles.style import STYLE_VERSION
from arena.prompts.models import PromptRevision
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision, Protocol, Study
from models_registry.models import Contestant, ContestantSnapshot, Endpoint


class Side(models.TextChoices):
    """Where an answer stands. Pairs stand on A and B; scored openings take as many as were drawn, from A on."""

    A = "a", _("A")
    B = "b", _("B")
    C = "c", _("C")
    D = "d", _("D")


PAIR = (Side.A, Side.B)

# Of contestants that were drawn together; what is not there differs from everything.
ALL_DIFFER = (Q(snapshot_c__isnull=True) & Q(snapshot_d__isnull=True)) | (
    ~Q(snapshot_c=F("snapshot_a"))
    & ~Q(snapshot_c=F("snapshot_b"))
    & Q(snapshot_c__isnull=False)
    & (
        Q(snapshot_d__isnull=True)
        | (~Q(snapshot_d=F("snapshot_a")) & ~Q(snapshot_d=F("snapshot_b")) & ~Q(snapshot_d=F("snapshot_c")))
    )
)


class DrawnContestants(models.Model):
    """Who was drawn to meet, on which sides, and with which probability; pairs have nobody on C and D."""

    snapshot_a = models.ForeignKey(ContestantSnapshot, models.PROTECT, related_name="+", verbose_name=_("side A"))
    snapshot_b = models.ForeignKey(ContestantSnapshot, models.PROTECT, related_name="+", verbose_name=_("side B"))
    snapshot_c = models.ForeignKey(
        ContestantSnapshot,
        models.PROTECT,
        null=True,
        blank=True,
        # Most battles have none, and snapshots are never deleted.
        db_index=False,
        related_name="+",
        verbose_name=_("side C"),
    )
    snapshot_d = models.ForeignKey(
        ContestantSnapshot,
        models.PROTECT,
        null=True,
        blank=True,
        # Most battles have none, and snapshots are never deleted.
        db_index=False,
        related_name="+",
        verbose_name=_("side D"),
    )
    matchmaker = models.CharField(_("matchmaker"), max_length=40)
    draw_probability = models.FloatField(_("probability of these contestants"))
    draw_seed = models.BigIntegerField(_("seed of the draw"))

    class Meta:
        abstract = True


class Battle(DrawnContestants):
    """One blind comparison by one rater, of one or more turns, with all that produced it (Law 4)."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        VOTED = "voted", _("voted")
        SCORED = "scored", _("scored to the end")
        SKIPPED = "skipped", _("skipped")
        ENDED = "ended", _("ended without a vote")

    class ConversationType(models.TextChoices):
        """What a rater of a scored conversation chose to talk about; a battle of pairs has none."""

        UNGUIDED = "unguided", _("anything")
        VALUES = "values", _("what matters to me")
        CONTROVERSY = "controversy", _("where people disagree")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Rater.Kind, default=Rater.Kind.HUMAN)
    study = models.ForeignKey(Study, models.PROTECT, related_name="battles", verbose_name=_("study"))
    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="battles", verbose_name=_("protocol"))
    consent_revision = models.ForeignKey(
        ConsentRevision, models.PROTECT, related_name="battles", verbose_name=_("consent revision")
    )
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="battles", verbose_name=_("rater"))
    prompt_revision = models.ForeignKey(
        PromptRevision, models.PROTECT, null=True, blank=True, related_name="battles", verbose_name=_("prompt revision")
    )
    conversation_type = models.CharField(
        _("topic"), max_length=12, choices=ConversationType, blank=True, default="", db_default=""
    )
    # Whose conversation it is after the opening of a scored one: both later answers are of the contestant there.
    chosen_side = models.CharField(
        _("side that went on"), max_length=1, choices=Side, blank=True, default="", db_default=""
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("battle")
        verbose_name_plural = _("battles")
        indexes = (
            models.Index(fields=("rater", "-created_at"), name="battle_of_rater"),
            models.Index(fields=("kind", "status", "study"), name="battle_kind_status"),
            # With what the staff's dashboard counts.
            models.Index(fields=("-created_at",), include=("kind", "status"), name="battle_newest"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(snapshot_a=F("snapshot_b")), name="battle_two_contestants"),
            models.CheckConstraint(condition=ALL_DIFFER, name="battle_contestants_differ"),
            models.CheckConstraint(
                condition=Q(conversation_type="", snapshot_c__isnull=True, chosen_side="")
                | Q(conversation_type__in=["unguided", "values", "controversy"]),
                name="battle_pairs_have_two",
            ),
            # Law 9: a scored conversation is never a vote on a pair.
            models.CheckConstraint(
                condition=~Q(status="voted") | Q(conversation_type=""), name="battle_voted_is_of_pairs"
            ),
            models.CheckConstraint(
                condition=~Q(status="scored") | (~Q(conversation_type="") & ~Q(chosen_side="")),
                name="battle_scored_has_a_choice",
            ),
            models.CheckConstraint(
                condition=Q(draw_probability__gt=0, draw_probability__lte=1), name="battle_draw_probability_range"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="battle_ended_at_with_status",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class AbandonedDraw(DrawnContestants):
    """What was drawn for a battle and given up before anything was shown; the battle holds the draw in force.

    Kept with its probability, so that who reads the data can see how often whom a failure took out of the draw.
    """

    battle = models.ForeignKey(Battle, models.PROTECT, related_name="abandoned_draws", verbose_name=_("battle"))
    attempt = models.PositiveIntegerField(_("attempt"))
    failed_side = models.CharField(_("side that failed"), max_length=1, choices=Side)
    failure = models.CharField(_("failure"), max_length=40)
    created_at = models.DateTimeField(_("given up"), auto_now_add=True)

    class Meta:
        ordering = ("battle", "attempt")
        verbose_name = _("abandoned draw")
        verbose_name_plural = _("abandoned draws")
        constraints = (
            models.UniqueConstraint(fields=("battle", "attempt"), name="abandoned_draw_once_per_attempt"),
            models.CheckConstraint(condition=~Q(failure=""), name="abandoned_draw_has_failure"),
            models.CheckConstraint(
                condition=Q(draw_probability__gt=0, draw_probability__lte=1), name="abandoned_draw_probability_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.battle_id} attempt {self.attempt}"


class Turn(models.Model):
    """One prompt with its completions. `attempt` is the current one; earlier attempts are kept."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETE = "complete", _("complete")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    battle = models.ForeignKey(Battle, models.PROTECT, related_name="turns", verbose_name=_("battle"))
    index = models.PositiveIntegerField(_("number"))
    prompt = models.TextField(_("prompt"))
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    failure = models.CharField(_("failure"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("started"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    released_at = models.DateTimeField(_("answers shown in full"), null=True, blank=True)

    class Meta:
        ordering = ("battle", "index")
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        indexes = (
            models.Index(fields=("started_at",), condition=Q(status="running"), name="turn_running"),
            models.Index(fields=("id",), condition=Q(status="failed"), name="turn_failed"),
        )
        constraints = (
            models.UniqueConstraint(fields=("battle", "index"), name="turn_index_once"),
            models.CheckConstraint(condition=~Q(prompt=""), name="turn_has_prompt"),
            models.CheckConstraint(
                condition=Q(status="complete", released_at__isnull=False)
                | (~Q(status="complete") & Q(released_at__isnull=True)),
                name="turn_released_when_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.battle_id} turn {self.index}"

    @property
    def is_released(self) -> bool:
        """Whether all answers have been shown in full by now."""
        return self.released_at is not None and self.released_at <= clock.now()


class CompletionQuerySet(models.QuerySet["Completion"]):
    def current(self) -> "CompletionQuerySet":
        """Return those of the current attempt of their turn, without the tries that another one replaced."""
        return self.filter(attempt=F("turn__attempt"), replaced=False)


class Completion(models.Model):
    """A model's answer on one side, in one attempt. A finished one is never written again.

    A side that failed before anything was shown is asked once more: then the failed row is `replaced`, and another one
    with the next `try_number` stands for the side.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    turn = models.ForeignKey(Turn, models.PROTECT, related_name="completions", verbose_name=_("turn"))
    side = models.CharField(_("side"), max_length=1, choices=Side)
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    try_number = models.PositiveSmallIntegerField(_("try"), default=1)
    replaced = models.BooleanField(_("replaced by another try"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("endpoint")
    )
    worker = models.CharField(_("worker"), max_length=200, blank=True)
    seed = models.BigIntegerField(_("seed"))
    text = models.TextField(_("text"), blank=True)
    finish_reason = models.CharField(_("why it ended"), max_length=20, blank=True)
    failure = models.CharField(_("failure"), max_length=40, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(_("answer tokens"), null=True, blank=True)
    # Pairs (milliseconds of the epoch, characters so far): with them the pace can be computed again at any time.
    arrivals = models.JSONField(_("arrivals"), default=list, blank=True)
    ended_ms = models.BigIntegerField(_("end of the stream (ms)"), null=True, blank=True)
    # The counts of `arena.battles.style.Style` in their order, and what they meant then; version 0 is not measured.
    style = ArrayField(models.PositiveIntegerField(null=True), verbose_name=_("style"), null=True, blank=True)
    style_version = models.PositiveSmallIntegerField(_("version of the style"), default=0)
    queued_at = models.DateTimeField(_("queued"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        ordering = ("turn", "attempt", "side", "try_number")
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        indexes = (
            models.Index(fields=("endpoint", "-finished_at"), name="completion_of_endpoint"),
            models.Index(fields=("queued_at",), condition=Q(status__in=("queued", "running")), name="completion_open"),
            # What the staff's dashboard counts by hour and day.
            models.Index(fields=("finished_at",), condition=Q(status="failed"), name="completion_failed"),
            models.Index(fields=("finished_at", "id"), condition=Q(status="done"), name="completion_done"),
            models.Index(
                fields=("id",),
                condition=Q(status="done", style_version__lt=STYLE_VERSION),
                name="completion_not_measured",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("turn", "attempt", "side"), condition=Q(replaced=False), name="completion_once_per_attempt"
            ),
            models.UniqueConstraint(fields=("turn", "attempt", "side", "try_number"), name="completion_try_once"),
            models.CheckConstraint(condition=Q(replaced=False) | Q(status="failed"), name="completion_replaced_failed"),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(text="") & Q(ended_ms__isnull=False)), name="completion_done_has_text"
            ),
            models.CheckConstraint(
                condition=Q(style__isnull=True, style_version=0) | Q(style__isnull=False, style_version__gt=0),
                name="completion_style_has_version",
            ),
        )

    def __str__(self) -> str:
        return f"{self.turn_id}{self.side}{self.attempt}"


class AnswerFinding(models.Model):
    """What screening noticed in a finished answer: for curators and boards, never shown before the vote.

    The answer and votes on it stay. `start` and `end` are the characters of the answer that show it.
    """

    class Code(models.TextChoices):
        IDENTITY = "identity", _("names a model or its maker as its own")
        LOOP = "loop", _("repeats itself")

    completion = models.ForeignKey(Completion, models.PROTECT, related_name="findings", verbose_name=_("completion"))
    code = models.CharField(_("finding"), max_length=20, choices=Code)
    start = models.PositiveIntegerField(_("first character"))
    end = models.PositiveIntegerField(_("end"))
    created_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        ordering = ("completion", "code", "start")
        verbose_name = _("finding in an answer")
        verbose_name_plural = _("findings in answers")
        constraints = (
            models.UniqueConstraint(fields=("completion", "code", "start"), name="answer_finding_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="answer_finding_has_length"),
            models.CheckConstraint(condition=Q(code__in=["identity", "loop"]), name="answer_finding_code_known"),
        )

    def __str__(self) -> str:
        return f"{self.completion_id}: {self.code}"


class EndpointHealth(models.Model):
    """Whether an endpoint may be drawn, from its real traffic and from probes. Without a row it is healthy."""

    class State(models.TextChoices):
        HEALTHY = "healthy", _("healthy")
        AILING = "ailing", _("ailing: not drawn, probed from time to time")

    endpoint = models.OneToOneField(Endpoint, models.CASCADE, related_name="health", verbose_name=_("endpoint"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HEALTHY)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    since = models.DateTimeField(_("since"))
    checked_at = models.DateTimeField(_("last looked at"))
    missing_since = models.DateTimeField(_("without a worker since"), null=True, blank=True)
    probes = models.PositiveIntegerField(_("probes since it ails"), default=0)
    probe_at = models.DateTimeField(_("next probe"), null=True, blank=True)

    class Meta:
        ordering = ("endpoint",)
        verbose_name = _("health of an endpoint")
        verbose_name_plural = _("health of endpoints")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="healthy", reason="", probe_at__isnull=True)
                | (Q(state="ailing", probe_at__isnull=False) & ~Q(reason="")),
                name="endpoint_health_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.state}"


class Vote(models.Model):
    """The judgement of one battle by its rater. Inserted once, never updated: a trigger refuses it (Law 2)."""

    class Winner(models.TextChoices):
        MODEL_A = "model_a", _("A is better")
        MODEL_B = "model_b", _("B is better")
        TIE = "tie", _("Tie")
        BOTH_BAD = "both_bad", _("Both are bad")

    class Strength(models.IntegerChoices):
        BETTER = 1, _("better")
        MUCH_BETTER = 2, _("much better")

    JUSTIFICATION_CHARS = 2000

    battle = models.OneToOneField(Battle, models.PROTECT, related_name="vote", verbose_name=_("battle"))
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="votes", verbose_name=_("rater"))
    kind = models.CharField(_("kind"), max_length=10, choices=Rater.Kind, default=Rater.Kind.HUMAN)
    winner = models.CharField(_("vote"), max_length=10, choices=Winner)
    # With the winner, five levels from "A is much better" over the tie; empty where it was not asked or not said.
    strength = models.PositiveSmallIntegerField(_("how clear"), choices=Strength, null=True, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    consent_revision = models.ForeignKey(
        ConsentRevision, models.PROTECT, related_name="votes", verbose_name=_("consent revision")
    )
    judged = models.ManyToManyField(Completion, related_name="votes", blank=True, verbose_name=_("answers judged"))
    seconds_to_vote = models.FloatField(_("seconds from answers to vote"), null=True, blank=True)
    created_at = models.DateTimeField(_("voted"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        indexes = (
            models.Index(fields=("kind", "created_at"), name="vote_kind_created"),
            models.Index(fields=("rater", "-created_at"), name="vote_of_rater"),
            # With what the staff's dashboard counts.
            models.Index(fields=("-created_at",), include=("kind", "rater"), name="vote_newest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(winner__in=["model_a", "model_b", "tie", "both_bad"]), name="vote_winner_known"
            ),
            models.CheckConstraint(
                condition=Q(seconds_to_vote__isnull=True) | Q(seconds_to_vote__gte=0), name="vote_time_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(strength__isnull=True) | Q(strength__in=(1, 2), winner__in=("model_a", "model_b")),
                name="vote_strength_of_a_choice",
            ),
        )

    def __str__(self) -> str:
        return f"{self.battle_id}: {self.winner}"


class Skip(models.Model):
    """A battle that its rater passed over, with the reason. Not a vote."""

    class Reason(models.TextChoices):
        CANNOT_JUDGE = "cannot_judge", _("I cannot judge this")
        NOT_INTERESTED = "not_interested", _("I am not interested in this prompt")
        PROBLEM = "problem", _("Something is wrong with an answer")
        UNCOMFORTABLE = "uncomfortable", _("The content makes me uncomfortable")
        OTHER = "other", _("Another reason")

    NOTE_CHARS = 500

    battle = models.OneToOneField(Battle, models.PROTECT, related_name="skip", verbose_name=_("battle"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    note = models.CharField(_("note"), max_length=NOTE_CHARS, blank=True)
    created_at = models.DateTimeField(_("skipped"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("skip")
        verbose_name_plural = _("skips")
        indexes = (models.Index(fields=("created_at",), name="skip_created"),)

    def __str__(self) -> str:
        return f"{self.battle_id}: {self.reason}"


class Exclusion(models.Model):
    """A vote left out of the boards, with the reason (Law 5). The vote itself stays."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="exclusions", verbose_name=_("vote"))
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("excluded"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),)

    def __str__(self) -> str:
        return f"{self.vote_id}: {self.reason}"


class ExposureDay(models.Model):
    """How often a contestant was drawn on one day, counted from battles that ended; the day is the battle's, in UTC.

    `battles` are all of that kind on that day, so that a share can be told without reading them again.
    """

    contestant = models.ForeignKey(
        Contestant, models.CASCADE, related_name="exposure_days", verbose_name=_("contestant")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Rater.Kind)
    day = models.DateField(_("day"))
    draws = models.PositiveIntegerField(_("draws"))
    votes = models.PositiveIntegerField(_("votes"))
    battles = models.PositiveIntegerField(_("battles of all contestants"))
    probability_sum = models.FloatField(_("sum of the probabilities of its pairs"))

    class Meta:
        ordering = ("contestant", "kind", "day")
        verbose_name = _("exposure of a day")
        verbose_name_plural = _("exposure of days")
        indexes = (models.Index(fields=("-day",), name="exposure_newest"),)
        constraints = (
            models.UniqueConstraint(fields=("contestant", "kind", "day"), name="exposure_day_once"),
            models.CheckConstraint(condition=Q(votes__lte=F("draws")), name="exposure_votes_of_draws"),
            models.CheckConstraint(
                condition=Q(draws__gte=1, draws__lte=F("battles"), probability_sum__gt=0),
                name="exposure_draws_in_battles",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contestant_id} on {self.day}: {self.draws}"


class ContestantSpeed(models.Model):
    """How quickly a contestant answered of late: medians over its newest answers in battles that ended."""

    contestant = models.OneToOneField(
        Contestant, models.CASCADE, related_name="speed", verbose_name=_("contestant"), primary_key=True
    )
    counted_until = models.DateField(_("up to the end of"))
    answers = models.PositiveIntegerField(_("answers"))
    first_text_ms = models.PositiveIntegerField(_("first text (ms)"))
    tokens_per_second = models.FloatField(_("tokens a second"), null=True, blank=True)

    class Meta:
        ordering = ("contestant",)
        verbose_name = _("speed of a contestant")
        verbose_name_plural = _("speeds of contestants")

    def __str__(self) -> str:
        return f"{self.contestant_id}: {self.first_text_ms} ms"
