"""Everything that is held of a person, as JSON, made piece by piece."""

from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from arena.raters.holdings import holdings
from arena.raters.models import Rater
from arena.raters.selectors import selves

_encoder = DjangoJSONEncoder(ensure_ascii=False, indent=1)


def my_data_pieces(rater: Rater) -> Iterator[bytes]:
    """Yield a JSON object: when it was made, and a list for each room's holding."""
    yield f'{{\n"made_at": {_encoder.encode(timezone.now())}'.encode()
    raters = selves(rater.pk)
    for holding in holdings():
        yield f',\n"{holding.name}": ['.encode()
        separator = "\n"
        for row in holding.rows(raters):
            yield f"{separator}{_encoder.encode(row)}".encode()
            separator = ",\n"
        yield b"]"
    yield b"\n}\n"
