"""Pages that belong to no single room, and what every page knows."""

from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.battles.rendering import render_text
from arena.studies.selectors import consent_in_force, default_study

try:
    APP_VERSION = version("parallax-arena")
except PackageNotFoundError:  # run from a checkout that was not installed
    APP_VERSION = ""


def site(_request: HttpRequest) -> dict[str, object]:
    """Context of every page; `mail_folder` is where mails lie when they are not sent."""
    return {"app_version": APP_VERSION, "mail_folder": settings.EMAIL_FILE_PATH}


@require_safe
def consent(request: HttpRequest) -> HttpResponse:
    revision = consent_in_force(study=default_study())
    return render(request, "pages/consent.html", {"consent": revision, "html": render_text(revision.text)})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")
