"""Signing in by an OpenID Connect provider, when the environment names one."""

from typing import Any
from urllib.parse import urlsplit

PROVIDER = "oidc"


def sign_on_providers(*, server_url: str, client_id: str, client_secret: str, name: str) -> dict[str, Any]:
    """Return allauth's setting: one provider, or none when no server is named."""
    if not server_url:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": name,
        "client_id": client_id,
        "secret": client_secret,
        "settings": {"server_url": server_url},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def form_targets(server_url: str) -> list[str]:
    """Return where our forms may lead besides ourselves: browsers look at redirects that follow a form, too."""
    parts = urlsplit(server_url)
    return [f"{parts.scheme}://{parts.netloc}"] if server_url else []
