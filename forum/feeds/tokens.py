"""The token in somebody's own addresses: signed, so that it can be shown again and not guessed.

A file of its own: the page that shows it (views) and the queries that read it share it.
"""

from itsdangerous import BadSignature, URLSafeSerializer

from forum.web.settings import settings


def make_token(public_id: str, word: str) -> str:
    """The token of that person's key."""
    return str(_signer().dumps([public_id, word]))


def read_token(token: str) -> tuple[str, str] | None:
    """The person's public id and the key's word; None for what was never signed here."""
    try:
        said = _signer().loads(token)
    except BadSignature:
        return None
    fits = isinstance(said, list) and len(said) == 2 and all(isinstance(one, str) for one in said)
    return (said[0], said[1]) if fits else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="feeds")
