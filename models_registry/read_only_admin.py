"""An admin page on which nothing can be changed, for rows that are evidence."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ReadOnlyMixin:
    """Refuse to add, change and delete, whatever the user's permissions; viewing stays a permission."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """A list and a page for each row, to look at."""


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """Rows shown on the page of their parent, to look at."""

    extra = 0
    show_change_link = True
