"""The fields of a form that takes files: up to four, each with the words for who can't see it.

A file is recognised and made anew while the form is read, before any lock is held.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

from flask import g, request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, StringField

from forum.files.kinds import ACCEPT, NotTaken, Taken
from forum.files.limits import MOST_FILES
from forum.files.names import chosen_name
from forum.files.taking import take
from forum.files.waiting import Waiting, gone, promise, waiting
from forum.lib import text
from forum.web.forms import Form, Line, at_most
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.settings import settings

LONGEST_ALT = 300  # characters


@dataclass(frozen=True)
class NewFile:
    """A file to be attached, with what a picture shows in words."""

    taken: Taken | Waiting
    alt: str
    decorative: bool


@dataclass(frozen=True)
class Place:
    """Where one file is chosen and described: its fields, and what waits there already."""

    file: Any
    alt: Any
    decorative: Any
    out: Any
    waiting: Waiting | None
    again: str = ""  # the name of a file that was fit and is to be chosen once more all the same

    @property
    def found(self) -> Taken | Waiting | None:
        """The file that goes along: the one chosen now, else the one that waits."""
        if self.file.data:
            return cast(Taken, self.file.data)
        return None if self.out.data else self.waiting


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


def _out() -> Any:
    return BooleanField(_l("Take it out"))


class TakesFiles(Form):
    """Fields for as many files as there may be: `file_1`, `alt_1`, `decorative_1`, and so on.

    `held` names the files that wait at each of these places since the form came back, `out_1`
    takes the first of them out.
    """

    file_1, alt_1, decorative_1, out_1 = _file(1), _alt(), _decorative(), _out()
    file_2, alt_2, decorative_2, out_2 = _file(2), _alt(), _decorative(), _out()
    file_3, alt_3, decorative_3, out_3 = _file(3), _alt(), _decorative(), _out()
    file_4, alt_4, decorative_4, out_4 = _file(4), _alt(), _decorative(), _out()
    _looked: tuple[list[str], dict[str, Waiting]] | None = None
    # hidden, and shown by the fields for files: they say what waits
    held = StringField(filters=[lambda sent: text.clean(sent or "")])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: what waited is still there, and a picture comes with words, or needs none.

        A preview does not ask for these words yet: it shows what is written, and posts nothing.
        """
        valid = bool(super().validate(*args, **kwargs))
        describing = "preview" not in request.form
        for public_id, place in zip(self._held, self.places, strict=True):
            found = place.found
            if public_id and not found and not place.out.data and not place.file.errors:
                place.file.errors = [*place.file.errors, gone()]
                valid = False
            wordless = not place.alt.data and not place.decorative.data
            if describing and wordless and found and found.is_picture:
                name = found.name if isinstance(found, Waiting) else _chosen(place.file.name)
                place.alt.errors = [*place.alt.errors, _wordless(name)]
                valid = False
        return valid

    @property
    def places(self) -> list[Place]:
        """Where each file is chosen, with what waits there."""
        if self._looked is None or self._looked[0] != self._held:
            self._looked = self._held, waiting([one for one in self._held if one])
        there = self._looked[1]  # as it was checked: what goes meanwhile is refused, not left out
        return [
            Place(
                file=self[f"file_{n}"],
                alt=self[f"alt_{n}"],
                decorative=self[f"decorative_{n}"],
                out=self[f"out_{n}"],
                waiting=there.get(public_id),
            )
            for n, public_id in enumerate(self._held, 1)
        ]

    @property
    def files(self) -> list[NewFile]:
        """The files that came and that waited, in the form's order."""
        return [
            NewFile(
                found,
                "" if place.decorative.data else place.alt.data or "",
                bool(place.decorative.data),
            )
            for place in self.places
            if (found := place.found)
        ]

    @property
    def left_out(self) -> list[str]:
        """Ids of the files that waited and do not go along: taken out, or another was chosen."""
        along = [one.taken.public_id for one in self.files if isinstance(one.taken, Waiting)]
        return [one for one in self._held if one and one not in along]

    def places_to_show(self, has: int) -> list[Place]:
        """The places beyond the `has` files that there are, for the page.

        In a form that comes back what is fit waits from now on. To be asked once a page: what is
        promised by it is kept.
        """
        shown = self.places[has:]
        if self.is_submitted():
            shown = [_coming_back(place) for place in shown]
        ids = (one.waiting.public_id if one.waiting else "" for one in shown)
        self.held.data = ",".join([*[""] * has, *ids])
        return shown

    @property
    def _held(self) -> list[str]:
        """The ids at each place, as many as there are places; empty where nothing waits."""
        named = (self.held.data or "").split(",")[:MOST_FILES]
        return [*named, *[""] * (MOST_FILES - len(named))]


def _coming_back(place: Place) -> Place:
    chosen = read_files().get(place.file.name)  # also where the form was filled in once more
    if not isinstance(chosen, Taken):
        left, place.out.data = None if place.out.data else place.waiting, False
        return replace(place, waiting=left)
    promised = promise(chosen)
    again = "" if promised else _chosen(place.file.name)
    return replace(place, waiting=promised, again=again)


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
