"""`make bench`: the pages people open most, against a bare Flask page, in one run.

`python -m bench --grow` measures instead how searching grows, from 10,000 posts to 1,000,000, on
SQLite; `python -m bench --grow postgresql 100000` on PostgreSQL, at the sizes named.
"""

import sys
import tempfile
import time
from pathlib import Path

from bench import filling, measure, searching, world

THREADS = 200
POSTS = 4_000
POSTS_SEARCHED = 100_000
CALLS = 10  # of each search a round
GROWTH = (10_000, 100_000, 1_000_000)  # posts; the largest takes minutes and 4 GB to load


def main() -> int:
    """Build a forum, measure its pages, print the table. Returns 1 when a page was not served."""
    with tempfile.TemporaryDirectory(prefix="forum-bench-") as folder:
        made = world.build(Path(folder), threads=THREADS, posts=POSTS)
        pages = [
            ("home", "signed in", "/", made.cookie),
            ("home", "visitor", "/", ""),
            ("exchange", "signed in", made.exchange, made.cookie),
            ("exchange", "visitor", made.exchange, ""),
            ("stage, 50 threads", "signed in", made.stage, made.cookie),
            ("stage, public threads", "visitor", made.stage, ""),
            ("thread, 50 posts", "signed in", made.network_thread, made.cookie),
            ("thread, 50 posts", "visitor", made.public_thread, ""),
            ("proposal, voting", "signed in", made.proposal, made.cookie),
            ("board", "signed in", made.board, made.cookie),
            ("board", "visitor", made.board, ""),
        ]
        with made.app.app_context():
            engine = made.app.extensions["sqlalchemy"].engine
        floor, figures = measure.measure(made.app.wsgi_app, engine, pages)
        print(measure.table(floor, figures), flush=True)
    return max(_told(figures), _told(search_at(POSTS_SEARCHED)))


def grow(kind: str, sizes: tuple[int, ...]) -> int:
    """Measure searching at each size, and say what each question costs of what it did at first."""
    found = [search_at(posts, kind) for posts in sizes]
    print(f"\nx the cost among {sizes[0]:,} posts (as multiples of the bare page):\n")
    print(
        "\n".join(
            (
                "| page | who |" + "".join(f" {n:,} |" for n in sizes),
                "|---" * (len(sizes) + 2) + "|",
            )
        )
    )
    for at_each in zip(*found, strict=True):
        first = at_each[0]
        grown = (f" {one.times_hello / first.times_hello:.2f} |" for one in at_each)
        print(f"| {first.name} | {first.who} |{''.join(grown)}")
    return max(map(_told, found))


def search_at(posts: int, kind: str = "sqlite") -> list[measure.Figures]:
    """Measure searching among so many posts, print the table."""
    began = time.monotonic()
    app, cookie = filling.made(posts, kind)
    took = time.monotonic() - began
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    floor, figures = measure.measure(app.wsgi_app, engine, searching.pages(cookie), CALLS)
    print(f"\nAmong {posts:,} posts on {kind} (made or opened in {took:.0f} s):\n")
    print(measure.table(floor, figures), flush=True)
    return figures


def _told(figures: list[measure.Figures]) -> int:
    return 1 if any(f.status != 200 for f in figures) else 0


if "--grow" in sys.argv[1:]:
    asked = sys.argv[sys.argv.index("--grow") + 1 :]
    sizes = tuple(int(one.replace("_", "")) for one in asked if one[0].isdecimal())
    kind = next((one for one in asked if one in filling.DATABASES), "sqlite")
    sys.exit(grow(kind, sizes or GROWTH))
sys.exit(main())
