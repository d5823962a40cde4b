"""What somebody wrote by mail goes the way of the page: the same actions, policies and limits."""

import re
from dataclasses import dataclass
from io import BytesIO

from forum.accounts.queries import identity_of_person
from forum.discussions import queries
from forum.discussions.actions.attaching import attach, first_post
from forum.discussions.actions.writing import reply, start_thread
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import LONGEST_TITLE
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.queries.stages import stage_of
from forum.files.forms import NewFile
from forum.files.kinds import NotTaken
from forum.files.limits import MOST_FILES
from forum.files.taking import take
from forum.lib import markup, text
from forum.lib.languages import WRITTEN
from forum.lib.permission import Forbidden, Refused
from forum.lib.slugs import fold
from forum.mail.addresses import What, without_ours
from forum.mail.reading import Mail
from forum.mail.slots import MailHandler, Posted
from forum.spaces import Viewer, viewer_of
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space
from forum.spaces.wording import who_reads
from forum.web.locale import current_locale, ngettext
from forum.web.locale import gettext as _
from forum.web.settings import settings

# how a subject says the kind of a thread, in four languages, without accents
_KINDS = {
    "challenge reto desafio defi problema": ThreadKind.CHALLENGE,
    "solution solucion solucao": ThreadKind.SOLUTION,
    "opportunity oportunidad oportunidade opportunite": ThreadKind.OPPORTUNITY,
    "experience experiencia practica pratica pratique": ThreadKind.EXPERIENCE,
    "question consulta pregunta pergunta duvida": ThreadKind.QUESTION,
    "discussion conversacion conversa debate tema": ThreadKind.DISCUSSION,
}
_KIND_OF = {word: kind for words, kind in _KINDS.items() for word in words.split()}
_KIND = re.compile(r"^\s*(?:buena |boa |bonne |best )?([^\W\d_]+)\s*[:：]\s*(.+)$", re.IGNORECASE)
_ANSWERS = re.compile(r"^\s*(?:re|rv|fwd?|fw|res|enc|tr|aw)\s*:\s*", re.IGNORECASE)
_UNREADABLE = "\ufffd"


@dataclass(frozen=True)
class Words:
    """What is to be stored, made before any lock is held."""

    body: str
    html: str
    language: str
    files: list[NewFile]
    notes: list[str]


class Written:
    """What mail to any of them has in common."""

    def prepare(self, mail: Mail) -> Words:
        """Look at the words as the form would, and at the files. Raises Refused."""
        body = without_ours(text.clean(mail.text))
        if not body:
            raise Refused(
                _(
                    "There was nothing of your own to be found in the mail: only what it quotes, "
                    "a signature or files. Please write at least a sentence above what you answer."
                )
            )
        if len(body) > markup.LONGEST:
            raise Refused(
                ngettext(
                    "Your text is too long: at most %(num)d character, please.",
                    "Your text is too long: at most %(num)d characters, please.",
                    markup.LONGEST,
                )
            )
        if _UNREADABLE in body:
            raise Refused(
                _("Some characters arrived unreadable. Please write them again and send once more.")
            )
        files, notes = _files(mail)
        said = mail.language.split("-")[0].lower()
        language = said if said in WRITTEN else current_locale()
        return Words(body, markup.render(body), language, files, notes)


class _Answer(Written):
    """An answer to a thread."""

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: Words) -> Posted:  # noqa: ARG002  # as all of them are called
        """Answer it, if the person may. Raises as `reply`, and NotFound."""
        viewer = viewer_who_writes(person_id)
        return answer_in(viewer, queries.thread_now(viewer, item_id), None, prepared)


class _AnswerToPost(Written):
    """An answer to one post of a thread."""

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: Words) -> Posted:  # noqa: ARG002  # as all of them are called
        """Answer it, if the person may. Raises as `reply`, and NotFound."""
        viewer = viewer_who_writes(person_id)
        parent = queries.post_now(viewer, item_id)
        return answer_in(viewer, parent.thread, parent, prepared)


