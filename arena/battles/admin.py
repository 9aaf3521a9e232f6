from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from arena.battles.admin_filters import FailureFilter, FinishFilter
from arena.battles.admin_list import LargeReadOnlyAdmin, newest
from arena.battles.models import (
    AbandonedDraw,
    AnswerFinding,
    Assessment,
    Battle,
    Completion,
    EndpointHealth,
    Exclusion,
    Score,
    ScoredTurn,
    Skip,
    Turn,
    Vote,
    VoteAttribute,
    VoteReason,
)
from arena.battles.services.excluding import record_exclusion
from models_registry.read_only_admin import ReadOnlyAdmin, ReadOnlyInline


class TurnInline(ReadOnlyInline):
    model = Turn
    fields = ("index", "prompt", "attempt", "status", "failure", "started_at", "released_at")
    readonly_fields = fields


class CompletionInline(ReadOnlyInline):
    model = Completion
    fields = (
        "side", "attempt", "try_number", "status", "text", "finish_reason", "failure", "worker", "completion_tokens",
    )  # fmt: skip
    readonly_fields = fields


class AbandonedDrawInline(ReadOnlyInline):
    model = AbandonedDraw
    fields = (
        "attempt", "snapshot_a", "snapshot_b", "snapshot_c", "snapshot_d", "draw_probability", "failed_side", "failure",
        "created_at",
    )  # fmt: skip
    readonly_fields = fields


class FindingInline(ReadOnlyInline):
    model = AnswerFinding
    fields = ("code", "excerpt", "created_at")
    readonly_fields = fields

    @admin.display(description=_("excerpt"))
    def excerpt(self, obj: AnswerFinding) -> str:
        return obj.completion.text[obj.start : obj.end]


class ScoredTurnInline(ReadOnlyInline):
    model = ScoredTurn
    fields = ("chosen", "tie_seed", "seconds_to_score", "consent_revision", "created_at")
    readonly_fields = fields


class ScoreInline(ReadOnlyInline):
    model = Score
    fields = ("value", "scored_turn")
    readonly_fields = fields


class AssessmentInline(ReadOnlyInline):
    model = Assessment
    fields = ("feedback", "rated_attributes", "consent_revision", "created_at")
    readonly_fields = fields

    @admin.display(description=_("attributes"))
    def rated_attributes(self, obj: Assessment) -> str:
        rows = obj.attributes.select_related("revision__attribute")
        return ", ".join(f"{row.question} {row.revision}: {row.value or _('does not apply')}" for row in rows)


@admin.register(Battle)
class BattleAdmin(LargeReadOnlyAdmin):
    list_display = ("id", "kind", "status", "study", "contestant_a", "contestant_b", "created_at")
    list_filter = ("kind", "status", "study", "conversation_type")
    list_select_related = ("study", "snapshot_a__contestant", "snapshot_b__contestant")
    search_keys = ("id", "rater")
    search_help_text = _("Key of a battle or a rater, or words: they are looked for in the newest 10,000 prompts.")
    date_hierarchy = "created_at"
    inlines = (TurnInline, AssessmentInline, AbandonedDrawInline)

    def search_text(self, queryset: QuerySet[Battle], term: str) -> QuerySet[Battle]:
        return queryset.filter(pk__in=newest(Turn).filter(prompt__icontains=term).values("battle"))

    @admin.display(description=_("side A"))
    def contestant_a(self, obj: Battle) -> str:
        return obj.snapshot_a.contestant.name

    @admin.display(description=_("side B"))
    def contestant_b(self, obj: Battle) -> str:
        return obj.snapshot_b.contestant.name


@admin.register(Turn)
class TurnAdmin(LargeReadOnlyAdmin):
    list_display = ("battle_id", "index", "status", "attempt", "failure", "prompt_start", "started_at")
    list_filter = ("status", FailureFilter)
    ordering = ("-pk",)
    search_keys = ("battle",)
    search_help_text = _("Key of a battle, or words: they are looked for in the newest 10,000 prompts.")
    inlines = (CompletionInline, ScoredTurnInline)

    def search_text(self, queryset: QuerySet[Turn], term: str) -> QuerySet[Turn]:
        return queryset.filter(pk__in=newest(Turn).filter(prompt__icontains=term).values("pk"))

    @admin.display(description=_("prompt"))
    def prompt_start(self, obj: Turn) -> str:
        return Truncator(obj.prompt).chars(80)


@admin.register(Completion)
class CompletionAdmin(LargeReadOnlyAdmin):
    list_display = ("id", "turn_id", "side", "attempt", "status", "finish_reason", "failure", "completion_tokens")
    list_filter = ("findings__code", "status", FinishFilter, FailureFilter, "side")
    ordering = ("-pk",)
    search_keys = ("turn__battle",)
    search_help_text = _("Key of a battle, or words: they are looked for in the newest 10,000 answers.")
    inlines = (FindingInline, ScoreInline)

    def search_text(self, queryset: QuerySet[Completion], term: str) -> QuerySet[Completion]:
        return queryset.filter(pk__in=newest(Completion).filter(text__icontains=term).values("pk"))


@admin.register(EndpointHealth)
class EndpointHealthAdmin(ReadOnlyAdmin):
    list_display = ("endpoint", "state", "reason", "since", "checked_at", "probes", "probe_at")
    list_filter = ("state",)
    list_select_related = ("endpoint",)


class VoteReasonInline(ReadOnlyInline):
    model = VoteReason
    fields = ("side", "revision", "words")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoteReason]:
        return super().get_queryset(request).select_related("revision__reason")

    @admin.display(description=_("words"))
    def words(self, obj: VoteReason) -> str:
        return obj.revision.text


class VoteAttributeInline(ReadOnlyInline):
    model = VoteAttribute
    fields = ("side", "revision", "level")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoteAttribute]:
        return super().get_queryset(request).select_related("revision__attribute")


@admin.register(Vote)
class VoteAdmin(LargeReadOnlyAdmin):
    list_display = ("battle_id", "winner", "kind", "contestant_a", "contestant_b", "seconds_to_vote", "created_at")
    list_filter = ("kind", "winner")
    list_select_related = ("battle__snapshot_a__contestant", "battle__snapshot_b__contestant")
    search_keys = ("battle", "rater")
    search_help_text = _("Key of a battle or a rater.")
    date_hierarchy = "created_at"
    inlines = (VoteReasonInline, VoteAttributeInline)

    @admin.display(description=_("side A"))
    def contestant_a(self, obj: Vote) -> str:
        return obj.battle.snapshot_a.contestant.name

    @admin.display(description=_("side B"))
    def contestant_b(self, obj: Vote) -> str:
        return obj.battle.snapshot_b.contestant.name


@admin.register(Skip)
class SkipAdmin(ReadOnlyAdmin):
    list_display = ("battle_id", "reason", "note", "created_at")
    list_filter = ("reason",)
    search_fields = ("battle__id", "note")
    date_hierarchy = "created_at"


@admin.register(Exclusion)
class ExclusionAdmin(admin.ModelAdmin):
    """Exclusions are added, never changed or taken back: the record of why a vote did not count stays whole."""

    list_display = ("vote", "reason", "created_by", "created_at")
    list_select_related = ("vote", "created_by")
    search_fields = ("vote__battle__id", "reason")
    date_hierarchy = "created_at"
    fields = ("vote", "reason")
    raw_id_fields = ("vote",)

    def has_change_permission(self, request: HttpRequest, obj: Exclusion | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Exclusion | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Exclusion, form: object, change: bool) -> None:
        obj.created_by_id = request.user.pk
        record_exclusion(exclusion=obj)
