"""The fields of a form that takes files: up to four, each with the words for who can't see it.

A file is recognised and made anew while the form is read, before any lock is held.
"""

from dataclasses import dataclass
from typing import Any, cast

from flask import g, request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField

from forum.files.kinds import ACCEPT, NotTaken, Taken
from forum.files.limits import MOST_FILES
from forum.files.names import chosen_name
from forum.files.taking import take
from forum.web.forms import Form, Line, at_most
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.settings import settings

LONGEST_ALT = 300  # characters


@dataclass(frozen=True)
class NewFile:
    """A file to be attached, with what a picture shows in words."""

    taken: Taken
    alt: str
    decorative: bool


class Upload(FileField):
    """One file. `data` is the `Taken` file, or None."""

    data: Taken | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the file that was chosen, if one was. Raises NotTaken with what to say."""
        self.data = None
        if any(isinstance(value, FileStorage) and value.filename for value in valuelist):
            found = read_files().get(self.name)
            if isinstance(found, NotTaken):
                raise found
            self.data = found


def read_files() -> dict[str, Taken | NotTaken]:
    """What came with this request, by field: looked at once, while no lock is held.

    A view that asks the database before it builds its form calls this first.
    """
    if "files_read" not in g:
        g.files_read = {
            name: _looked_at(sent)
            for name in (f"file_{n}" for n in range(1, MOST_FILES + 1))
            for sent in [one for one in request.files.getlist(name) if one.filename][:1]
        }
    return cast("dict[str, Taken | NotTaken]", g.files_read)


def _looked_at(sent: FileStorage) -> Taken | NotTaken:
    try:
        return take(
            sent.stream,
            sent.filename or "",
            most_bytes=settings().max_file,
            most_pixels=settings().max_pixels,
        )
    except NotTaken as why:
        return why


def _file(number: int) -> Any:
    return Upload(_l("File %(number)d", number=number), render_kw={"accept": ACCEPT})


def _alt() -> Any:
    return Line(_l("What does the picture show?"), [at_most(LONGEST_ALT)])


def _decorative() -> Any:
    return BooleanField(_l("It only decorates: there is nothing to describe"))


class TakesFiles(Form):
    """Fields for as many files as there may be: `file_1`, `alt_1`, `decorative_1`, and so on."""

    file_1, alt_1, decorative_1 = _file(1), _alt(), _decorative()
    file_2, alt_2, decorative_2 = _file(2), _alt(), _decorative()
    file_3, alt_3, decorative_3 = _file(3), _alt(), _decorative()
    file_4, alt_4, decorative_4 = _file(4), _alt(), _decorative()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: a picture comes with words, or the word that it needs none."""
        valid = bool(super().validate(*args, **kwargs))
        for file, alt, decorative in self.files_asked:
            if file.data and file.data.is_picture and not alt.data and not decorative.data:
                alt.errors = [*alt.errors, _wordless(_chosen(file.name))]
                valid = False
        return valid

    @property
    def files_asked(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each file: itself, its words, whether it needs none."""
        return [
            (self[f"file_{n}"], self[f"alt_{n}"], self[f"decorative_{n}"])
            for n in range(1, MOST_FILES + 1)
        ]

    @property
    def files(self) -> list[NewFile]:
        """The files that came, in the form's order."""
        return [
            NewFile(file.data, "" if decorative.data else alt.data or "", bool(decorative.data))
            for file, alt, decorative in self.files_asked
            if file.data
        ]

    @property
    def to_choose_again(self) -> dict[str, str]:
        """By field, the names of the files that came and were fit: no browser sends them again."""
        if request.method != "POST":
            return {}
        return {
            field: _chosen(field)
            for field, found in read_files().items()
            if isinstance(found, Taken)
        }


def _chosen(field: str) -> str:
    sent = next(one for one in request.files.getlist(field) if one.filename)
    return chosen_name(sent.filename or "")


def _wordless(name: str) -> str:
    return str(
        _(
            "Please say in a sentence what “%(name)s” shows, for those who cannot see it, "
            "or mark that it only decorates.",
            name=name,
        )
    )
