"""Passwords: which are taken, how they are kept (argon2id), and how one is checked.

Checking is slow on purpose, so nothing here may run while a write lock is held.
"""

import unicodedata
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from forum.lib.slugs import fold
from forum.web.locale import gettext as _
from forum.web.settings import settings

SHORTEST = 10  # characters (NIST SP 800-63B asks 8; we ask no mixture of signs instead)
LONGEST = 200  # characters: more is no password
_DIFFERENT = 5  # characters that differ: "aaaaaaaaaa" is one

# The long ones among the most used, in the languages of the forum; the short ones are too short.
_COMMON = frozenset(
    """
    1234567890 12345678910 0123456789 0987654321 1234512345 123456789a a123456789 1q2w3e4r5t
    1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456 asdfghjkl123 zxcvbnm123
    password12 password123 password1234 password12345 passw0rd123 mypassword welcome123
    iloveyou123 letmein1234 administrator admin12345 administrador changeme123 sunshine123
    princess123 football123 superman123 contraseña contrasena contraseña1 contraseña123
    contrasena1 contrasena123 contrasenia clave12345 clave123456 miclave123 hola123456
    holahola123 teamo12345 tequiero123 teamomucho bienvenido bienvenida bienvenidos guatemala123
    guatemala1 honduras123 honduras2026 nicaragua1 nicaragua123 ecuador123 bolivia123 mexico123
    mexico1234 intercambio intercambio1 intercambio123 planvivo123 planvivo2026
    proyecto123 comunidad123 cooperativa cafe123456 estrellita barcelona1 realmadrid
    """.split()
)


def weakness(password: str, *others: str | None) -> str | None:
    """Why the password can't be taken, as a sentence; None when it can.

    `others` are the person's name, address and handle, which it must not repeat.
    """
    found = _weakness(password, others)
    return None if found is None else str(found)


def hashed(password: str) -> str:
    """What is stored instead of the password. Takes about a tenth of a second."""
    return _hasher(settings().testing).hash(_normal(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the one `stored` was made from.

    For None (nobody there) the same work is done on a hash that nothing fits, so that the
    time tells nothing.
    """
    hasher = _hasher(settings().testing)
    try:
        return hasher.verify(stored or _nobodys(settings().testing), _normal(password)) and (
            stored is not None
        )
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher(settings().testing).check_needs_rehash(stored)


def _weakness(password: str, others: tuple[str | None, ...]) -> Any:
    plain = fold(password).replace(" ", "")
    if len(password) < SHORTEST:
        return _(
            "At least %(count)d characters, please: a few words one after another are easy to "
            "keep.",
            count=SHORTEST,
        )
    if len(set(plain)) < _DIFFERENT or plain in _folded_common():
        return _("This password is one of the first that others would try. Please choose another.")
    for word in others:
        if word and plain in {fold(word).replace(" ", ""), fold(word.partition("@")[0])}:
            return _("Please choose a password that is not your own name or address.")
    return None


def _normal(password: str) -> str:
    """The same letters however the keyboard composed them; never longer than we read."""
    return unicodedata.normalize("NFKC", password)[: LONGEST * 4]


@cache
def _hasher(testing: bool) -> PasswordHasher:  # the key of a cache
    if testing:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys(testing: bool) -> str:
    return _hasher(testing).hash("nobody has this password")


@cache
def _folded_common() -> frozenset[str]:
    return frozenset(fold(word) for word in _COMMON)
