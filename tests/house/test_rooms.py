"""How the rooms are built: what may be imported, committed and asked where."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

FORUM = Path("forum")
SOURCES = sorted(FORUM.rglob("*.py"))
COMMITTERS = {  # everything else leaves it to the unit of work, or says here why not
    "forum/web/unit_of_work.py",
    "forum/mail/sending.py",  # a letter is claimed, sent and marked in steps of their own
    "forum/notifications/actions/composing.py",  # each letter is written by itself
    "forum/mail/receiving.py",  # each mail that comes in is a unit of work
    "forum/mail/work.py",  # each chore is a unit of work
    "forum/accounts/attempts.py",  # a failed sign-in must survive its own refusal
}
SIDES_COMPARED = {  # everything else asks a policy, or says here why not
    "forum/accounts/actions/standing.py",  # whether the new side is another one than the old
    "forum/accounts/wording.py",  # a side in words
    "forum/coalition/actions/members.py",  # who is let in to facilitate, also by a command
    "forum/coalition/queries/ledger.py",  # what the ledger says of who once began
    "forum/notifications/choosing.py",  # staff, as people in a statement: they are told
}
REQUEST_FREE = {"actions", "policy", "queries", "models", "lifecycle", "tally", "tree", "kinds"}
OF_THE_REQUEST = {"request", "session", "current_user", "flash", "render_template", "redirect"}


def trees(sources: list[Path] = SOURCES) -> Iterator[tuple[Path, ast.Module]]:
    for source in sources:
        yield source, parsed(source)


@cache
def parsed(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), str(source))


def room_file(source: Path) -> str:
    """The furniture a source belongs to: `actions` for `actions.py` and `actions/votes.py`."""
    return source.relative_to(FORUM).parts[1].removesuffix(".py")


def test_no_project_import_is_hidden_inside_a_function():
    hidden = [
        f"{source}:{inner.lineno}"
        for source, tree in trees()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if (isinstance(inner, ast.ImportFrom) and (inner.module or "").startswith("forum"))
        or (isinstance(inner, ast.Import) and any(n.name.startswith("forum") for n in inner.names))
    ]
    assert not hidden


def test_only_the_unit_of_work_commits():
    committing = {
        str(source)
        for source, tree in trees()
        if source.parts[1] != "cli" and source.name != "cli.py"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "commit"
    }
    assert committing <= COMMITTERS


def test_rules_queries_and_actions_know_no_request():
    knowing = [
        f"{source}: {alias.name}"
        for source, tree in trees()
        if len(source.parts) > 2
        and source.parts[1] not in {"web", "cli"}
        and room_file(source) in REQUEST_FREE
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
        if alias.name in OF_THE_REQUEST
    ]
    assert not knowing


def test_policies_write_nothing():
    writing = [
        f"{source}:{call.lineno}"
        for source, tree in trees()
        if len(source.parts) > 2 and room_file(source) == "policy"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"add", "add_all", "delete", "flush", "commit"}
        and ast.unparse(call.func).startswith("db.session.")
    ]
    assert not writing


def names_a_side(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "side" or ast.unparse(node.value) == "Side"
    return isinstance(node, ast.Name) and node.id == "side"


def test_sides_are_compared_by_policies_alone():
    comparing = {
        str(source)
        for source, tree in trees()
        if len(source.parts) > 2
        and source.parts[1] not in {"spaces", "cli"}  # sees who; makes whole people
        and room_file(source) not in {"policy", "models", "cli", "demo"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(map(names_a_side, [node.left, *node.comparators]))
    }
    assert comparing == SIDES_COMPARED


def test_what_time_it_is_is_asked_of_the_clock_alone():
    asking = [
        f"{source}:{call.lineno}"
        for source, tree in trees()
        if source != FORUM / "lib" / "clock.py"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func)
        in {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today"}
    ]
    assert not asking


def test_relationships_never_load_by_surprise():
    loose = [
        f"{source}:{call.lineno}"
        for source, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "relationship"
        and not any(
            k.arg == "lazy"
            and isinstance(k.value, ast.Constant)
            and k.value.value in {"raise_on_sql", "raise", "write_only"}
            for k in call.keywords
        )
    ]
    assert not loose


@pytest.mark.parametrize(
    "room", sorted(p.name for p in FORUM.iterdir() if (p / "__init__.py").exists())
)
def test_every_room_says_what_it_is_for_and_what_not(room):
    doc = ast.get_docstring(ast.parse((FORUM / room / "__init__.py").read_text("utf-8"))) or ""
    assert "For:" in doc or room == "lib"
    assert "Not for:" in doc or room == "lib"
