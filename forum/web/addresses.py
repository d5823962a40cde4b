"""Numbers in addresses: what no row can have does not exist."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2_147_483_647  # what both databases take as an integer


class SmallInteger(IntegerConverter):
    """An integer that fits a column; a larger one is no address of ours."""

    def __init__(self, map: Map, *args: int, **kwargs: int) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})  # type: ignore[arg-type]


def init_app(app: Flask) -> None:
    """`<int:…>` means a small one everywhere."""
    app.url_map.converters["int"] = SmallInteger
