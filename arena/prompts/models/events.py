"""Who did what with a prompt, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from arena.prompts.models.library import Prompt


class PromptEvent(models.Model):
    """One step in the life of a prompt. Rows are added, never changed; they go only with a prompt that is removed."""

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        PROPOSED = "proposed", _("proposed")
        IMPORTED = "imported", _("imported")
        SUBMITTED = "submitted", _("submitted for review")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")
        RETIRED = "retired", _("retired")
        RESTORED = "restored", _("put back into review")
        UNDONE = "undone", _("decision undone")
        REVISED = "revised", _("given another text")
        TAGGED = "tagged", _("tagged")
        SORTED = "sorted", _("given another category")
        EDITED = "edited", _("edited")

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="events", verbose_name=_("prompt"))
    action = models.CharField(_("what"), max_length=10, choices=Action)
    status = models.CharField(_("status after it"), max_length=10, choices=Prompt.Status)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    # Kept apart from the account, which may go.
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ("prompt", "-id")
        verbose_name = _("prompt event")
        verbose_name_plural = _("prompt events")

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.action}"
