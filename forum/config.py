"""Every setting, one line each: `FORUM_*` environment variables with their defaults.

Not for: values computed from the database or from a request.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

DEMO_SECRET = "demonstration-only-not-secret"  # noqa: S105  # a demo keeps its sessions over restarts


class BadSetting(Exception):
    """A setting is missing or does not fit; the message names it."""


def _yes(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Settings:
    """The settings of one running program. Sizes in bytes, times in seconds, where not named."""

    app_name: str = "Intercambio"
    body_name: str = "Plan Vivo"  # the standard body that answers proposals
    host_name: str = "localhost"  # who runs the server: named on private pages
    grievance_url: str = ""  # where personal complaints go; empty hides the link
    base_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("var")
    database_url: str = ""
    read_database_url: str = ""  # a standby that visitors' pages are read from; empty: none
    secret_key: str = ""
    mail_url: str = ""  # smtp://user:password@host:port or file:DIR; empty: DIR in data_dir
    mail_from: str = "intercambio@localhost"
    mail_domain: str = ""  # where mail comes in; empty: nobody can answer by mail
    mail_prefix: str = "reply"  # addresses are prefix+word@domain
    mail_fetch: str = ""  # imaps://user:password@host/folder, where no server hands mail over
    max_mail: int = 25_000_000  # bytes of one mail, as most mail servers take
    mail_per_minute: int = 120  # what small hosts let through; 0: as many as there are
    demo: bool = False
    testing: bool = False
    clock_file: str = ""  # an offset such as +21d: demo and tests only
    workers: int = 2
    port: int = 8000
    proxies: int = 0  # how many proxies in front may be believed about the client's address
    default_locale: str = "es"
    default_timezone: str = "America/Guatemala"
    page_posts: int = 30  # a thread's page ends here ...
    page_characters: int = 16_000  # ... or here, whichever comes first
    page_threads: int = 30
    pack_posts: int = 2_000  # in one file to take along: some 2 MB, a minute on a slow link
    max_request: int = 1024 * 1024
    max_file: int = 10_000_000  # of one file; forms that take files may be so much larger
    max_pixels: int = 50_000_000  # of one picture: unpacked that is some 200 MB for a moment
    files_url: str = ""  # s3://bucket/prefix?endpoint=…; empty: the folder files in data_dir
    newcomer_days: int = 7  # a wave of advertising comes from new accounts; 0: no limits ...
    newcomer_posts: int = 5  # ... or until so many posts have stood a day: somebody read them
    newcomer_threads: int = 2  # an hour: who has something to ask asks one or two things
    newcomer_pace: int = 6  # posts an hour: a lively talk, not a flood
    newcomer_links: int = 3  # to other sites in one post: sources, not a list of shops
    review_answers: bool = False  # whether a second one of the staff must approve each answer
    terms_version: str = "2026-11"
    locales: tuple[str, ...] = field(default=("en", "es"))

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel only over TLS when the public address does."""
        return self.base_url.startswith("https://")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `FORUM_*` (and `PORT`) into `Settings`.

    Raises BadSetting for a number that is none, for a missing secret outside demo and
    tests, and for `FORUM_CLOCK_FILE` there.
    """
    env = os.environ if environ is None else environ
    text, number = partial(_text, env), partial(_number, env)
    demo, testing = _yes(text("DEMO", "")), _yes(text("TESTING", ""))
    data_dir = Path(text("DATA_DIR", "var")).resolve()
    secret = text("SECRET_KEY", "")
    if not secret and not (demo or testing):
        raise BadSetting("FORUM_SECRET_KEY is required outside a demonstration.")
    clock_file = text("CLOCK_FILE", "")
    if clock_file and not (demo or testing):
        raise BadSetting("FORUM_CLOCK_FILE is refused outside a demonstration and tests.")
    port = number("PORT", Settings.port, prefix="")  # as hosts set it
    return Settings(
        app_name=text("APP_NAME", Settings.app_name),
        body_name=text("BODY_NAME", Settings.body_name),
        host_name=text("HOST_NAME", Settings.host_name),
        grievance_url=text("GRIEVANCE_URL", ""),
        base_url=text("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        data_dir=data_dir,
        database_url=_driver(text("DATABASE_URL", f"sqlite:///{data_dir / 'forum.db'}")),
        read_database_url=_driver(text("READ_DATABASE_URL", "")),
        secret_key=secret or (DEMO_SECRET if demo else secrets.token_hex(32)),
        mail_url=text("MAIL_URL", f"file:{data_dir / 'mail'}"),
        mail_from=text("MAIL_FROM", Settings.mail_from),
        mail_domain=text("MAIL_DOMAIN", "").lower(),
        mail_prefix=_prefix(text("MAIL_PREFIX", Settings.mail_prefix)),
        mail_fetch=_mailbox(text("MAIL_FETCH", "")),
        max_mail=number("MAX_MAIL", Settings.max_mail),
        mail_per_minute=number("MAIL_PER_MINUTE", Settings.mail_per_minute),
        demo=demo,
        testing=testing,
        clock_file=clock_file,
        workers=number("WORKERS", Settings.workers),
        port=port,
        proxies=number("PROXIES", 0),
        default_locale=text("DEFAULT_LOCALE", Settings.default_locale),
        default_timezone=text("DEFAULT_TIMEZONE", Settings.default_timezone),
        page_posts=number("PAGE_POSTS", Settings.page_posts),
        page_characters=number("PAGE_CHARACTERS", Settings.page_characters),
        page_threads=number("PAGE_THREADS", Settings.page_threads),
        pack_posts=number("PACK_POSTS", Settings.pack_posts),
        max_request=number("MAX_REQUEST", Settings.max_request),
        max_file=number("MAX_FILE", Settings.max_file),
        max_pixels=number("MAX_PIXELS", Settings.max_pixels),
        files_url=text("FILES_URL", ""),
        newcomer_days=number("NEWCOMER_DAYS", 0 if demo or testing else Settings.newcomer_days),
        newcomer_posts=number("NEWCOMER_POSTS", Settings.newcomer_posts),
        newcomer_threads=number("NEWCOMER_THREADS", Settings.newcomer_threads),
        newcomer_pace=number("NEWCOMER_PACE", Settings.newcomer_pace),
        newcomer_links=number("NEWCOMER_LINKS", Settings.newcomer_links),
        review_answers=_yes(text("REVIEW_ANSWERS", "")),
        terms_version=text("TERMS_VERSION", Settings.terms_version),
    )


def _text(env: Mapping[str, str], name: str, default: str) -> str:
    return env.get(f"FORUM_{name}", default).strip()


def _number(env: Mapping[str, str], name: str, default: int, *, prefix: str = "FORUM_") -> int:
    value = env.get(prefix + name, "")
    try:
        return int(value) if value else default
    except ValueError:
        raise BadSetting(f"{prefix}{name} must be a whole number, not {value!r}.") from None


def _prefix(value: str) -> str:
    """The first part of addresses that mail comes in by: some words more must fit behind it."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,19}", value.lower()):
        raise BadSetting(
            f"FORUM_MAIL_PREFIX must be at most 20 letters, digits, dots or dashes, not {value!r}."
        )
    return value.lower()


def _mailbox(url: str) -> str:
    """A mailbox to fetch mail from; one that cannot be meant is refused at the start."""
    if url and not url.startswith(("imaps://", "imap://")):
        raise BadSetting("FORUM_MAIL_FETCH must begin with imaps:// (or imap://).")
    return url


def _driver(url: str) -> str:
    """A plain postgresql:// address means psycopg 3 here."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url
