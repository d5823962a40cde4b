"""Pages smaller on the wire: brotli, zstd or gzip, whichever the browser takes (Flask-Compress)."""

from flask import Flask
from flask_compress import Compress

_BROTLI_QUALITY = 5  # the last cheap step: beyond it CPU doubles for one or two per cent
_GZIP_LEVEL = 6
_SMALLEST = 400  # bytes; below it a header costs what compression saves


def init_app(app: Flask) -> None:
    """Compress every text answer that is worth it."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_BR_LEVEL=_BROTLI_QUALITY,
        COMPRESS_LEVEL=_GZIP_LEVEL,
        COMPRESS_MIN_SIZE=_SMALLEST,
        COMPRESS_MIMETYPES=["text/html", "text/plain", "text/calendar", "application/json"],
    )
    Compress(app)
