"""What the settings of a process allow it to open."""

import pytest

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.opening import open_endpoint

REMOTE = {"base_url": "http://127.0.0.1:9/v1", "model": "m"}


def test_scripted_backend_opens_in_tests():
    backend = open_endpoint("scripted", {"text": "Hello."})

    assert backend.ready
    backend.close()


def test_scripted_backend_is_refused_where_people_vote(settings):
    settings.SCRIPTED_BACKEND = False

    with pytest.raises(MisconfiguredBackendError, match="SCRIPTED_BACKEND is off"):
        open_endpoint("scripted", {"text": "Hello."})


@pytest.mark.parametrize(("setting", "option", "allowed"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_private_addresses_are_allowed_by_setting_or_endpoint(settings, setting, option, allowed):
    settings.ALLOW_PRIVATE_ENDPOINTS = bool(setting)

    backend = open_endpoint("openai", {**REMOTE, "allow_private": bool(option)})

    assert (backend.ready, backend._calls._allow_private) == (True, allowed)
    backend.close()
