"""Addresses that lead back here: of a person's answer, of a letter that bounced, of the canary.

One address is what is answered, by whom and until when, sealed as one short word of small letters
and digits (mail systems fold case). Its first half is a mark that only this forum can make of the
rest, its second half the rest, covered by what the mark alone decides (the construction called
SIV): who reads the address learns neither a number nor a name from it, and who changes a letter
of it has an address of nothing. See docs/decisions/0032-letters-that-come-in.md.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from forum.lib import clock
from forum.web.settings import settings


class What(IntEnum):
    """What an address leads to: its number stands in the address and never changes."""

    POST = 1
    THREAD = 2
    STAGE = 3
    LETTER = 4  # its way back, when it cannot be delivered
    CANARY = 5
    NOTICE = 6  # a letter that is about nothing one could answer to
    PROPOSAL = 7  # the conversation about it


LASTS = {  # days an address is good for
    What.POST: 90,  # an answer from the field takes weeks, not a season
    What.THREAD: 90,
    What.STAGE: 366,  # it is kept in address books
    What.LETTER: 30,  # mail systems give up after five days; some tell late
    What.CANARY: 7,
    What.NOTICE: 90,
    What.PROPOSAL: 90,
}

_MARK = 10  # bytes: 80 bits are guessed by nobody who has to send a mail for each try
_NUMBER = 5  # bytes of an inner id
_DAY = 2  # bytes of a day, counted from:
_FIRST_DAY = date(2020, 1, 1)
_NOBODY = 0


@dataclass(frozen=True)
class Item:
    """What is answered, by its inner id."""

    what: What
    id: int


@dataclass(frozen=True)
class Address:
    """What one of our addresses says."""

    person_id: int | None
    item: Item
    last_day: date

    @property
    def is_over(self) -> bool:
        """Whether it is good no more."""
        return clock.now().date() > self.last_day


def mail_comes_in() -> bool:
    """Whether somebody can write to the forum by mail."""
    return bool(settings().mail_domain)


def reply_address(person_id: int, item: Item) -> str | None:
    """Where that person writes to, to answer that; None where no mail comes in."""
    return _address(person_id, item)


def return_path(letter_id: int) -> str:
    """Where a letter that cannot be delivered goes back to; the sender where no mail comes in."""
    return _address(None, Item(What.LETTER, letter_id)) or settings().mail_from


def canary_address(number: int) -> str | None:
    """Where the canary of that number flies to; None where no mail comes in."""
    return _address(None, Item(What.CANARY, number))


def read_address(address: str) -> Address | None:
    """What an address says, also when it is over; None for one that this forum never made."""
    local, _at, domain = address.strip().strip("<>").rpartition("@")
    prefix, _plus, word = local.lower().rpartition("+")
    mine = settings()
    if not mine.mail_domain or domain.lower() != mine.mail_domain or prefix != mine.mail_prefix:
        return None
    return _unsealed(word)


def is_ours(address: str) -> bool:
    """Whether it is an address of this forum, if only the sender of its letters."""
    mine = settings()
    address = address.strip().strip("<>").lower()
    plain = {mine.mail_from.lower(), f"{mine.mail_prefix}@{mine.mail_domain}"}
    return address in plain or read_address(address) is not None


def without_ours(text: str) -> str:
    """The text without addresses that lead back here: each is one person's, for nobody else."""
    mine = settings()
    if not mine.mail_domain:
        return text
    ours = rf"{re.escape(mine.mail_prefix)}\+[a-z2-7]+@{re.escape(mine.mail_domain)}"
    return re.sub(ours, "…", text, flags=re.IGNORECASE)


def _address(person_id: int | None, item: Item) -> str | None:
    mine = settings()
    if not mine.mail_domain:
        return None
    last = clock.now().date() + timedelta(days=LASTS[item.what])
    return f"{mine.mail_prefix}+{_sealed(person_id, item, last)}@{mine.mail_domain}"


def _sealed(person_id: int | None, item: Item, last: date) -> str:
    said = b"".join(
        (
            bytes([item.what]),
            (person_id or _NOBODY).to_bytes(_NUMBER),
            item.id.to_bytes(_NUMBER),
            (last - _FIRST_DAY).days.to_bytes(_DAY),
        )
    )
    mark = _made_of("mark", said)[:_MARK]
    return base64.b32encode(mark + _covered(said, mark)).decode().rstrip("=").lower()


def _unsealed(word: str) -> Address | None:
    try:
        sealed = base64.b32decode(word.upper() + "=" * (-len(word) % 8))
    except (binascii.Error, ValueError):
        return None
    mark, said = sealed[:_MARK], _covered(sealed[_MARK:], sealed[:_MARK])
    if len(said) != 1 + 2 * _NUMBER + _DAY:
        return None
    if not hmac.compare_digest(mark, _made_of("mark", said)[:_MARK]) or _respelt(word, sealed):
        return None
    person_id = int.from_bytes(said[1 : 1 + _NUMBER])
    number = int.from_bytes(said[1 + _NUMBER : 1 + 2 * _NUMBER])
    days = int.from_bytes(said[-_DAY:])
    return Address(
        person_id=person_id if person_id != _NOBODY else None,
        item=Item(What(said[0]), number),
        last_day=_FIRST_DAY + timedelta(days=days),
    )


def _respelt(word: str, sealed: bytes) -> bool:
    """Whether the word says the same bytes in another way than we write them."""
    return base64.b32encode(sealed).decode().rstrip("=").lower() != word


def _covered(said: bytes, mark: bytes) -> bytes:
    """Covered, or uncovered: the same step twice gives back what was there."""
    cover = _made_of("cover", mark)
    return bytes(one ^ other for one, other in zip(said, cover, strict=False))


def _made_of(use: str, said: bytes) -> bytes:
    """32 bytes that nobody else can make; another `use` of the same key gives others."""
    key = hashlib.sha256(f"mail {use}\0{settings().secret_key}".encode()).digest()
    return hmac.new(key, said, "sha256").digest()
