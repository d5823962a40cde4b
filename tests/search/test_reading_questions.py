"""What somebody typed always means something, or nothing: it is never a fault."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.search import asking, index
from forum.search.asking import Leaf
from forum.search.glossary import BUILT_IN, Glossary, compile_groups
from forum.search.snippets import looked_for, snippet
from forum.search.words import fold, forms, stems, tokens, vector, words

GLOSSARY = compile_groups(BUILT_IN)
NO_GLOSSARY = compile_groups([])


def test_accents_and_size_do_not_matter():
    assert words("Ñampí, CERTIFICACIÓN: los ¿árboles? co₂") == [
        "nampi", "certificacion", "los", "arboles", "co2",
    ]  # fmt: skip
    assert fold("Straße İstanbul") == "strasse istanbul"


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("es", "acta", "actas"),
        ("es", "mujer", "mujeres"),
        ("es", "voz", "voces"),
        ("es", "árbol", "arboles"),
        ("es", "certificación", "certificaciones"),
        ("pt", "reunião", "reuniões"),
        ("pt", "certificação", "certificacoes"),
        ("pt", "rural", "rurais"),
        ("fr", "régional", "régionaux"),
        ("fr", "coût", "couts"),
        ("en", "smallholder", "smallholders"),
        ("en", "validating", "validation"),
    ],
)
def test_one_form_of_a_word_finds_the_other(language, one, other):
    assert stems(fold(one)) & forms(fold(other), language)
    assert stems(fold(other)) & forms(fold(one), language)


def test_a_phrase_a_minus_and_a_beginning():
    asked = asking.read('"plan vivo" -carbono cert* "sin cerrar', NO_GLOSSARY)
    assert asked.wanted == (
        Leaf(("=plan", "=vivo")),
        Leaf(("=cert",), beginning=True),
        Leaf(("=sin", "=cerrar")),
    )
    assert len(asked.unwanted) == 1


def test_common_words_count_only_when_there_is_nothing_else():
    assert len(asking.read("la certificación de los bosques", NO_GLOSSARY).wanted) == 2
    assert asking.read("de la", NO_GLOSSARY).wanted == (Leaf(("=de",)), Leaf(("=la",)))


def test_a_term_of_several_words_is_found_in_the_question():
    length, others = GLOSSARY.at(["organismo", "validacion", "caro"], 0)
    assert length == 2
    assert ("vvb",) in others
    assert GLOSSARY.at(["caro"], 0) == (1, [])


@pytest.mark.parametrize(
    "raw",
    ["", " ", '"', '"-*', "-", "*", "((((", "-*", '""', "'", "¿?", "\x00", "﷽", "- - -", "a" * 9],
)
def test_operators_alone_ask_nothing_wrong(raw):
    _both(asking.read(raw, GLOSSARY))


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_asked(raw):
    _both(asking.read(raw, GLOSSARY))


@given(st.text(alphabet="\"-*() ANDORNEaé:^~#=<>&|!'\\", max_size=60))
def test_the_databases_own_operators_are_only_words(raw):
    _both(asking.read(raw, GLOSSARY))


@given(st.text(max_size=400), st.text(max_size=40))
def test_a_snippet_is_a_piece_of_the_text(text, raw):
    looked = looked_for(asking.read(raw, GLOSSARY))
    said = "".join(piece for piece, _found in snippet(text, looked))
    assert said.removeprefix("… ").removesuffix(" …") in text


@given(st.text(max_size=200), st.sampled_from(["es", "pt", "en", "fr", "kek"]))
def test_tokens_are_plain_whatever_is_written(text, language):
    made = tokens(text, text, language, ["all"])
    assert not set("'\"\\:()") & set(made)
    assert vector(made)


def marked(raw, text):
    looked = looked_for(asking.read(raw, GLOSSARY))
    return [piece for piece, found in snippet(text, looked) if found]


def test_a_synonym_of_several_words_is_marked_only_where_they_stand_in_a_row():
    assert marked("certificacion", "El Plan Vivo de la familia y su certificado") == ["certificado"]
    assert marked("certificacion", "Los planes vivos y el plan de manejo") == []
    assert marked("PVC", "Each Plan Vivo Certificate counts.") == ["Plan Vivo Certificate"]
    assert marked("land management plan", "El plan de manejo de la tierra, sin planes.") == [
        "plan de manejo de la tierra", "planes",
    ]  # fmt: skip
    assert marked("smallholder", "Con pequeños productores y “productores” pequeños — ā") == [
        "pequeños productores"
    ]


@pytest.mark.parametrize(
    ("raw", "also"),
    [
        ("PVC", ("certificado", "certificat", "certificate", "Plan Vivo Certificate")),
        ("certificado PVC", ("certificat", "certificate", "Plan Vivo Certificate")),
        ("incendios en el bosque", ("feu", "fire", "fogo", "fuego", "incendie", "wildfire",
                                    "floresta", "forest", "forêt")),
        ("quorum", ()),  # quórum is the same word
        ("comprador vecino", ("acheteur", "buyer")),
        ('"PVC"', ()),  # as written, and nothing else
        ("-PVC vecino", ()),
        ("pvc*", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_it_is_told_which_other_words_are_taken(raw, also):
    assert asking.read(raw, GLOSSARY).also == also
    assert asking.read(raw, NO_GLOSSARY).also == ()


def test_snippets_mark_what_was_asked_and_nothing_else():
    looked = looked_for(asking.read('auditorías "plan vivo"', NO_GLOSSARY))
    text = "Una auditora explicó que cada Plan  vivo pasa por la auditoría; los planes no."
    found = [piece for piece, is_found in snippet(text, looked) if is_found]
    assert found == ["auditora", "Plan  vivo", "auditoría"]


@pytest.mark.parametrize(
    ("q", "text", "marked"),
    [
        ("costos", "Los discos y acostarse no; el COSTO sí.", ["COSTO"]),
        ('"los costos"', "Melos costos, los costos.", ["los costos"]),
        ("cost*", "Costaron, discost, «costa».", ["Costaron", "costa"]),
        ("acao", "A AÇÃO é a acção de 2026.", ["AÇÃO"]),
        ("coeur", "Le cœur n'est pas le coeur.", ["coeur"]),
        ("pago", "“Pago” — PAGÓ… 日本 el pago €", ["Pago", "PAGÓ", "pago"]),
        ("ñame", "El ÑAME ŷ el ñame ē ΓΔ", ["ÑAME", "ñame"]),
    ],
)  # fmt: skip
def test_words_are_marked_where_a_word_begins_in_whatever_letters(q, text, marked):
    looked = looked_for(asking.read(q, NO_GLOSSARY))
    assert [piece for piece, is_found in snippet(text, looked) if is_found] == marked


def _both(asked):
    """Both languages of the databases take it; SQLite is asked."""
    if not asked:
        return
    anybody = Leaf(("#all",))
    with sqlite3.connect(":memory:") as memory:
        memory.execute(
            index.SQLITE_CREATE[0].replace("content='search_entry', content_rowid='id',", "")
        )
        question = asking.fts5((anybody,), asked)
        memory.execute(
            "SELECT rowid FROM search_text WHERE search_text MATCH ?", (question,)
        ).fetchall()
    memory.close()
    assert asking.tsquery((anybody,), asked).count("'") % 2 == 0


# --- the glossary ---------------------------------------------------------------------------


def everything_asked(q: str, glossary: Glossary = GLOSSARY) -> list[str]:
    """What the index is asked for, in no order."""
    (asked,) = asking.read(q, glossary).wanted_of_fts5
    return sorted(asked.replace("(", "").replace(")", "").split(" OR "))


@pytest.mark.parametrize("group", BUILT_IN, ids=lambda group: group[0])
def test_each_word_of_a_group_asks_for_the_same(group):
    asked = {word: everything_asked(word) for word in group}
    assert all(one == asked[group[0]] for one in asked.values()), asked


def test_each_word_of_the_glossary_finds_the_same_things():
    index_of = sqlite3.connect(":memory:")
    index_of.execute(
        index.SQLITE_CREATE[0].replace("content='search_entry', content_rowid='id',", "")
    )
    for word in (word for group in BUILT_IN for word in group):
        for language in ("es", "pt", "en", "fr"):
            made = tokens("", f"aquí {word} hay", language, ("all",))
            index_of.execute("INSERT INTO search_text(tokens) VALUES (?)", (made,))

    def found(word: str) -> set[int]:
        asked = asking.fts5((asking.mark("all", ""),), asking.read(word, GLOSSARY))
        query = "SELECT rowid FROM search_text WHERE search_text MATCH ?"
        return {row for (row,) in index_of.execute(query, (asked.replace("#all.", "#all"),))}

    for group in BUILT_IN:
        assert len({frozenset(found(word)) for word in group}) == 1, group
        assert len(found(group[0])) >= len(group)


def test_groups_that_share_a_word_are_one():
    glossary = compile_groups([["plata", "revenus"], ["dinero", "plata"]])
    assert everything_asked("revenus", glossary) == everything_asked("dinero", glossary)


def test_a_word_as_written_counts_before_one_that_is_like_it():
    glossary = compile_groups([["PIN", "project idea note"], ["pino", "pine"]])
    assert "~note" not in str(everything_asked("pino", glossary))
    assert "~pine" in str(everything_asked("pinos", glossary))
