"""Whether every string has its word in every language: `python -m tests.house.translations`."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "forum" / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[a-z]|%%")
_TAG = re.compile(r"</?\w+")


def sources() -> Catalog:
    """Every string the code and the templates hand to gettext."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"][
        "mappings"
    ]
    found = Catalog()
    method_map = [(m["pattern"], m["method"]) for m in mappings]
    options = {m["pattern"]: {k: v for k, v in m.items() if k == "extensions"} for m in mappings}
    for file, line, message, _comments, context in extract_from_dir(
        str(ROOT), method_map, options, KEYWORDS, directory_filter=_ours
    ):
        found.add(message, None, [(file, line)], context=context)
    return found


def _ours(folder: str) -> bool:
    return not {".venv", "var", "build", "tests", "node_modules"} & set(Path(folder).parts[-1:])


def languages() -> list[str]:
    """The languages there is a catalogue for."""
    return sorted(p.parent.parent.name for p in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def catalogue(language: str) -> Catalog:
    """The words of that language, as they are written."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def faults(language: str) -> Iterator[str]:
    """What is missing, doubtful or left over in that language, a line each."""
    spoken, wanted = catalogue(language), sources()
    if spoken.fuzzy:  # as one without its head is taken for
        yield "the catalogue is doubtful, or has lost its head: it would not be compiled"
    for message in wanted:
        if message.id:
            yield from _faults_of(message, spoken.get(message.id, message.context))
    for message in spoken:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer used: {message.id!r}"


def _faults_of(wanted: Message, there: Message | None) -> Iterator[str]:
    where = f"{wanted.locations[0][0]}:{wanted.locations[0][1]}" if wanted.locations else ""
    if there is None:
        yield f"{where} missing: {wanted.id!r}"
        return
    if there.fuzzy:
        yield f"{where} doubtful (fuzzy): {wanted.id!r}"
    ids = wanted.id if isinstance(wanted.id, tuple) else (wanted.id,)
    words = there.string if isinstance(there.string, tuple | list) else (there.string,)
    if isinstance(wanted.id, tuple) != (len(words) > 1):
        yield f"{where} singular and plural do not fit: {wanted.id!r}"
        return
    for source, word in zip(ids, words, strict=False):
        if not word.strip():
            yield f"{where} untranslated: {source!r}"
            continue
        if _names(ids[-1]) - _names(word) - ({"num", "n"} if len(ids) > 1 else set()):
            yield f"{where} a placeholder is lost: {word!r}"
        if _names(word) - _names(ids[-1]) - _names(ids[0]):
            yield f"{where} an unknown placeholder: {word!r}"
        if sorted(_TAG.findall(source)) != sorted(_TAG.findall(word)):
            yield f"{where} other tags than the source: {word!r}"


def _names(text: str) -> set[str]:
    return {hit[1] or hit[0] for hit in _PLACEHOLDER.finditer(text)}


def main() -> int:
    """Say what is wrong with each language; the number of faults decides the exit code."""
    found = [f"{language}: {fault}" for language in languages() for fault in faults(language)]
    print("\n".join(found) or f"translations: complete ({', '.join(languages())})")
    return 1 if found or not languages() else 0


if __name__ == "__main__":
    sys.exit(main())
