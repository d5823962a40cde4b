"""The glossary: words of the domain that say the same, so that one finds the others.

It comes with the domain's own groups; an operator's list, once kept, takes their place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forum.search.words import STOP, stems, words

Term = tuple[str, ...]  # folded words, without the commonest

# DOMAIN section 5, and its abbreviations
BUILT_IN: tuple[tuple[str, ...], ...] = (
    ("PVC", "Plan Vivo Certificate", "certificate", "certificado", "certificat"),
    ("CLPI", "FPIC", "CLPE", "consentimiento libre previo informado",
     "free prior informed consent", "consentimento livre prévio informado",
     "consentement libre préalable éclairé", "consentimiento previo", "prior consent",
     "consentimento prévio", "consentement préalable"),
    ("VVB", "auditor", "auditora", "auditeur", "organismo de validación",
     "validation and verification body", "organismo de validação",
     "auditoría", "audit", "auditoria"),
    ("PDD", "project design document", "documento de diseño del proyecto"),
    ("PIN", "project idea note", "nota de idea de proyecto"),
    ("TAC", "CTA", "technical advisory committee", "comité técnico asesor"),
    ("plan de manejo de la tierra", "land management plan", "plano de manejo da terra",
     "plan de gestion des terres", "planes vivos"),
    ("desafío", "challenge", "desafio", "défi"),
    ("solución", "solution", "solução"),
    ("oportunidad", "opportunity", "oportunidade", "opportunité"),
    ("experiencia", "experience", "experiência", "expérience"),
    ("buena práctica", "best practice", "boa prática", "bonne pratique"),
    ("síntesis", "summary", "síntese", "synthèse"),
    ("propuesta", "proposal", "proposta", "proposition"),
    ("coalición", "coalition", "coalizão"),
    ("votación", "vote", "votação", "scrutin"),
    ("boleta", "ballot", "cédula", "bulletin"),
    ("escaño", "seat", "assento", "siège"),
    ("quórum", "quorum"),
    ("compromiso", "commitment", "compromisso", "engagement"),
    ("respuesta oficial", "official response", "resposta oficial", "réponse officielle"),
    ("persona experta", "expert", "especialista", "experta", "experto"),
    ("facilitadora", "facilitador", "facilitator", "animateur"),
    ("pequeña productora", "pequeño productor", "smallholder", "agricultor familiar",
     "petit exploitant"),
    ("validación", "validation", "validação"),
    ("verificación", "verification", "verificação", "vérification"),
    ("certificación", "certification", "certificação"),
    ("consulta", "question", "pergunta"),
    ("sesión", "session", "sessão"),
    ("etapa", "stage", "étape"),
    ("intercambio", "exchange", "intercâmbio", "échange"),
    ("costo", "cost", "custo", "coût"),
    ("costos de operación", "operating costs", "custos operacionais", "coûts d’exploitation"),
    ("incendio", "fire", "wildfire", "incêndio", "incendie", "fuego", "feu", "fogo"),
    ("miel", "honey", "mel"),
    ("monitoreo", "monitoring", "monitoramento", "suivi"),
    ("vivero", "nursery", "viveiro", "pépinière"),
    ("plántula", "plantón", "seedling", "plantule"),
    ("bosque", "forest", "floresta", "forêt"),
    ("árbol", "tree", "árvore", "arbre"),
    ("agua", "water", "água", "eau"),
    ("precio", "price", "preço", "prix"),
    ("comprador", "buyer", "acheteur"),
    ("capacitación", "training", "capacitação", "formation"),
    ("tenencia de la tierra", "land tenure", "posse da terra", "régime foncier"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Glossary:
    """Groups of terms that say the same, ready to be asked; known by which one it is."""

    groups: tuple[tuple[Term, ...], ...]
    by_stem: dict[str, tuple[tuple[int, Term], ...]]  # a term by the stems of its first word
    written: dict[Term, str]  # each as it was written first, for people to read

    def at(self, asked: Sequence[str], place: int) -> tuple[int, list[Term]]:
        """How many of the words asked, from that place on, are a known term, and its others.

        The longest term counts, and of the longest the one that was written; only where none
        was do the others count of which it is another form. An unknown word is one word
        without others.
        """
        written: dict[int, set[int]] = {}  # groups by the length of their term
        alike: dict[int, set[int]] = {1: set()}
        for group, term in {
            found for one in stems(asked[place]) for found in self.by_stem.get(one, ())
        }:
            words_asked = tuple(asked[place : place + len(term)])
            if words_asked == term:
                written.setdefault(len(term), set()).add(group)
            elif _stands(term, words_asked):
                alike.setdefault(len(term), set()).add(group)
        length = max([*alike, *written])
        groups = written.get(length) or alike[length]
        own = tuple(asked[place : place + length])
        return length, sorted({one for group in groups for one in self.groups[group]} - {own})

    def also(self, asked: Sequence[str]) -> tuple[str, ...]:
        """The other words that are taken for these, as they were written; no mere other forms."""
        found: list[str] = []
        at = 0
        while at < len(asked):
            length, others = self.at(asked, at)
            own = _stems_of(asked[at : at + length])
            found += [
                self.written[term]
                for term in others
                if not set(asked).issuperset(term) and not own.issuperset(_stems_of(term))
            ]
            at += length
        return tuple(dict.fromkeys(found))


def compile_groups(groups: Iterable[Iterable[str]]) -> Glossary:
    """The glossary of these groups of words as they were written.

    Groups that share a term are one, so that each of their words finds the same.
    """
    listed = [[(term, one) for one in group if (term := _term(one))] for group in groups]
    made = _joined([{term for term, _one in group} for group in listed])
    written: dict[Term, str] = {}
    for term, one in (pair for group in listed for pair in group):
        written.setdefault(term, one)
    by_stem: dict[str, tuple[tuple[int, Term], ...]] = {}
    for number, group in enumerate(made):
        for term in group:
            for one in stems(term[0]):
                by_stem[one] = (*by_stem.get(one, ()), (number, term))
    return Glossary(made, by_stem, written)


def _joined(groups: list[set[Term]]) -> tuple[tuple[Term, ...], ...]:
    apart: list[set[Term]] = []
    for group in groups:
        sharing = [one for one in apart if not one.isdisjoint(group)]
        apart = [one for one in apart if one.isdisjoint(group)]
        apart.append(group.union(*sharing))
    return tuple(tuple(sorted(group)) for group in apart)


def _term(written: str) -> Term:
    found = words(written)
    return tuple(one for one in found if one not in STOP) or tuple(found)


def _stems_of(found: Sequence[str]) -> set[str]:
    return {stem for one in found for stem in stems(one)}


def _stands(term: Term, asked: Sequence[str]) -> bool:
    return len(asked) == len(term) and all(
        not stems(one).isdisjoint(stems(other)) for one, other in zip(term, asked, strict=True)
    )
