"""The private PostgreSQL keeps its data, survives being killed, and leaves nothing behind."""

from pathlib import Path

import psutil
import psycopg
import pytest

from arena.config.local.postgres import PostgresError, PrivatePostgres

pytestmark = pytest.mark.integration


@pytest.fixture
def postgres(open_folder):
    server = PrivatePostgres(open_folder / "postgres", durable=False)
    yield server
    server.stop()


def has_ended(process):
    # In a container without an init process, what has ended stays in the table as a zombie.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def query(url, sql):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else None


def test_postgres_started_twice_keeps_its_data(postgres):
    query(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.stop()

    rows = query(postgres.start(), "SELECT answer FROM kept")

    assert rows == [(42,)]


def test_postgres_stop_ends_the_server(postgres):
    postgres.start()
    process = postgres.process()

    postgres.stop()

    assert has_ended(process)
    assert postgres.process() is None


def test_postgres_stop_without_start_does_nothing(postgres):
    postgres.stop()

    assert not postgres.folder.exists()


def test_postgres_left_running_is_replaced_by_the_next_start(postgres):
    query(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    left_behind = postgres.process()

    rows = query(PrivatePostgres(postgres.folder, durable=False).start(), "SELECT answer FROM kept")

    assert rows == [(42,)]
    assert has_ended(left_behind)


def test_postgres_killed_starts_again(open_folder):
    postgres = PrivatePostgres(open_folder / "postgres")
    query(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    killed = postgres.process()
    children = killed.children()
    killed.kill()
    psutil.wait_procs([killed, *children], timeout=10)

    rows = query(postgres.start(), "SELECT answer FROM kept")
    postgres.stop()

    assert rows == [(42,)]


def test_postgres_ignores_a_pid_file_that_names_another_process(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text("1\n")

    url = postgres.start()

    assert query(url, "SELECT 1") == [(1,)]


def test_postgres_interrupted_while_it_was_made_is_made_anew(postgres):
    (postgres.folder / "data.new").mkdir(parents=True)
    (postgres.folder / "data.new" / "PG_VERSION").write_text("18\n")

    url = postgres.start()

    assert query(url, "SELECT 1") == [(1,)]


def test_postgres_in_a_long_path_uses_a_short_socket(open_folder):
    server = PrivatePostgres(open_folder / ("long" * 20) / "with space", durable=False)

    rows = query(server.start(), "SELECT 1")
    server.stop()
    server.socket_folder.rmdir()

    assert rows == [(1,)]


def test_postgres_socket_is_closed_to_other_accounts(postgres):
    postgres.start()

    mode = Path(postgres.socket_folder).stat().st_mode & 0o777

    assert mode == 0o700


def test_postgres_that_cannot_start_says_what_the_server_said(postgres):
    postgres.start()
    postgres.stop()
    (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(PostgresError, match="no_such_setting"):
        postgres.start()
