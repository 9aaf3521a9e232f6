import pytest

from models_registry.inference import convert, weights
from models_registry.inference.errors import MisconfiguredBackendError


def test_verify_demo_weights_refuses_another_file(tmp_path):
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF")

    with pytest.raises(MisconfiguredBackendError, match="install it again"):
        weights.verify_demo_weights(other)


def test_find_demo_weights_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(weights, "DISTRIBUTION", "no-such-distribution")

    with pytest.raises(MisconfiguredBackendError, match="no-such-distribution"):
        weights.find_demo_weights()


def test_ensure_demo_weights_says_when_the_disk_is_full(monkeypatch, tmp_path):
    monkeypatch.setattr(convert, "_NEEDED_BYTES", 10**18)

    with pytest.raises(MisconfiguredBackendError, match="GB are free"):
        convert.ensure_demo_weights(tmp_path)


@pytest.mark.parametrize("content", ["", "{", '{"converter": 0}'])
def test_is_converted_trusts_only_its_own_facts(tmp_path, content):
    (tmp_path / "conversion.json").write_text(content)

    assert not convert.is_converted(tmp_path)
