"""What a file is called: a short plain name, with the ending of what it really is."""

import re

from forum.files.kinds import SUFFIXES
from forum.lib import text

LONGEST_NAME = 120  # characters, its ending included
LONGEST_SHOWN = 60  # of a name as it was chosen, in a sentence

_NO_NAME = re.compile(r'[<>:"|?*\x00-\x1f\u200e\u200f\u061c]+')
_NO_NAME_MARKS = re.compile(r"[\u200e\u200f\u061c\ufffd]+")


def chosen_name(raw: str) -> str:
    """The name as the person chose it, to be said in a sentence: no folders, its middle cut.

    It is still their text: a page escapes it.
    """
    plain = text.one_line(_NO_NAME_MARKS.sub("", re.split(r"[/\\]", raw)[-1]))
    if len(plain) <= LONGEST_SHOWN:
        return plain
    ending = plain[-LONGEST_SHOWN // 3 :]
    return plain[: LONGEST_SHOWN - len(ending) - 1] + "…" + ending


def safe_name(raw: str, media_type: str, otherwise: str) -> str:
    """The last part of `raw`, safe as a name; `otherwise` where nothing is left.

    Without what means something to a file system or turns writing round, and with the ending
    that fits `media_type`.
    """
    last = re.split(r"[/\\]", raw)[-1]
    plain = text.one_line(_NO_NAME.sub(" ", last)).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 5:
        stem = plain
    suffix = "." + SUFFIXES[media_type]
    stem = stem.strip(". ")[: LONGEST_NAME - len(suffix)].rstrip(". ")
    return (stem or otherwise) + suffix
