"""Pages that belong to no single room, and what every page knows."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.battles.rendering import render_text
from arena.studies.models import ConsentRevision, Purpose
from arena.studies.selectors import default_study, texts_in_force

try:
    APP_VERSION = version("parallax-arena")
except PackageNotFoundError:  # run from a checkout that was not installed
    APP_VERSION = ""


def site(_request: HttpRequest) -> dict[str, object]:
    """Context of every page; `mail_folder` is where mails lie when they are not sent."""
    return {"app_version": APP_VERSION, "mail_folder": settings.EMAIL_FILE_PATH}


@require_safe
def consent(request: HttpRequest) -> HttpResponse:
    texts = texts_in_force(study=default_study())
    if Purpose.TERMS not in texts:
        raise Http404
    return _text_page(request, texts[Purpose.TERMS], texts)


@require_safe
def consent_text(request: HttpRequest, revision: int) -> HttpResponse:
    """Show a text in any version that was ever in force; a draft only to staff, as its preview."""
    text = get_object_or_404(ConsentRevision.objects.select_related("study"), pk=revision)
    if text.state == text.State.DRAFT and not request.user.has_perm("studies.view_consentrevision"):
        raise Http404
    return _text_page(request, text, texts_in_force(study=text.study))


def _text_page(
    request: HttpRequest, text: ConsentRevision, in_force: Mapping[Purpose, ConsentRevision]
) -> HttpResponse:
    context = {
        "consent": text,
        "html": render_text(text.text),
        "others": [other for other in in_force.values() if other.pk != text.pk],
    }
    return render(request, "pages/consent.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")
