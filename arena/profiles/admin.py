"""Surveys in the administration: drafts are edited and looked at, published ones stay as they are."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arena.profiles.admin_margins import MarginsAdmin
from arena.profiles.errors import ProfileError
from arena.profiles.models import Option, OptionTranslation, Question, QuestionTranslation, Survey
from arena.profiles.services.publishing import draft_from, new_survey, publish_survey, retire_survey

__all__ = ["MarginsAdmin", "OptionAdmin", "QuestionAdmin", "SurveyAdmin"]


def survey_of(part: models.Model | None) -> Survey | None:
    """Return the survey that something is a part of."""
    match part:
        case Survey():
            return part
        case Question():
            return part.survey
        case Option():
            return part.question.survey
    return None


def is_published(part: models.Model | None) -> bool:
    survey = survey_of(part)
    return survey is not None and survey.published_at is not None


class DraftsOnly(admin.ModelAdmin):
    """Refuses to change or delete what is part of a published survey, and to delete many at once."""

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return obj is not None and not is_published(obj) and super().has_delete_permission(request, obj)


class PartInline(InlineModelAdmin):
    """Parts of a draft; `obj` is what they are a part of."""

    template = "admin/edit_inline/tabular.html"
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return not is_published(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return not is_published(obj) and super().has_delete_permission(request, obj)


class QuestionInline(PartInline):
    model = Question
    fields = ("position", "key", "kind", "text")
    show_change_link = True


class OptionInline(PartInline):
    model = Option
    fields = ("position", "key", "text", "asks_text")
    show_change_link = True


class QuestionTranslationInline(PartInline):
    model = QuestionTranslation


class OptionTranslationInline(PartInline):
    model = OptionTranslation


@admin.register(Survey)
class SurveyAdmin(DraftsOnly):
    list_display = ("study", "number", "state_label", "published_at", "retired_at")
    list_filter = ("study",)
    list_select_related = ("study",)
    search_fields = ("study__name",)
    fields = ("study", "number", "published_at", "retired_at")
    readonly_fields = ("number", "published_at", "retired_at")
    inlines = (QuestionInline,)
    actions = ("draft", "publish", "retire")

    @admin.display(description=_("state"))
    def state_label(self, obj: Survey) -> str:
        return str(obj.state.label)

    def view_on_site(self, obj: Survey) -> str:
        """The questions as people see them: the preview of a draft."""
        return reverse("profiles:preview", args=[obj.pk])

    def save_model(self, request: HttpRequest, obj: Survey, form: object, change: bool) -> None:
        if change:
            obj.save()
        else:
            # The next number is given under a lock; the form's row becomes that one.
            obj.pk, obj.number = (made := new_survey(study=obj.study)).pk, made.number

    @admin.action(description=_("New draft from this"), permissions=["add"])
    def draft(self, request: HttpRequest, queryset: models.QuerySet[Survey]) -> None:
        self._do(request, queryset, lambda survey: draft_from(survey=survey), "Copied into a new draft.")

    @admin.action(
        description=_("Publish: asked from now on, never changed again, in place of the one before"),
        permissions=["change"],
    )
    def publish(self, request: HttpRequest, queryset: models.QuerySet[Survey]) -> None:
        self._do(request, queryset, lambda survey: publish_survey(survey=survey), "Published.")

    @admin.action(description=_("Retire: nothing is asked any more; answers stay"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: models.QuerySet[Survey]) -> None:
        self._do(request, queryset, lambda survey: retire_survey(survey=survey), "Retired.")

    def _do(
        self,
        request: HttpRequest,
        queryset: models.QuerySet[Survey],
        act: Callable[[Survey], object],
        said: str,
    ) -> None:
        for survey in queryset:
            try:
                act(survey)
            except ProfileError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.log_change(request, survey, said)
                self.message_user(request, f"{survey}: {said}")


@admin.register(Question)
class QuestionAdmin(DraftsOnly):
    """Opened from its survey, where questions are added too."""

    list_display = ("key", "survey", "position", "kind", "text")
    list_filter = ("kind", "survey__study")
    list_select_related = ("survey__study",)
    search_fields = ("key", "text")
    fields = (
        "survey", "position", "key", "kind", "text", "hint", "why", "low", "high", "shuffled", "coding", "shown_if",
    )  # fmt: skip
    readonly_fields = ("survey",)
    filter_horizontal = ("shown_if",)
    inlines = (OptionInline, QuestionTranslationInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> ModelMultipleChoiceField | None:
        match = request.resolver_match
        if match is not None:
            survey = Survey.objects.filter(questions=match.kwargs.get("object_id"))
            kwargs["queryset"] = Option.objects.filter(question__survey__in=survey).select_related("question")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Option)
class OptionAdmin(DraftsOnly):
    """Opened from its question; here are its translations."""

    list_display = ("key", "question", "text")
    list_select_related = ("question",)
    search_fields = ("key", "text")
    fields = ("question", "position", "key", "text", "asks_text")
    readonly_fields = ("question",)
    inlines = (OptionTranslationInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
