"""By what the lists of turns and answers can be narrowed."""

from typing import Any, get_args

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.battles.models import Completion
from models_registry.inference.protocol import FinishReason

# Failures that are looked through for what can be chosen.
FAILURES = 1_000
# The status of a turn as of an answer.
FAILED = "failed"


class FailureFilter(admin.SimpleListFilter):
    """How it failed; offered is what failed lately."""

    title = _("failure")
    parameter_name = "failure"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        failed = Completion.objects.filter(status=FAILED).order_by("-finished_at")
        return [(name, name) for name in sorted(set(failed.values_list("failure", flat=True)[:FAILURES]))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        # With the status, whose failed rows have an index.
        return queryset.filter(status=FAILED, failure=self.value()) if self.value() else queryset


class FinishFilter(admin.SimpleListFilter):
    """Why an answer ended."""

    title = _("why it ended")
    parameter_name = "finish_reason"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in (*get_args(FinishReason), "loop")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return queryset.filter(finish_reason=self.value()) if self.value() else queryset
