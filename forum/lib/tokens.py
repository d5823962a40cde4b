"""Random names and secrets."""

import hashlib
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters or digits that are read as others
PUBLIC_ID_LENGTH = 12  # 31^12, about 59 bits: not to be guessed, short enough to read out


def public_id() -> str:
    """A random short id for URLs; it tells nothing about order or number."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def secret_token() -> str:
    """A token to be mailed or written on paper: 120 bits in letters that copy well."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(24))


def form_key() -> str:
    """The random key of one filled form."""
    return secrets.token_urlsafe(18)


def mark(*said: str) -> str:
    """A short mark of what is said: a form carries it, and it shows whether that has changed."""
    return digest("\0".join(said))[:16]


def digest(text: str) -> str:
    """SHA-256 in hex: how secrets are stored and contents compared."""
    return hashlib.sha256(text.encode()).hexdigest()
