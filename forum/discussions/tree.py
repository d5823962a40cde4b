"""Where a post stands in its thread's tree, as a text that sorts.

A path is the path of the post answered plus one piece: the post's number in base 36, of fixed
width. Sorting by path walks the tree depth first, siblings in the order they were written, so
a page of a thread of any length is one range of an index.
"""

from collections.abc import Iterable

PIECE = 4  # digits in base 36: up to 1,679,615 posts in a thread
DEEPEST = 8  # a reply to a post this deep becomes its sibling
LONGEST_PATH = PIECE * (DEEPEST + 1)
MOST_POSTS = 36**PIECE - 1

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def piece(number: int) -> str:
    """The fixed-width text of a post's number (1 to MOST_POSTS). Raises ValueError outside."""
    if not 0 < number <= MOST_POSTS:
        raise ValueError(f"a thread has no room for post {number}")
    digits = ""
    for _place in range(PIECE):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def path_of(number: int, parent: str = "") -> str:
    """The path of post `number` as an answer to the post at `parent` (empty: to the thread)."""
    return stem(parent) + piece(number)


def stem(parent: str) -> str:
    """The path an answer to `parent` really hangs from: its own, or above it at the deepest."""
    return parent[:-PIECE] if depth_of(parent) >= DEEPEST else parent


def depth_of(path: str) -> int:
    """How deep a path is: 0 for a post at the top of its thread, -1 for the thread itself."""
    return len(path) // PIECE - 1


def numbers_of(path: str) -> list[int]:
    """The numbers of the posts from the top down to this one."""
    return [int(path[at : at + PIECE], 36) for at in range(0, len(path), PIECE)]


def top_of(path: str) -> int:
    """The number of the post at the top that this one hangs from."""
    return int(path[:PIECE], 36)


def how_many_fit(lengths: Iterable[int], *, posts: int, characters: int) -> int:
    """How many of the texts, by their lengths in order, make one page.

    At most `posts` of them, together at most `characters`, but always one.
    """
    fitting = total = 0
    for length in lengths:
        total += length
        if fitting and (fitting == posts or total > characters):
            break
        fitting += 1
    return fitting
