"""From a mail's text to what its writer wrote: quotes and signatures cut, broken lines mended.

Pure. `mail-parser-reply` knows how mail programs head what they quote; its idea of a signature
(all that follows "Gracias,") would cut people's words, so signatures are told here, carefully:
what is left too much can be edited, what is cut is gone.
"""

import re
from collections.abc import Sequence

from mailparser_reply.parser import EmailMessage

from forum.lib import text as plain

LONGEST = 200_000  # characters looked at: ten times the longest post, with what it quotes
_LONGEST_LINE = (
    300  # characters of a line that may head a quote; longer ones cost the patterns time
)
_HEAD_LINES = 3  # over which programs break such a line
_WRAPPED = range(60, 81)  # where programs break lines
_SHORT = 80  # characters of a signature's line
_SIGNATURE_LINES = 8

# as the library heads quotes in these languages; its own English is always with it
_HEADS = EmailMessage("", languages=["es", "pt", "fr", "en"]).HEADER_REGEX

_ON_A_DAY = re.compile(
    r"^(?:>\s?)*(?:El|En|Em|Le|On|A|No dia|Il giorno)\s.{4,}"
    r"\s(?:escribió|escribio|wrote|escreveu|a\s+écrit|ha scritto|schrieb)\s*:\s*$",
    re.IGNORECASE,
)
_SAID_ON = re.compile(
    r"^.{3,}\s(?:escribió|wrote|escreveu|a\s+écrit)\s(?:el|on|em|no|le)?\s?.{4,}:\s*$",
    re.IGNORECASE,
)
_HEAD_AND_ALL = re.compile(  # a quote that begins in its head's own line
    r"^(?:El|En|Em|Le|On)\s.{4,160}?[^\s<>]+@[^\s<>]+>?\)?\s+"
    r"(?:escribió|wrote|escreveu|a\s+écrit)\s*:\s",
    re.IGNORECASE,
)
_SAYS_WHEN = re.compile(r"\d{1,2}[:.h]\d{2}|@")  # by the minute, or an address: no person does

_FROM = re.compile(r"^[*_ >]*(?:De|From|Von|Da|Remetente|Expéditeur)\s*:[*_ ]*\S", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"^[*_ >]*(?:Enviad[oa](?: el| em)?|Sent|Date|Fecha|Data|Envoyé(?: le)?|Para|To|À|A|Asunto|"
    r"Subject|Assunto|Objet|Cc|Responder a|Reply-To)\s*:",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"^[>\s]*(?:[-_*]{2,}\s*(?:Original Message|Mensaje original|Mensagem original|"
    r"Message d['’]origine|Message original|Forwarded message|Mensaje reenviado|"
    r"Mensagem encaminhada|Message transféré|Forwarded Message|Original Appointment)\s*[-_*]{2,}"
    r"|_{20,}|-{30,}"
    r"|Begin forwarded message:|Inicio del mensaje reenviado:|Início da mensagem encaminhada:|"
    r"Début du message (?:transféré|réexpédié)\s*:)\s*$",
    re.IGNORECASE,
)

