"""Rows straight into a model's table, by PostgreSQL's copy: many rows in little time."""

from collections.abc import Iterable, Sequence

from django.db import connection, models
from psycopg import sql


def copy_in(row: models.Model, names: Sequence[str], values: Iterable[Sequence[object]]) -> None:
    """Store one row for each of `values`, which are those of the fields `names`; what else a row has is as in `row`.

    Nothing is validated but by the database, and keys that it gives out itself are in the order of the rows.
    """
    fields = {field.attname: field for field in row._meta.concrete_fields}  # noqa: SLF001 - documented by Django
    same = {
        name: field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for name, field in fields.items()
        if name not in names and not isinstance(field, models.AutoField)
    }
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(row._meta.db_table),  # noqa: SLF001 - as above
        sql.SQL(", ").join(sql.Identifier(str(fields[name].column)) for name in (*names, *same)),
    )
    rest = tuple(same.values())
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for each in values:
            copy.write_row((*each, *rest))


def reserve_keys(model: type[models.Model], number: int) -> list[int]:
    """Return keys for new rows that nobody else will get, in order; for tables whose keys the database gives out."""
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, number]
        )
        return [reserved for (reserved,) in cursor.fetchall()]
