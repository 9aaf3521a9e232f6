from django.contrib import admin

from arena.raters.models import Rater
from models_registry.read_only_admin import ReadOnlyAdmin


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "account", "merged_into", "created_at")
    list_filter = ("kind",)
    list_select_related = ("account", "merged_into")
    search_fields = ("id", "account__username")
    date_hierarchy = "created_at"
