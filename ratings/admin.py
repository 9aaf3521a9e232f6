from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from models_registry.read_only_admin import ReadOnlyAdmin
from ratings.models import Leaderboard, Snapshot
from ratings.services.requesting import request_refresh


@admin.register(Leaderboard)
class LeaderboardAdmin(admin.ModelAdmin):
    list_display = ("title", "kind", "protocol", "position", "is_public", "current", "checked_at")
    list_filter = ("kind", "is_public")
    list_select_related = ("current__leaderboard",)
    search_fields = ("slug", "title")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("current", "checked_at")
    actions = ("refresh",)

    @admin.action(description=_("Compare with the votes now"))
    def refresh(self, request: HttpRequest, queryset: QuerySet[Leaderboard]) -> None:
        for kind in sorted(set(queryset.values_list("kind", flat=True))):
            request_refresh(kind=kind)
        messages.info(request, _("The ratings worker was asked; a changed board appears within seconds."))


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("leaderboard", "number", "created_at", "cutoff", "votes", "raters", "method")
    list_filter = ("leaderboard",)
    list_select_related = ("leaderboard",)
    date_hierarchy = "created_at"
