from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from arena.battles.models import (
    AbandonedDraw,
    AnswerFinding,
    Battle,
    Completion,
    EndpointHealth,
    Exclusion,
    Skip,
    Turn,
    Vote,
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
    fields = ("attempt", "snapshot_a", "snapshot_b", "draw_probability", "failed_side", "failure", "created_at")
    readonly_fields = fields


class FindingInline(ReadOnlyInline):
    model = AnswerFinding
    fields = ("code", "excerpt", "created_at")
    readonly_fields = fields

    @admin.display(description=_("excerpt"))
    def excerpt(self, obj: AnswerFinding) -> str:
        return obj.completion.text[obj.start : obj.end]


@admin.register(Battle)
class BattleAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "status", "study", "contestant_a", "contestant_b", "created_at")
    list_filter = ("kind", "status", "study")
    list_select_related = ("study", "snapshot_a__contestant", "snapshot_b__contestant")
    search_fields = ("id", "rater__id", "turns__prompt")
    date_hierarchy = "created_at"
    show_full_result_count = False
    inlines = (TurnInline, AbandonedDrawInline)

    @admin.display(description=_("side A"))
    def contestant_a(self, obj: Battle) -> str:
        return obj.snapshot_a.contestant.name

    @admin.display(description=_("side B"))
    def contestant_b(self, obj: Battle) -> str:
        return obj.snapshot_b.contestant.name


@admin.register(Turn)
class TurnAdmin(ReadOnlyAdmin):
    list_display = ("battle_id", "index", "status", "attempt", "failure", "prompt_start", "started_at")
    list_filter = ("status", "failure")
    search_fields = ("battle__id", "prompt")
    date_hierarchy = "started_at"
    show_full_result_count = False
    inlines = (CompletionInline,)

    @admin.display(description=_("prompt"))
    def prompt_start(self, obj: Turn) -> str:
        return Truncator(obj.prompt).chars(80)


@admin.register(Completion)
class CompletionAdmin(ReadOnlyAdmin):
    list_display = ("id", "turn_id", "side", "attempt", "status", "finish_reason", "failure", "completion_tokens")
    list_filter = ("findings__code", "status", "finish_reason", "failure", "side")
    search_fields = ("turn__battle__id", "text")
    date_hierarchy = "queued_at"
    show_full_result_count = False
    inlines = (FindingInline,)


@admin.register(EndpointHealth)
class EndpointHealthAdmin(ReadOnlyAdmin):
    list_display = ("endpoint", "state", "reason", "since", "checked_at", "probes", "probe_at")
    list_filter = ("state",)
    list_select_related = ("endpoint",)


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("battle_id", "winner", "kind", "contestant_a", "contestant_b", "seconds_to_vote", "created_at")
    list_filter = ("kind", "winner")
    list_select_related = ("battle__snapshot_a__contestant", "battle__snapshot_b__contestant")
    search_fields = ("battle__id", "rater__id")
    date_hierarchy = "created_at"
    show_full_result_count = False

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
