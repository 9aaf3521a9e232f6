"""Scripted answers are opened only where the settings say that this is a test."""

import pytest

from arena.battles.worker.workbench import _opened
from models_registry.inference.errors import MisconfiguredBackendError


def test_scripted_backend_opens_in_tests():
    backend = _opened("scripted", {"text": "Hello."})

    assert backend.ready
    backend.close()


def test_scripted_backend_is_refused_where_people_vote(settings):
    settings.SCRIPTED_BACKEND = False

    with pytest.raises(MisconfiguredBackendError, match="SCRIPTED_BACKEND is off"):
        _opened("scripted", {"text": "Hello."})
