from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.contrib import admin, messages
from django.db import models
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from models_registry.endpoint_test_views import show_endpoint_test, start_endpoint_test
from models_registry.models import Contestant, ContestantSnapshot, Endpoint, LanguageModel, Organisation
from models_registry.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from models_registry.registering.errors import RegistryError
from models_registry.registering.life import drain, enter_draw
from models_registry.services import copy_contestant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

Step: TypeAlias = Callable[..., None]
WEB_ADDRESS: "Mapping[type[Field[Any, Any]], Mapping[str, Any]]" = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "website")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = WEB_ADDRESS


@admin.register(LanguageModel)
class LanguageModelAdmin(admin.ModelAdmin):
    list_display = ("name", "organisation", "licence", "parameters", "short_revision")
    list_filter = ("organisation", "licence")
    list_select_related = ("organisation",)
    search_fields = ("name", "slug", "organisation__name")
    formfield_overrides = WEB_ADDRESS

    @admin.display(description=_("revision"), ordering="revision")
    def short_revision(self, obj: LanguageModel) -> str:
        return obj.revision[:12]

    def get_readonly_fields(self, request: HttpRequest, obj: LanguageModel | None = None) -> tuple[str, ...]:
        """Other weights are another language model: what was compared is not renamed afterwards."""
        used = obj is not None and ContestantSnapshot.objects.filter(contestant__language_model=obj).exists()
        return ("slug", "revision") if used else ()


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):
    list_display = ("slug", "backend", "queue", "enabled")
    list_filter = ("backend", "queue", "enabled")
    search_fields = ("slug",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/test/", wrap(self.start_test), name="models_registry_endpoint_test"),
            path("<int:pk>/test/<str:token>/", wrap(self.show_test), name="models_registry_endpoint_test_result"),
            *super().get_urls(),
        ]

    def start_test(self, request: HttpRequest, pk: int) -> HttpResponse:
        return start_endpoint_test(self, request, pk)

    def show_test(self, request: HttpRequest, pk: int, token: str) -> HttpResponse:
        return show_endpoint_test(self, request, pk, token)


class SnapshotInline(ReadOnlyInline):
    model = ContestantSnapshot
    fields = ("sha256", "created_at")
    readonly_fields = fields


@admin.register(Contestant)
class ContestantAdmin(admin.ModelAdmin):
    list_display = ("name", "language_model", "endpoint", "status", "weight", "temperature", "max_new_tokens")
    list_filter = ("status", "endpoint", "language_model__organisation")
    list_select_related = ("language_model", "endpoint")
    search_fields = ("name", "slug", "language_model__name")
    actions = ("put_in_draw", "take_out_of_draw", "copy_as_draft")
    identity = (
        "slug",
        "language_model",
        "system_prompt",
        "temperature",
        "top_p",
        "top_k",
        "repetition_penalty",
        "max_new_tokens",
    )
    fieldsets = (
        (None, {"fields": ("name", "status", "weight", "endpoint", "retired_on", "retired_reason")}),
        (
            _("What is compared"),
            {
                "fields": identity,
                "description": _(
                    "Fixed once the contestant was in a battle. To try other values, "
                    "copy it: the list of contestants has an action for that."
                ),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Contestant | None) -> tuple[type[SnapshotInline], ...]:
        """A contestant that is not saved yet has no snapshots to list."""
        return () if obj is None else (SnapshotInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Contestant | None = None) -> tuple[str, ...]:
        """A snapshot is made when a battle first uses the contestant; from then on its votes speak of these values.

        Its state is changed by the actions of the list and on its card, which remember who did what.
        """
        identity = self.identity if obj is not None and obj.snapshots.exists() else ()
        return ("status", "retired_on", "retired_reason", *identity)

    @admin.action(description=_("Put in the draw"), permissions=["change"])
    def put_in_draw(self, request: HttpRequest, queryset: QuerySet[Contestant]) -> None:
        self._move(request, queryset, enter_draw)

    @admin.action(description=_("Take out of the draw"), permissions=["change"])
    def take_out_of_draw(self, request: HttpRequest, queryset: QuerySet[Contestant]) -> None:
        self._move(request, queryset, drain)

    @admin.action(description=_("Copy as a draft, to change what is compared"), permissions=["add"])
    def copy_as_draft(self, request: HttpRequest, queryset: QuerySet[Contestant]) -> None:
        for contestant in queryset:
            copy = copy_contestant(contestant=contestant)
            self.log_addition(request, copy, f"Copied from {contestant.slug}.")

    def _move(self, request: HttpRequest, queryset: QuerySet[Contestant], step: Step) -> None:
        for contestant in queryset:
            try:
                step(contestant=contestant, by=cast("User", request.user))
            except RegistryError as error:
                self.message_user(request, f"{contestant}: {error}", messages.WARNING)
            else:
                self.log_change(request, contestant, [{"changed": {"fields": ["status"]}}])


@admin.register(ContestantSnapshot)
class ContestantSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("contestant", "sha256", "created_at")
    list_filter = ("contestant",)
    list_select_related = ("contestant",)
    search_fields = ("sha256", "contestant__name", "contestant__slug")
    date_hierarchy = "created_at"
