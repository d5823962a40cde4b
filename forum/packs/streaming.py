"""A long answer sent piece by piece, each made in a context of its own.

Flask's `stream_with_context` keeps the request's context open between two pieces, and with it
the database's transaction, for as long as a slow reader takes; and it must be closed where it
was opened. Here each piece opens and closes what it needs.
"""

import zlib
from collections.abc import Callable, Iterator

import brotli
from flask import Flask, Response, current_app, request

from forum.web.locale import current_locale, force_locale, timezone, timezone_of

_BROTLI_QUALITY = 5  # as for pages: beyond it CPU doubles for one or two per cent
_GZIP_LEVEL = 6
_GZIP_FORMAT = 31  # zlib's number for a gzip header and the largest window

Compressor = tuple[Callable[[bytes], bytes], Callable[[], bytes]]  # take some; the rest


def streamed(pieces: Iterator[str]) -> Response:
    """The pieces as one HTML answer, compressed if the browser takes it.

    The iterator may use the database and templates, in this reader's language and zone; not
    the request, which is over by then.
    """
    app = current_app.app_context().app  # itself, not what stands for it in a request
    made = _made(app, pieces, current_locale(), timezone())
    encoding = request.accept_encodings.best_match(("br", "gzip"))
    if encoding is None:
        return Response(made, mimetype="text/html")
    response = Response(_compressed(made, encoding), mimetype="text/html")
    response.headers["Content-Encoding"] = encoding
    return response


def _made(app: Flask, pieces: Iterator[str], language: str, zone: str) -> Iterator[bytes]:
    while True:
        with app.app_context(), force_locale(language), timezone_of(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece.encode()


def _compressed(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    take, finish = _compressor(encoding)
    for piece in pieces:
        if squeezed := take(piece):
            yield squeezed
    yield finish()


def _compressor(encoding: str) -> Compressor:
    if encoding == "br":
        small = brotli.Compressor(quality=_BROTLI_QUALITY)
        return small.process, small.finish
    packed = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return packed.compress, packed.flush
