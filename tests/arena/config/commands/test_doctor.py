import json

import pytest
from django.core.management import call_command

from arena.config import status_checks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(status_checks, "INSPECT_SECONDS", 0.05)


def test_doctor_says_what_to_do_and_fails_on_a_problem(capsys, redis_client):
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", no_color=True)

    out = capsys.readouterr().out
    assert ended.value.code == 1
    assert "problem  Workers: No worker takes tasks from the queue ratings.\n         Start one: `celery" in out
    assert "ok       Database: It answers, and all migrations are applied." in out


def test_doctor_prints_json(capsys, redis_client):
    with pytest.raises(SystemExit):
        call_command("doctor", json=True)

    findings = json.loads(capsys.readouterr().out)
    assert {"subject": "Redis", "level": "ok", "message": "It answers.", "advice": ""} in findings


def test_doctor_is_content_when_nothing_is_a_problem(monkeypatch, capsys):
    monkeypatch.setattr(status_checks, "CHECKS", (status_checks.check_database, status_checks.check_static_files))

    call_command("doctor", no_color=True)

    assert capsys.readouterr().out.count("ok       ") == 2
