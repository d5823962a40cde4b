"""Forty questions and what they find: the same things on SQLite and on PostgreSQL."""

import pytest

from forum.search import asking, queries
from tests.people import viewer
from tests.search.shelf import fill, found

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CERTIFICATION = {"slow", "vvb", "dear"}
CONSENT = {"clpi", "consent"}

# words of the domain alone (its glossary, its abbreviations, what the first session raised)
OF_THE_DOMAIN = [
    ("certificacion", CERTIFICATION),  # without its accent
    ("CERTIFICACIÓN", CERTIFICATION),
    ('"plan vivo"', {"drawn"}),
    ("planes-vivos", {"vivos", "drawn"}),
    ("CLPI", CONSENT),  # and FPIC, in English
    ("FPIC", CONSENT),
    ("consentimiento libre, previo e informado", CONSENT),
    ("VVB", {"vvb", "dear", "cheap"}),
    ("organismo de validación", {"vvb", "dear", "cheap"}),
    ("quórum", {"quorum"}),
    ("quorum", {"quorum"}),
    ('"segunda convocatoria"', {"quorum"}),
    ("costos de operacion", {"marché", "outcome"}),  # coûts d’exploitation too
    ("salvaguardas sociales", {"vivos"}),
    ("smallholders", {"cheap", "visit"}),  # pequeños productores too
    ("PVC", CERTIFICATION),
    ('"modelos de mercado"', {"outcome"}),
    ("Scolel'te", {"visit"}),
    ("land management plan", {"vivos", "drawn"}),
    ("validation", {"slow", "dear"}),
]
OF_THE_TEXTS = [
    ("certificaciones", CERTIFICATION),
    ("certificações", CERTIFICATION),
    ("scolelte", {"visit"}),
    ("pequeño productor", {"cheap", "visit"}),
    ("técnico comunitario", {"visit"}),
    ("auditora", {"vvb", "dear", "cheap"}),
    ("asamblea acta", {"clpi"}),
    ("permiso municipal", {"fire"}),
    ("coût exploitation", {"marché"}),
    ("equipe", {"marché"}),
    ("modèle", {"marché", "outcome"}),
    ("wildfire", {"fire"}),
    ("fire", {"fire"}),
    ("feu", {"fire"}),
    ("boundary", {"consent"}),
    ("manual", {"proposal"}),
    ("certific*", CERTIFICATION),
    ("vivo*", {"vivos", "drawn"}),
    ("certificación -tarda", {"vvb", "dear"}),
    ('auditor -"organismo de validação"', {"vvb", "cheap"}),
    ('"vivos plan"', set()),  # not in this order
    ("de la", {"drafting", "fire", "quorum", "slow"}),  # nothing but common words
    ("xyzzy", set()),
]
NARROWED = [
    ("familias", {"kind": "reply"}, {"drawn"}),
    ("certificación", {"language": "en"}, {"vvb"}),
    ("certificación", {"project": "ceiba"}, {"slow"}),
    ("costos", {"country": "CO"}, {"marché", "dear"}),
    ("guía", {"state": "in_discussion"}, {"proposal"}),
    ("ceiba", {"kind": "project"}, {"ceiba"}),
    ("", {"topic": "finance-markets"}, {"slow", "marché", "vvb", "dear", "cheap"}),  # a group
    ("", {"topic": "fire"}, {"fire"}),
    ("", {"stage": "americas-1", "kind": "solution"}, {"clpi"}),
    ("", {"kind": "challenge"}, {"slow", "marché"}),
]


def test_forty_questions_find_what_they_should(cast):
    names = fill(cast)
    asked = [(q, {}, wanted) for q, wanted in OF_THE_DOMAIN + OF_THE_TEXTS] + NARROWED
    assert len(asked) >= 40
    wrong = [
        (q, narrowed, got)
        for q, narrowed, wanted in asked
        if set(got := found(names, cast.member, q, **narrowed)) != wanted or len(got) != len(wanted)
    ]
    assert wrong == []


def test_the_newest_stand_first(cast, clock_at):
    clock_at("2028-03-01T12:00")
    names = fill(cast)
    assert found(names, cast.member, "certificación") == ["dear", "vvb", "slow"]


def test_pages_follow_one_another_without_a_gap(cast, monkeypatch):
    names = fill(cast)
    everything = found(names, cast.member, "", kind="project") + found(names, cast.member, "costos")
    monkeypatch.setattr(queries, "PAGE", 2)
    me, got, after = cast.member, [], None
    for _page in range(9):
        page = _page_of(names, me, "costos", after)
        got += page[0]
        after = page[1]
        if after is None:
            break
    assert got == [one for one in everything if one not in cast.projects]


def _page_of(names, who, q, after):
    me = viewer(who)
    desk = queries.desk(me)
    asked = asking.read(q, queries.glossary(desk.glossary_version))
    page = queries.find(me, queries.Question(asked=asked), desk.guest_of, after=after)
    return [names.get(hit.path, hit.path) for hit in page.hits], page.after
