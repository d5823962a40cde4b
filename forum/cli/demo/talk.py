"""The conversations: who starts which, who answers whom, what solves what."""

from datetime import timedelta
from functools import partial
from typing import Any

from forum.cli.demo.drawing import drawn
from forum.cli.demo.ground import words
from forum.cli.demo.story import FACILITATOR, Story, read, thread_files
from forum.discussions import actions, queries
from forum.discussions.kinds import Argument, Consent, PostKind, ThreadKind
from forum.discussions.models import Thread
from forum.exchanges.queries.sessions import outcome_or_404, session_or_404

A_WHILE = timedelta(hours=2)  # until a solution is marked, until a guest is let in
FACED_EVERY = timedelta(hours=16)  # projects say one after the other that they face it too


def plan(story: Story) -> None:
    """Plan every conversation of the files."""
    threads = [thread for name in thread_files() for thread in read(name)["thread"]]
    by_id = {thread["id"]: thread for thread in threads}
    for thread in threads:
        _plan_thread(story, thread)
        for challenge in thread.get("solves", ())[1:]:
            story.at(story.ago(thread["days_ago"]), partial(_link, story, thread, challenge))
        for challenge in thread.get("solved_for", ()):
            asker = by_id[challenge]["author"]
            mark = partial(_mark, story, asker, (thread["id"], ""), challenge)
            story.at(story.ago(thread["days_ago"]) + A_WHILE, mark)


def _plan_thread(story: Story, thread: dict[str, Any]) -> None:
    begins = story.ago(thread["days_ago"])
    opening, *answers = thread["post"]
    story.at(begins, partial(_start, story, thread, opening))
    for guest in thread.get("guests", ()):
        story.at(begins + A_WHILE, partial(_invite, story, thread["id"], guest))
    for turn, project in enumerate(thread["faced_by"], start=1):
        story.at(begins + turn * FACED_EVERY, partial(_face, story, thread["id"], project))
    for answer in answers:
        moment = story.ago(answer["days_ago"])
        story.at(moment, partial(_answer, story, thread["id"], answer))
        if answer.get("solved"):
            found = (thread["id"], _name(answer))
            story.at(moment + A_WHILE, partial(_mark, story, thread["author"], found, thread["id"]))


def _start(story: Story, thread: dict[str, Any], opening: dict[str, Any]) -> None:
    solves = thread.get("solves")
    place: dict[str, Any] = {
        "stage": story.stages.get(thread["stage"]),
        "space_id": story.spaces[thread["visibility"]],
        "title": thread["title"],
        "language": thread["language"],
        "topics": thread["topics"],
        "solves": story.thread(solves[0]) if solves else None,
    }
    started = _told(story, thread, opening, place)
    story.threads[thread["id"]] = started.id
    first = actions.first_post(started)
    story.posts[thread["id"], ""] = story.posts[thread["id"], _name(opening)] = first.id
    if "file" in opening:
        actions.attach(story.viewer(thread["author"]), first, [drawn(opening["file"])])


def _told(
    story: Story, thread: dict[str, Any], opening: dict[str, Any], place: dict[str, Any]
) -> Thread:
    """Start the thread: with a case, from what a session came to, or with plain words."""
    viewer = story.viewer(thread["author"])
    if "case" in opening:
        parts = {name: text.strip() for name, text in opening["case"].items()}
        return actions.start_case(viewer, actions.CaseParts(**parts), **place)
    body = words(opening["body"])
    place |= {"kind": ThreadKind(thread["kind"]), "body": body.text, "html": body.html}
    if "outcome" in thread:
        session = session_or_404(story.sessions[thread["outcome"]["session"]])
        outcome = outcome_or_404(session.id, thread["outcome"]["number"])
        return actions.talk_about(viewer, outcome, **place)
    return actions.start_thread(viewer, **place)


def _answer(story: Story, thread: str, answer: dict[str, Any]) -> None:
    viewer, row = story.viewer(answer["author"]), story.thread(thread)
    if answer.get("kind") == PostKind.SUMMARY:
        parts = actions.Parts(
            answer["asked"].strip(), answer["answered"].strip(), answer["still_open"].strip()
        )
        written = actions.summarise(viewer, row, parts, language=answer["language"], version=0)
        story.posts[thread, _name(answer)] = written.id
        return
    body, answered = words(answer["body"]), answer.get("reply_to")
    parent = queries.post_now(viewer, story.posts[thread, answered]) if answered else None
    said: dict[str, Any] = {
        "body": body.text,
        "html": body.html,
        "language": answer["language"],
        "kind": PostKind(answer.get("kind", PostKind.REPLY)),
        "parent": parent,
    }
    row = parent.thread if parent else row  # where the post answered is now
    if speaker := _speaker(story, answer):
        written = actions.reply_for(viewer, row, speaker, **said)
    else:
        argument = Argument(answer["argument"]) if "argument" in answer else None
        written = actions.reply(viewer, row, argument=argument, **said)
    story.posts[thread, _name(answer)] = written.id


def _face(story: Story, thread: str, project: str) -> None:
    viewer = story.viewer(story.delegates[project])
    actions.face(viewer, story.thread(thread), story.projects[project].id)


def _invite(story: Story, thread: str, guest: str) -> None:
    actions.invite_guest(story.viewer(FACILITATOR), story.thread(thread), story.people[guest])


def _link(story: Story, thread: dict[str, Any], challenge: str) -> None:
    viewer = story.viewer(thread["author"])
    post = queries.post_now(viewer, story.posts[thread["id"], ""])
    actions.link_solution(viewer, post, story.thread(challenge))


def _mark(story: Story, asker: str, solution: tuple[str, str], challenge: str) -> None:
    viewer = story.viewer(asker)
    post = queries.post_now(viewer, story.posts[solution])
    actions.mark_solution(viewer, post, story.thread(challenge))


def _name(post: dict[str, Any]) -> str:
    """The post's id within its thread; one without is named by its moment."""
    return str(post.get("id", post["days_ago"]))


def _speaker(story: Story, post: dict[str, Any]) -> actions.Speaker | None:
    """For whom the post was written down, if not by its author for themselves."""
    whose = post.get("on_behalf_of")
    if not whose:
        return None
    project, consent = story.projects[whose["project"]], Consent(whose["consent"])
    return actions.Speaker(f"{whose['name']}, {whose['role']}", project.id, consent)
