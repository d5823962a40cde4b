"""What looking may cost: a few statements, and none that writes."""

import re

QUERIES_BUDGET = 8  # statements a page

_WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", re.IGNORECASE)


def writings(statements: list[str]) -> list[str]:
    """Those of the statements that change something."""
    return [one for one in statements if _WRITING.match(one)]


def too_dear(statements: list[str]) -> list[str]:
    """What is wrong with a look that said these statements; nothing, when it was cheap."""
    problems = [f"looking wrote: {one}" for one in writings(statements)]
    if len(statements) > QUERIES_BUDGET:
        problems.append("\n".join([f"{len(statements)} statements", *statements]))
    return problems
