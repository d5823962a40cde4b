"""Counting a vote again from a file, without the database: pure.

The rules, every seat and every ballot are links of a chain: each hash is made of the one before
it and of the link, in which a random nonce keeps anybody from guessing it. The last hash, the
head, is told to every delegate when the vote is sealed: a later rewriting shows.
The format is told in docs/decisions/0026-recount.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from forum.coalition.tally import Choice, Rules, SeatBallot, Tally, tally

FIRST, FORMAT = "recount/1", "recount/2"  # a file keeps the format it was sealed in

Link = dict[str, Any]

_SECTIONS = {"format", "rules", "seats", "ballots", "result", "head"}
_IN_RULES = {"nonce", "call", "opens_at", "closes_at", "rules", "text", "hash"}
_IN_SEAT = {"nonce", "project", "country", "hash"}
_IN_FIRST_BALLOT = {
    "nonce", "seat", "seq", "choice", "reason", "language", "cast_at", "cast_by", "assisted",
    "mandate", "hash",
}  # fmt: skip
_IN_BALLOT = {FIRST: _IN_FIRST_BALLOT, FORMAT: _IN_FIRST_BALLOT | {"mandate_file"}}


class Differs(Exception):
    """The file does not hold what was sealed; says where."""


def document(
    rules: Link,
    seats: Iterable[Link],
    ballots: Iterable[Link],
    result: Mapping[str, Any],
    form: str = FORMAT,
) -> dict[str, Any]:
    """The whole file as a value: the links in their order, chained, with the head.

    What a ballot says and its `form` does not hold is left out.
    """
    known = _IN_BALLOT[form]
    rules, seats = dict(rules), [dict(seat) for seat in seats]
    ballots = [{name: said for name, said in one.items() if name in known} for one in ballots]
    before = form
    for link in (rules, *seats, *ballots):
        before = link["hash"] = _hash(before, link)
    return {
        "format": form,
        "rules": rules,
        "seats": seats,
        "ballots": ballots,
        "result": dict(result),
        "head": before,
    }


def written(made: Mapping[str, Any]) -> str:
    """That file, always written in the same way, to the byte."""
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def result_of(count: Tally) -> dict[str, Any]:
    """The part of a file that says what it came to."""
    return asdict(count)


def verify(text: str, head: str | None = None) -> dict[str, Any]:
    """Recompute everything from a file's text; returns it as a value. Raises Differs.

    `head` is the one that was mailed: with it, a file rewritten as a whole shows too.
    """
    made: dict[str, Any] = _read(text)
    _check_shape(made)
    _check_chain(made)
    _check_seats(made)
    _check_result(made)
    if head is not None and head.strip().lower() != made["head"]:
        raise Differs(
            f"The head is {made['head']}, and not the one you were given: "
            "this is not the file that was sealed."
        )
    if text != written(made):
        raise Differs("The file is not written as it was downloaded: something in it was changed.")
    return made


def _hash(before: str, link: Mapping[str, Any]) -> str:
    said = {name: value for name, value in link.items() if name != "hash"}
    canonical = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(f"{before}\n{canonical}".encode()).hexdigest()


def _read(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_float=_no_number)
    except (ValueError, RecursionError) as error:
        raise Differs(f"The file cannot be read: {error}") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("something in it is said twice")
    return found


def _no_number(said: str) -> Any:
    raise ValueError(f"{said} is not a whole number")


def _check_shape(made: Any) -> None:
    form = made.get("format") if isinstance(made, dict) else None
    if not isinstance(form, str) or form not in _IN_BALLOT:
        raise Differs(f"This is no file of the format {' or '.join(_IN_BALLOT)}.")
    _same_names(made, _SECTIONS, "The file")
    _same_names(made["rules"], _IN_RULES, "The rules")
    for section, names in (("seats", _IN_SEAT), ("ballots", _IN_BALLOT[form])):
        if not isinstance(made[section], list):
            raise Differs(f"“{section}” is not a list.")
        for place, link in enumerate(made[section], 1):
            _same_names(link, names, f"Number {place} of the {section}")


def _same_names(found: Any, names: set[str], what: str) -> None:
    if not isinstance(found, dict) or set(found) != names:
        raise Differs(f"{what} must hold exactly this: {', '.join(sorted(names))}.")


def _check_chain(made: Mapping[str, Any]) -> None:
    before = made["format"]
    named = [("The rules", made["rules"])]
    named += [(f"Seat {n} ({s['project']})", s) for n, s in enumerate(made["seats"], 1)]
    named += [(f"Ballot {n} ({b['seat']})", b) for n, b in enumerate(made["ballots"], 1)]
    for what, link in named:
        try:
            expected = _hash(before, link)
        except ValueError:  # a lone surrogate has no bytes
            raise Differs(f"{what} cannot be read.") from None
        if link["hash"] != expected:
            raise Differs(f"{what} was changed, or what stands before it was.")
        before = expected
    if made["head"] != before:
        raise Differs("The head is not the one that these rules, seats and ballots give.")


def _check_seats(made: Mapping[str, Any]) -> None:
    seats = [seat["project"] for seat in made["seats"]]
    if len(set(seats)) != len(seats):
        raise Differs("A project has two seats.")
    seen: dict[str, int] = {}
    for ballot in made["ballots"]:
        seat, seq = ballot["seat"], ballot["seq"]
        if seat not in seats:
            raise Differs(f"There is a ballot of {seat}, which has no seat.")
        if seq != seen.get(seat, 0) + 1:
            raise Differs(f"The ballots of {seat} do not follow each other.")
        seen[seat] = seq


def _check_result(made: Mapping[str, Any]) -> None:
    said = {ballot["seat"]: ballot["choice"] for ballot in made["ballots"]}  # the last one counts
    try:
        seats = [
            SeatBallot(s["country"], Choice(said[s["project"]]) if s["project"] in said else None)
            for s in made["seats"]
        ]
        count = tally(Rules.of(made["rules"]["rules"]), seats, made["rules"]["call"])
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise Differs(f"It cannot be counted: {error}") from None
    expected = result_of(count)
    for name in sorted({*expected, *made["result"]} if isinstance(made["result"], dict) else []):
        if made["result"].get(name) != expected.get(name):
            raise Differs(
                f"“{name}” of the result is {made['result'].get(name)}; "
                f"counted again it is {expected.get(name)}."
            )
    if made["result"] != expected:
        raise Differs("The result is not the one that these ballots give.")
