"""The way out of every letter: a signed token that stops letters of its kind, without signing in.

RFC 8058: mail programs post to it with one press; who follows the link sees a page first. A file
of its own since letters (actions) and the page (views) read the same token.
"""

from itsdangerous import BadSignature, URLSafeSerializer

from forum.notifications.kinds import Matter
from forum.web.settings import settings

SUMMARY = "summary"  # what comes gathered, whatever it is about
KINDS = (SUMMARY, *(str(matter) for matter in (Matter.PERSONAL, Matter.VOTES, Matter.PROPOSALS)))


def stop_token(person: str, kind: str) -> str:
    """What stops letters of that kind to that person (by public id). It does not run out."""
    return str(_signer().dumps([person, kind]))


def read_stop_token(token: str) -> tuple[str, str] | None:
    """The person's public id and the kind of letters; None for what we never signed."""
    try:
        said = _signer().loads(token)
    except BadSignature:
        return None
    known = isinstance(said, list) and len(said) == 2 and said[1] in KINDS
    return (str(said[0]), str(said[1])) if known else None


def list_headers(person: str, kind: str) -> dict[str, str]:
    """The headers by which mail programs sort such letters, and stop them at once."""
    here, domain = settings(), settings().mail_from.rpartition("@")[2]
    return {
        "List-Id": f"<{kind}.letters.{domain}>",
        "List-Unsubscribe": f"<{here.base_url}/letters/stop/{stop_token(person, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="letters-stop")
