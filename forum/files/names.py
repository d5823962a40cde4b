"""What a file is called: a short plain name, with the ending of what it really is."""

import re

from forum.files.kinds import SUFFIXES
from forum.lib import text

LONGEST_NAME = 120  # characters, its ending included

_NO_NAME = re.compile(r'[<>:"|?*\x00-\x1f\u200e\u200f\u061c]+')


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
