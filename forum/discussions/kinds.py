"""The kinds of threads and posts, a thread's states, and the languages offered for writing."""

from enum import StrEnum


class ThreadKind(StrEnum):
    """What a thread is about."""

    CHALLENGE = "challenge"
    SOLUTION = "solution"
    OPPORTUNITY = "opportunity"
    EXPERIENCE = "experience"
    QUESTION = "question"
    DISCUSSION = "discussion"


class PostKind(StrEnum):
    """What a post is. A thread's first post has the thread's kind."""

    CHALLENGE = "challenge"
    SOLUTION = "solution"
    OPPORTUNITY = "opportunity"
    EXPERIENCE = "experience"
    QUESTION = "question"
    DISCUSSION = "discussion"
    REPLY = "reply"
    SUMMARY = "summary"


REPLY_KINDS = frozenset({PostKind.REPLY, PostKind.SOLUTION})  # a summary has its own form


class Argument(StrEnum):
    """How a post stands to what its thread is about, where a thread asks for it (see slots)."""

    FOR = "for"
    AGAINST = "against"
    QUESTION = "question"


class ThreadStatus(StrEnum):
    """Whether a thread is talked in, found its solution, or was locked by who facilitates."""

    OPEN = "open"
    SOLVED = "solved"
    LOCKED = "locked"


def status_of(*, locked: bool, solved: bool) -> ThreadStatus:
    """The state that these two facts make; a locked thread shows that first."""
    if locked:
        return ThreadStatus.LOCKED
    return ThreadStatus.SOLVED if solved else ThreadStatus.OPEN


class Arranged(StrEnum):
    """What who facilitates did to a thread, as its lines tell."""

    MOVED = "moved"  # to another stage
    CARRIED = "carried"  # on, when its stage had closed
    MERGED = "merged"  # another thread into this one
    SPLIT_OFF = "split_off"  # a branch of it, into a thread of its own
    SPLIT_FROM = "split_from"  # this thread was a branch of that one


class Verdict(StrEnum):
    """What came of a solution where another project tried it."""

    WORKED = "worked"
    PARTLY = "partly"
    DID_NOT = "did_not"
    PLANNED = "planned"  # they will try it


CONFIRMING = (Verdict.WORKED, Verdict.PARTLY)


class Consent(StrEnum):
    """How somebody agreed to be written for."""

    PHONE = "phone"
    ASSEMBLY = "assembly"
    IN_PERSON = "in_person"
    IN_WRITING = "in_writing"
    MESSAGE = "message"
