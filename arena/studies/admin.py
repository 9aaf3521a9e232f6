from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arena.studies import admin_asked  # noqa: F401 - registers what can be asked
from arena.studies.models import ConsentRevision, Protocol, Study
from arena.studies.protocol_form import ProtocolForm
from arena.studies.services.texts import StudyError, publish_consent, retire_consent, save_consent_draft


@admin.register(Protocol)
class ProtocolAdmin(admin.ModelAdmin):
    """A changed protocol is a new row, so that a battle keeps the one that it was asked under."""

    form = ProtocolForm
    list_display = ("slug", "revision", "kind")
    list_filter = ("kind",)
    search_fields = ("slug",)

    def has_change_permission(self, request: HttpRequest, obj: Protocol | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)


@admin.register(Study)
class StudyAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "protocol", "is_default", "created_at")
    list_select_related = ("protocol",)
    search_fields = ("name", "slug")


@admin.register(ConsentRevision)
class ConsentRevisionAdmin(admin.ModelAdmin):
    """Drafts can be edited, and looked at as people will see them; a published text stays as it is."""

    list_display = ("study", "purpose", "language", "number", "state_label", "published_at", "summary")
    list_filter = ("study", "purpose", "language")
    list_select_related = ("study",)
    search_fields = ("summary", "text")
    fields = (
        "study", "purpose", "language", "number", "summary", "text", "covers_research", "sha256", "published_at",
        "retired_at",
    )  # fmt: skip
    readonly_fields = ("number", "sha256", "published_at", "retired_at")
    actions = ("publish", "retire")

    def has_change_permission(self, request: HttpRequest, obj: ConsentRevision | None = None) -> bool:
        return not self._is_published(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ConsentRevision | None = None) -> bool:
        """Refused for none in particular, so there is no deleting of many: that would not look at each."""
        return obj is not None and not self._is_published(obj) and super().has_delete_permission(request, obj)

    def _is_published(self, obj: ConsentRevision | None) -> bool:
        return obj is not None and obj.published_at is not None

    def view_on_site(self, obj: ConsentRevision) -> str:
        """The page as people see it: the preview of a draft."""
        return reverse("consent_text", args=[obj.pk])

    @admin.display(description=_("state"))
    def state_label(self, obj: ConsentRevision) -> str:
        return str(obj.state.label)

    def save_model(self, request: HttpRequest, obj: ConsentRevision, form: object, change: bool) -> None:
        save_consent_draft(revision=obj)

    @admin.action(
        description=_(
            "Publish: in force from now on, never changed again; who agreed to the one before is asked again"
        ),
        permissions=["change"],
    )
    def publish(self, request: HttpRequest, queryset: QuerySet[ConsentRevision]) -> None:
        self._do(request, queryset, lambda revision: publish_consent(revision=revision), "Published.")

    @admin.action(description=_("Retire: nobody is asked for it any more"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[ConsentRevision]) -> None:
        self._do(request, queryset, lambda revision: retire_consent(revision=revision), "Retired.")

    def _do(
        self,
        request: HttpRequest,
        queryset: QuerySet[ConsentRevision],
        act: Callable[[ConsentRevision], object],
        said: str,
    ) -> None:
        for revision in queryset:
            try:
                act(revision)
            except StudyError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.log_change(request, revision, said)