class _NewThread(Written):
    """A thread in a stage, for the network; its subject is the title and may say the kind."""

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: Words) -> Posted:
        """Start it, if the person may. Raises as `start_thread`, and NotFound."""
        viewer, stage = viewer_who_writes(person_id), stage_of(item_id)
        kind, title = kind_and_title(mail.subject)
        made = start_thread(
            viewer,
            stage=stage,
            space_id=single_space(SpaceKind.NETWORK).id,
            title=title,
            kind=kind,
            body=prepared.body,
            html=prepared.html,
            language=prepared.language,
        )
        attach(viewer, first_post(made), prepared.files)
        now = queries.thread_now(viewer, made.id)
        return _posted(f"/threads/{made.public_id}", prepared, now)


def kind_and_title(subject: str) -> tuple[ThreadKind, str]:
    """What a subject says: "Reto: agua en marzo" is a challenge. Raises Refused without a title."""
    while _ANSWERS.match(subject):
        subject = _ANSWERS.sub("", subject)
    kind = ThreadKind.DISCUSSION
    found = _KIND.match(subject)
    if found and (said := _KIND_OF.get(fold(found[1]))):
        kind, subject = said, found[2]
    title = text.one_line(subject)
    if not title:
        raise Refused(_("A new thread needs a title: please write it as the mail's subject."))
    if len(title) > LONGEST_TITLE:
        raise Refused(_("The mail's subject is too long to be the title of a thread."))
    return kind, title


def answer_in(
    viewer: Viewer,
    thread: ThreadRow,
    parent: PlacedPost | None,
    words: Words,
) -> Posted:
    """Post the words as an answer there. Raises as `reply`."""
    made = reply(
        viewer,
        thread,
        body=words.body,
        html=words.html,
        language=words.language,
        parent=parent,
    )
    attach(viewer, made, words.files)
    now = queries.thread_now(viewer, made.thread_id)
    return _posted(f"/posts/{made.public_id}", words, now)


def _posted(path: str, words: Words, thread: ThreadRow) -> Posted:
    """What the letter back says: where it stands, and who reads it there."""
    tells = {"threads": [thread.id]}
    if thread.space_kind in (SpaceKind.COALITION, SpaceKind.STAFF):
        tells["names"] = [thread.space_id]
    return Posted(path, tuple(words.notes), thread.title, who_reads(thread.space_kind), tells)


def viewer_who_writes(person_id: int) -> Viewer:
    """Whoever wrote the mail. Raises Forbidden while their account is closed."""
    person = identity_of_person(person_id)
    if person is None:
        raise Forbidden(_("Your account is closed at this moment."))
    return viewer_of(person)


def _files(mail: Mail) -> tuple[list[NewFile], list[str]]:
    """The files that are taken, and what to say of the others and of pictures without words."""
    files: list[NewFile] = []
    notes: list[str] = []
    mine = settings()
    for part in mail.parts:
        if len(files) == MOST_FILES:
            notes.append(
                ngettext(
                    "A post has at most %(num)d file: the others were left out.",
                    "A post has at most %(num)d files: the others were left out.",
                    MOST_FILES,
                )
            )
            break
        try:
            taken = take(
                BytesIO(part.data),
                part.name,
                most_bytes=mine.max_file,
                most_pixels=mine.max_pixels,
            )
        except NotTaken as why:
            notes.append(str(why))
        else:
            alt = (
                str(_("A picture that came by mail, not described yet")) if taken.is_picture else ""
            )
            files.append(NewFile(taken, alt, decorative=False))
    if any(file.taken.is_picture for file in files):
        notes.append(
            _(
                "Please change the post and say in a sentence what the picture shows, for those "
                "who cannot see it."
            )
        )
    return files, notes


BY_MAIL: dict[What, MailHandler] = {
    What.POST: _AnswerToPost(),
    What.THREAD: _Answer(),
    What.STAGE: _NewThread(),
}