_APPS = (
    r"(?:iphone|ipad|android|samsung|galaxy|huawei|xiaomi|redmi|motorola|nokia|blackberry|"
    r"outlook|yahoo|gmail|hotmail|proton ?mail|windows|k-9|fairemail|uol|zimbra|"
    r"dispositivo|tel[ée]fono|celular|m[óo]vil|smartphone|tablet|t[ée]l[ée]phone|portable)"
)
_PHONE = re.compile(
    r"^\W*(?:"
    r"(?:(?:(?:este|esta) (?:mensaje|correo|mensagem) (?:fue|ha sido|foi) )?enviad[oa]"
    r"|mensaje enviado|sent|envoyé)\s"
    r"(?:(?:desde|from|do|da|de|depuis) (?:mi|meu|minha|my|mon|ma)\s.{2,50}"
    rf"|.{{2,50}}\b{_APPS}\b.{{0,60}})"
    r"|(?:obtener|descargar|get|obter|baixar|télécharger|obtenir)(?: o)? outlook "
    r"(?:para|for|pour) .{2,60}"
    r"|(?:libre de virus|livre de vírus|virus-free|sans virus|garanti sans virus)\W.{0,80}"
    r")\W*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:(?:muchos |cordiales |un |atentos )?saludos?(?: cordial(?:es)?| atent[oa]s?)?|"
    r"(?:reciban? )?un (?:cordial |fuerte )?(?:saludo|abrazo)|abrazos?|cordialmente|"
    r"atentamente|atte|atenciosamente|att|abraços?|um abraço|cumprimentos|saudações|"
    r"(?:bien )?cordialement|bien à vous|salutations|(?:très )?cordialement|"
    r"(?:best|kind|warm) regards|regards|best wishes|all the best|sincerely|yours sincerely|cheers)"
    r"(?: (?:desde|de|des de|from) [\w .]{2,30})?[\s,.!:]*$",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(r"^\W*(?:P\.?\s?[DS]\.?|N\.?B\.?|post ?data)\b", re.IGNORECASE)
_DISCLAIMER = re.compile(
    r"^\W*(?:aviso (?:de confidencialidad|de confidencialidade|de privacidad|legal)\b|"
    r"confidentiality (?:note|notice)|disclaimer\s*:|avis de confidentialité|"
    r"(?:este|esta|this|ce) (?:mensaje|correo|mensagem|e-?mail|message|courriel)\b"
    r"(?=.{0,300}(?:confiden[ct]i|privileg)).{0,400}(?:destinat|recipient|intended|error|erreur|erro\b)"
    r"|(?:antes de imprimir|before printing|avant d['’]imprimer) "
    r"(?:este|esta|this|cet?) (?:correo|mensaje|mensagem|e-?mail|message|courriel))",
    re.IGNORECASE | re.DOTALL,
)
_LIST_ITEM = re.compile(r"^\s*(?:[-*+•·–]|\d{1,2}[.)]|[a-z]\))\s+", re.IGNORECASE)
_BULLET = re.compile(r"^(\s*)[•·▪‣●o]\s+(?=\S)")


def written(body: str, *, writer: str = "", flowed: bool = False, delsp: bool = False) -> str:
    """What the writer of the mail wrote, as Markdown.

    `writer` is the name the mail came under, to know it again below the text; `flowed` and
    `delsp` say how lines were broken (RFC 3676). Returns an empty text when nothing is theirs.
    """
    lines = _lines(body)
    if flowed:
        lines = _unflowed(lines, delsp=delsp)
    own = _without_quotes(_without_phone(_without_mark(lines)))
    own = _without_signature(own, writer)
    if not flowed:
        own = _rejoined(own)
    return _as_markdown(own)


def _lines(body: str) -> list[str]:
    body = body[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    body = re.sub(r"[\u00a0\u202f]", " ", body)
    return body.split("\n")


def _unflowed(lines: Sequence[str], *, delsp: bool) -> list[str]:
    """Lines that end with a space go on in the next one, unless that is the signature's mark."""
    out: list[str] = []
    goes_on = False
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        line = line[depth:].removeprefix(" ")  # noqa: PLW2901  # the same line, without its stuffing
        if line == "-- ":
            out.append(">" * depth + line)
            goes_on = False
            continue
        before = out[-1] if out else ""
        same = len(before) - len(before.lstrip(">")) == depth
        if goes_on and same:
            out[-1] = (before[:-1] if delsp else before) + line
        else:
            out.append(">" * depth + (" " if depth else "") + line)
        goes_on = line.endswith(" ")
    return out


# --- what others wrote -----------------------------------------------------------------------


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """The lines up to what is quoted whole; passages answered one by one stay as quotes."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        length = _head_at(lines, at)
        if not length:
            kept.append(lines[at])
            at += 1
            continue
        after = _next_filled(lines, at + length)
        if after is None or not lines[after].lstrip().startswith(">"):
            break  # all below is another's mail, unmarked
        at = after  # the marks say what is quoted; the head itself is nobody's
    return _only_answered(kept)


def _head_at(lines: Sequence[str], at: int) -> int:
    """How many lines from there head a quoted mail; 0: none."""
    line = lines[at].strip()
    if not line:
        return 0
    if _SEPARATOR.match(line):
        return 1
    if _FROM.match(line):
        following = [one for one in lines[at + 1 : at + 9] if one.strip()][:5]
        if sum(bool(_HEADER_LINE.match(one)) for one in following) >= 2:
            return 1
    if not _may_head(line):
        return 0
    if _HEAD_AND_ALL.match(line[:_LONGEST_LINE]) and _SAYS_WHEN.search(line[:_LONGEST_LINE]):
        return 1
    return _broken_head_at(lines, at)


def _broken_head_at(lines: Sequence[str], at: int) -> int:
    """As above, for one that a program broke into lines."""
    joined = ""
    for count, more in enumerate(lines[at : at + _HEAD_LINES], 1):
        if count > 1 and not more.strip():
            break
        joined = f"{joined} {more.strip().lstrip('> ')}".strip()
        if len(joined) > _LONGEST_LINE:
            break
        if joined.endswith(":") and _heads_a_quote(joined, lines, at + count):
            return count
    return 0


def _may_head(line: str) -> bool:
    word = line.lstrip("> ").split(" ", 1)[0].casefold()
    return word in {"el", "en", "em", "le", "on", "a", "no", "il"} or "@" in line or ":" in line


def _heads_a_quote(joined: str, lines: Sequence[str], below: int) -> bool:
    known = _ON_A_DAY.match(joined) or _SAID_ON.match(joined) or _HEADS.match(joined)
    if not known:
        return False
    after = _next_filled(lines, below)
    quoted = after is not None and lines[after].lstrip().startswith(">")
    return quoted or bool(_SAYS_WHEN.search(joined))


def _next_filled(lines: Sequence[str], start: int) -> int | None:
    return next((n for n in range(start, len(lines)) if lines[n].strip()), None)


def _only_answered(lines: Sequence[str]) -> list[str]:
    """Without what is quoted at the end, and without one quote on top: a mail answered below."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _is_quote(kept[-1])):
        kept.pop()
    blocks = [n for n, line in enumerate(kept) if _is_quote(line) and not _quote_before(kept, n)]
    first = _next_filled(kept, 0)
    if len(blocks) == 1 and blocks[0] == first:
        kept = [line for line in kept if not _is_quote(line)]
    return kept


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith(">")


def _quote_before(lines: Sequence[str], at: int) -> bool:
    before = next((lines[n] for n in range(at - 1, -1, -1) if lines[n].strip()), "")
    return _is_quote(before)


# --- signatures ------------------------------------------------------------------------------


def _without_signature(lines: Sequence[str], writer: str) -> list[str]:
    kept = list(lines)
    for n, line in enumerate(kept):
        if _is_mark(line):
            kept = kept[:n]
            break
    kept = [line for line in kept if not _PHONE.match(line) or len(line) > 120]
    kept = _without_disclaimer(kept)
    kept = _without_greeting(kept)
    return _trimmed(_without_name(kept, writer))


def _without_mark(lines: Sequence[str]) -> list[str]:
    """Without the signature that stands below all, also below what is quoted."""
    marks = [n for n, line in enumerate(lines) if _is_mark(line)]
    if not marks:
        return list(lines)
    below = [line for line in lines[marks[-1] + 1 :] if line.strip()]
    is_short = len(below) <= _SIGNATURE_LINES + 4 and not any(_is_quote(line) for line in below)
    return list(lines[: marks[-1]]) if is_short else list(lines)


def _without_phone(lines: Sequence[str]) -> list[str]:
    """Without what a phone says of itself below all, also below what is quoted."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _PHONE.match(kept[-1])):
        kept.pop()
    return kept


def _is_mark(line: str) -> bool:
    """Whether it is the line that mail programs put above a signature."""
    return line.strip() in ("--", "—")


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip(" _-*"):
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return kept


def _without_disclaimer(lines: Sequence[str]) -> list[str]:
    """Cut from the first paragraph in the last third that says it is one."""
    for n, line in enumerate(lines):
        if n and lines[n - 1].strip(" _-*"):
            continue
        paragraph = " ".join(lines[n : n + 4])
        if line.strip() and n and _DISCLAIMER.match(paragraph):
            return list(lines[:n])
    return list(lines)


def _without_greeting(lines: Sequence[str]) -> list[str]:
    """Cut from a greeting by itself on, if only a few short lines follow: who it is from."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    for n in filled[1:][-_SIGNATURE_LINES - 1 :]:
        if _GREETING.match(lines[n]) and all(
            _is_of_signature(below) for below in lines[n + 1 :] if below.strip()
        ):
            return list(lines[:n])
    return list(lines)


def _is_of_signature(line: str) -> bool:
    line = line.strip()
    if len(line) > _SHORT or _AFTERTHOUGHT.match(line) or _is_quote(line):
        return False
    return not line.endswith("?") and not (line.endswith((".", "!")) and len(line.split()) > 6)


def _without_name(lines: Sequence[str], writer: str) -> list[str]:
    """Cut from the writer's own name on, where it stands alone among the last lines."""
    kept = _trimmed(lines)
    name = _folded(writer)
    if not name:
        return kept
    names = {name, *([name.split()[0]] if len(name.split()) > 1 else [])}
    filled = [n for n, line in enumerate(kept) if line.strip()]
    for n in filled[1:][-_SIGNATURE_LINES:]:
        below = [one for one in kept[n + 1 :] if one.strip()]
        said = _folded(kept[n])
        whole = said == name and all(_is_of_signature(one) for one in below)
        if whole or (said in names and not below):
            return kept[:n]
    return kept


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[^\w\s'-]", " ", name.casefold()).split())


# --- lines that a program broke --------------------------------------------------------------


def _rejoined(lines: Sequence[str]) -> list[str]:
    """Join what a mail program broke: a line goes on where the next word would not have fitted."""
    own = [line for line in lines if not _is_quote(line)]
    longest = max((len(line.rstrip()) for line in own if " " in line.strip()), default=0)
    if longest not in _WRAPPED:
        return list(lines)
    out: list[str] = []
    last = ""  # the line as it came, before it was joined
    for line in lines:
        now = line.strip()
        if out and now and last and _goes_on(last, line, longest):
            out[-1] = f"{out[-1].rstrip()} {now}"
        else:
            out.append(line)
        last = line.rstrip() if now else ""
    return out


def _goes_on(line: str, below: str, longest: int) -> bool:
    if _is_quote(line) or _is_quote(below) or _LIST_ITEM.match(below) or "|" in below:
        return False
    if below.startswith("#"):
        return False
    return len(line) + 1 + len(below.split(maxsplit=1)[0]) > longest


def _as_markdown(lines: Sequence[str]) -> str:
    """Lines as they are meant: no code by accident, a quote apart from what answers it."""
    out: list[str] = []
    indent = 0  # of the list that the line stands in
    for raw in lines:
        line = _BULLET.sub(r"\1- ", raw.rstrip())
        listed = bool(out) and bool(_LIST_ITEM.match(out[-1]))
        if _LIST_ITEM.match(line):
            width = len(line) - len(line.lstrip())
            indent = min(indent, width) if listed else width
            line = line[indent:]
        elif not (listed and line.startswith("  ")):
            line = line.lstrip()
            if listed and line:
                out.append("")
        line = re.sub(r"^[>\s]*>\s?", lambda m: ">" * m[0].count(">") + " ", line)
        if out and out[-1] and line and _is_quote(out[-1]) != _is_quote(line):
            out.append("")
        out.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", plain.clean("\n".join(out)))
