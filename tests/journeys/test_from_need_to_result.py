"""From a need to what came of it, through the coalition and back; and once more after a no.

Every page is reached by links and buttons from the front page. At each step others look on:
somebody of another member project, of no member project, staff, a visitor.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from forum.db import db
from forum.lib import clock
from tests.house.world import World, an_exchange, the_topics
from tests.journeys.faults import faults, sideways
from tests.journeys.hands import fill, follow, form, press, reads, reads_not, refused, send
from tests.people import load_cast

NEED = "Nadie nos dice cuánto va a costar la auditoría"
TITLE = "Una guía de costos de auditoría"
ASK = "Publicar una guía con rangos por tamaño de proyecto, en un año."
MEASURED = "Lo que pagaron tres proyectos en cinco años"
OBJECTION = "Un rango publicado lo usarían para regatear con nosotros."
RECORD = "What we asked, what was answered, what was done"
ALL_COMMITMENTS = "All commitments of Plan Vivo, the late ones first"


@pytest.fixture
def prepare():
    def put(_app):
        world = World(load_cast(db.session))
        an_exchange(db.session, world)
        the_topics(db.session, world)
        db.session.commit()

    return put


@pytest.fixture
def people(site, browser):
    """`people("delegate")`: that person's page, at home; `people()` a visitor's."""
    pages = {}

    def page_of(name=None):
        if name not in pages:
            pages[name] = browser()
            if name:
                person = site.cast.delegates.get(name) or getattr(site.cast, name)
                pages[name].context.add_cookies([site.session_of(person)])
        pages[name].goto("/")
        return pages[name]

    return page_of


@pytest.fixture(autouse=True)
def looked_at(javascript, monkeypatch):
    """With scripts, axe looks at every page the story stops at, and at 320 px nothing is cut."""
    if javascript:
        monkeypatch.setattr(_Looking, "at", lambda page: faults(page) + sideways(page))


class _Looking:
    """How a page is looked at; without scripts it is not: axe is one."""

    at = staticmethod(lambda _page: [])


def faultless(page):
    found = _Looking.at(page)
    assert not found, "\n".join([page.url, *found])


def day(ahead):
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def letters_to(person, site):
    """The subjects of what arrived in that person's mail so far."""
    mail = [one for one in site.post_arrives() if str(person.email) in str(one["To"])]
    return " · ".join(str(one["Subject"]) for one in mail)


def board(page, *onward):
    """From home to the proposals of the coalition, and on."""
    follow(page, "Coalition", *onward)


def nothing_there(path, *pages):
    """For these the address leads nowhere, and neither home nor the board leads to it."""
    for page in pages:
        reads_not(page, path)
        board(page)
        reads_not(page, path)
        assert page.goto(path).status == 404


def raise_the_need(people):
    """A member of one project raises it, another faces it too and tells what it paid."""
    member = people("member")
    follow(member, "Etapa 2", "Start a thread")
    send(
        member,
        "/stages/2/threads",
        title=NEED,
        kind="challenge",
        visibility="network",
        topics="audit-preparation",
        body="Pedimos tres cotizaciones y ninguna se parece a la otra.",
        language="es",
    )
    sierra = people("sierra-nueva")
    follow(sierra, "Challenges", NEED)
    press(sierra, "We face this too")
    expect(sierra.locator("#faced")).to_contain_text("Sierra Nueva")


def draft_from_it(people, readers):
    """The delegate drafts a proposal from the challenge, which others do not see; its address."""
    delegate = people("delegate")
    follow(delegate, "Challenges", NEED, "Draft a proposal from it")
    send(
        delegate,
        "/coalitions/latin-america/proposals",
        press="Store the draft",
        title=TITLE,
        problem="Ninguna cotización de auditoría se parece a la otra.",
        ask=ASK,
        document="Manual de procedimientos",
        time_frame="Un año",
        language="es",
        visibility_after=readers,
    )
    reads(delegate, "This is a draft: nobody but its authors sees it.")
    reads(delegate, NEED)  # what it rests on
    faultless(delegate)
    path = urlsplit(delegate.url).path
    nothing_there(path, people("encinos"), people("facilitator"), people("staff"), people())
    return path


def win_a_cosponsor(people, path):
    """It is shown, its form is in order, another project stands behind it: it is discussed."""
    delegate = people("delegate")
    board(delegate, TITLE, "Show it to the coalition")
    send(delegate, "/discussion")
    reads(delegate, "Still needed: one project from another country.")
    faultless(delegate)
    nothing_there(path, people("outsider"), people("staff"), people())

    facilitator = people("facilitator")
    follow(facilitator, TITLE, "Check its form")  # it waits for them at home
    send(facilitator, "/form-check", outcome="passed")
    encinos = people("encinos")
    board(encinos, TITLE, "Co-sponsor it")
    send(encinos, "/co-sponsors")
    reads(encinos, "In discussion")


def amend_it(people):
    """Another project proposes other words and is asked back; the proposer takes them."""
    neighbour = people("rio-claro")
    board(neighbour, TITLE, "Propose a change")
    send(
        neighbour,
        "/amendments",
        part="ask",
        passage="en un año",
        words="en seis meses",
        why="En un año ya pasaron dos auditorías.",
        language="es",
    )
    reads(neighbour, "Waits to be decided")
    faultless(neighbour)
    board(neighbour, TITLE, "Discuss it", "Answer")
    send(neighbour, "/posts", body="¿Quién la mantiene al día?", argument="question", language="es")

    delegate = people("delegate")
    board(delegate, TITLE, "Questions: 1")
    reads(delegate, "¿Quién la mantiene al día?")
    faultless(delegate)
    board(delegate, TITLE, "What is asked")
    faultless(delegate)
    press(delegate, "Take it")
    reads(delegate, "From version 1 to version 2")
    expect(delegate.locator("del", has_text="un año")).to_be_visible()
    expect(delegate.locator("ins", has_text="seis meses")).to_be_visible()
    faultless(delegate)
    board(delegate, TITLE)
    expect(delegate.locator("#text")).to_contain_text("en seis meses")


def open_the_vote(people, ahead):
    delegate = people("delegate")
    follow(delegate, TITLE, "Open the vote")  # it waits for its proposer at home
    send(delegate, "/opening", closes_on=day(ahead))
    reads(delegate, "6 of 6 projects have not voted yet")


def vote(people, name, choice, **more):
    """The delegate finds it among what waits, and votes."""
    page = people(name)
    follow(page, TITLE)
    send(page, "/ballot", choice=choice, **more)
    reads(page, "Your project's ballot is stored.")


def vote_for_somebody(people, site):
    """Río Claro says its ballot by phone; its delegate confirms what was recorded."""
    delegate = site.cast.delegates["rio-claro"]
    facilitator = people("facilitator")
    board(facilitator, TITLE, "Record a ballot given by phone or on paper")
    send(
        facilitator,
        "/ballot/assisted",
        instructed=f"rio-claro:{delegate.public_id}",
        how="phone",
        choice="agree",
        language="es",
        mandate="Asamblea del 3 de mayo, 41 presentes",
    )
    reads(facilitator, "not confirmed")
    faultless(facilitator)
    page = people("rio-claro")
    reads(page, "A recorded ballot is to be confirmed")
    faultless(page)
    follow(page, TITLE)
    faultless(page)
    press(page, "Confirm it")
    reads(page, "as Delegate Rio Claro said by phone")
    expect(page.locator("table")).not_to_contain_text("not confirmed")


def submit(people):
    """It waits for its proposer at home; returns the number it gets."""
    delegate = people("delegate")
    follow(delegate, TITLE, "Submit it to Plan Vivo")
    send(delegate, "/submission")
    return re.search(r"LAC-\d{4}-\d{3}", delegate.inner_text("main"))[0]


def everybody_reads_totals(people, number):
    """Submitted and public: what it asks, the objection without a name, the totals alone."""
    for page in (people("outsider"), people("staff"), people("observer"), people()):
        board(page, f"{number} · {TITLE}")
        reads(page, "en seis meses")
        reads(page, OBJECTION)
        reads(page, "La guía dirá rangos del pasado, no precios.")
        reads(page, "Agree: 3")
        reads_not(page, "Yerba Alta", "Sierra Nueva", "Asamblea del 3 de mayo", "en un año")
    for name in ("member", "facilitator"):
        page = people(name)
        board(page, f"{number} · {TITLE}")
        reads(page, "Yerba Alta")
        reads(page, "Asamblea del 3 de mayo, 41 presentes")


def answer(page, outcome, reasons, *commitments):
    """Staff write their answer, look at it, and publish it."""
    fields = {"outcome": outcome, "reasons": reasons, "language": "es", "notes": "Solo aquí."}
    for name, value in fields.items():
        fill(form(page, "/response"), name, value)
    for row, (text, due) in enumerate(commitments):
        if row:
            press(page, "Add a commitment")
            expect(page.locator(f'[name="commitments-{row}-text"]')).to_be_visible()
        fill(form(page, "/response"), f"commitments-{row}-text", text)
        fill(form(page, "/response"), f"commitments-{row}-owner_role", "Secretaría")
        fill(form(page, "/response"), f"commitments-{row}-due_on", due)
    press(page, "See it before it is published")
    reads(page, "Publish the answer")
    faultless(page)
    press(page, "Publish the answer")
    page.wait_for_url(lambda url: not url.split("#")[0].endswith("/response"))


def test_from_a_need_to_a_commitment_kept_and_one_late(site, people):
    raise_the_need(people)
    path = draft_from_it(people, "public")
    win_a_cosponsor(people, path)
    amend_it(people)

    site.let_pass("+22d")  # three weeks of discussion
    open_the_vote(people, 22 + 15)
    vote(people, "ceiba", "agree")
    vote(people, "yerba-alta", "block", reason=OBJECTION)
    vote_for_somebody(people, site)
    nothing_there(path, people("outsider"), people("staff"), people("observer"), people())

    site.let_pass("+38d")  # three of six voted: no quorum, but a third
    site.work()
    encinos = people("encinos")
    follow(encinos, TITLE)
    reads(encinos, "Voting: second call")
    reads(encinos, "Yerba Alta")
    reads(encinos, OBJECTION)  # what was cast stands
    faultless(encinos)
    vote(people, "encinos", "agree")
    nothing_there(path, people("outsider"), people("staff"), people("observer"), people())

    site.let_pass("+46d")
    site.work()
    delegate = people("delegate")
    board(delegate, TITLE)
    reads(delegate, "The proposal is adopted.")
    reads(delegate, "It cannot be submitted yet.")
    reads_not(delegate, "Submit it to Plan Vivo")
    follow(delegate, "Answer the objections")
    faultless(delegate)
    send(
        delegate, "/objections", answer="La guía dirá rangos del pasado, no precios.", language="es"
    )
    number = submit(people)
    assert number in letters_to(site.cast.staff, site)
    everybody_reads_totals(people, number)

    staff = people("staff")
    follow(staff, f"{number} · {TITLE}")  # it waits for them at home
    send(staff, "/acknowledgement", route="secretariat")
    reads(staff, "Who answers: Secretariat.")
    follow(staff, "Extend the time")
    send(
        staff,
        "/extension",
        until=day(46 + 80),
        reasons="Se reúne el comité en mayo.",
        language="es",
    )
    outsider = people("outsider")
    follow(outsider, "Coalition", f"{number} · {TITLE}")
    reads(outsider, "Se reúne el comité en mayo.")
    faultless(outsider)

    site.let_pass("+110d")  # past the sixty days, within the time as extended
    staff = people("staff")
    follow(staff, f"{number} · {TITLE}", "Prepare the answer")
    late, kept = day(110 + 30), day(110 + 60)
    answer(
        staff,
        "partly_accepted",
        "Haremos una guía breve; los rangos por tamaño, después.",
        ("Publicar la guía breve.", late),
        ("Presentarla en una sesión.", kept),
    )
    reads_not(people("outsider"), "Solo aquí.")
    assert "has answered" in letters_to(site.cast.delegate, site)

    delegate = people("delegate")
    board(delegate, f"{number} · {TITLE}", "Say what your project thinks of it")
    send(delegate, "/ratings", verdict="partly", reason="Faltan los rangos.", language="es")
    encinos = people("encinos")
    board(encinos, f"{number} · {TITLE}", "Say what your project thinks of it")
    send(encinos, "/ratings", verdict="satisfied", language="es")

    site.let_pass("+145d")  # the first commitment's day is over, and nothing was told
    staff = people("staff")
    follow(staff, "Publicar la guía breve.")  # it waits for them at home
    reads(staff, "Late")
    faultless(staff)
    board(staff, ALL_COMMITMENTS, "Presentarla en una sesión.")
    send(staff, "/updates", status="done", note="Se presentó en marzo.", language="es")
    mark_what_was_kept(people)
    everybody_reads_what_came_of_it(people, number)


def mark_what_was_kept(people):
    """Two projects say whether the commitments are fulfilled, each about one."""
    encinos = people("encinos")
    board(encinos, ALL_COMMITMENTS, "Presentarla en una sesión.")
    send(encinos, "/marks", fulfilled="yes", language="es")
    delegate = people("delegate")
    board(delegate, ALL_COMMITMENTS, "Publicar la guía breve.")
    send(delegate, "/marks", fulfilled="no", reason="Nadie avisó que no salía.", language="es")


def everybody_reads_what_came_of_it(people, number):
    """The answer rated in numbers, what is late and what is done, and where it began."""
    for name in ("outsider", "staff", "observer", None):
        page = people(name)
        board(page, f"{number} · {TITLE}")
        reads(page, "Satisfied: 1 project")
        reads(page, "Partly satisfied: 1 project")
        reads_not(page, "Faltan los rangos.", "Solo aquí.")
        board(page, ALL_COMMITMENTS)
        first, second = page.locator("main li.row").all()
        expect(first).to_contain_text("Late")
        expect(first).to_contain_text("Publicar la guía breve.")
        expect(second).to_contain_text("Done")
        follow(page, "Publicar la guía breve.")
        reads(page, "Not fulfilled: 1 project")
        reads_not(page, "Nadie avisó que no salía.")
        board(page, RECORD)
        if name == "observer":
            faultless(page)
        reads(page, "It made 2 commitments (done: 1).")
        reads(page, "Partly accepted")
        board(page, ALL_COMMITMENTS)
        follow(page, "Presentarla en una sesión.")
        reads(page, "Se presentó en marzo.")
        reads(page, "Cooperativa Los Encinos, Proyecto Ceiba")
        if name in ("outsider", "staff"):
            reads(page, "Sierra Nueva")  # faces what it began with
            follow(page, NEED)
        else:
            reads_not(page, NEED, "Sierra Nueva")
    member = people("member")
    follow(member, "Challenges", NEED)  # who raised it
    panel = member.locator("section", has_text="A proposal rests on this conversation.").last
    for words in (number, "Partly accepted", "2 commitments (done: 1; late: 1)"):
        expect(panel).to_contain_text(words)
    faultless(member)
    follow(member, f"{number} · {TITLE}")
    reads(member, "Faltan los rangos.")
    faultless(member)
    follow(member, "Follow-up", NEED)  # of the late commitment, and back to where it began
    expect(member.locator("h1")).to_contain_text(NEED)


def test_from_a_no_to_the_same_tabled_again(site, people):
    raise_the_need(people)
    path = draft_from_it(people, "network")
    win_a_cosponsor(people, path)
    site.let_pass("+22d")
    first = adopt_and_submit(site, people, 22)

    staff = people("staff")
    follow(staff, f"{first} · {TITLE}", "Prepare the answer")  # without a receipt before
    answer(staff, "declined", "Sin datos de tres proyectos no sabríamos qué rangos poner.")
    nothing_there(path, people("observer"), people())
    for name in ("outsider", "member"):
        page = people(name)
        board(page, f"{first} · {TITLE}")
        reads(page, "Declined")
        reads_not(page, "Table it again with new evidence" if name == "outsider" else "Solo aquí.")
    delegate = people("delegate")
    board(delegate, f"{first} · {TITLE}", "Say what your project thinks of it")
    refused(delegate, "/ratings", verdict="not_satisfied")
    reads(delegate, "Please say in a word what is missing.")
    send(delegate, "/ratings", verdict="not_satisfied", reason="Datos había.", language="es")

    site.let_pass("+70d")
    measure(people)
    table_again(people, first)
    site.let_pass("+92d")
    second = adopt_and_submit(site, people, 92)
    assert int(second[-3:]) == int(first[-3:]) + 1 or second[4:8] != first[4:8]

    staff = people("staff")
    follow(staff, f"{second} · {TITLE}")
    reads(staff, "It tables again, with new evidence:")
    reads(staff, "Tres proyectos sumaron lo que pagaron en cinco años.")
    faultless(staff)
    follow(staff, f"{first} · {TITLE}")
    reads(staff, "It was tabled again:")
    follow(staff, f"{second} · {TITLE}", "Prepare the answer")
    answer(staff, "accepted", "Con esos datos, sí.", ("Publicar la guía.", day(92 + 90)))

    member = people("member")
    follow(member, "Challenges", NEED)
    for words in (first, "Declined", second, "Accepted", "1 commitment (done: 0; late: 0)"):
        expect(member.locator("#resting").locator("..")).to_contain_text(words)
    board(member, f"{first} · {TITLE}")
    reads_not(member, "Table it again with new evidence")  # once is all
    nothing_there(path, people("observer"), people())


def adopt_and_submit(site, people, ahead):
    """Four of six vote for it, and it is handed over; returns its number."""
    open_the_vote(people, ahead + 15)
    for name in ("ceiba", "encinos", "rio-claro", "yerba-alta"):
        vote(people, name, "agree")
    site.let_pass(f"+{ahead + 16}d")
    return submit(people)  # whether or not the worker announced the closing


def measure(people):
    """One project tells the network what it found out since."""
    sierra = people("sierra-nueva")
    follow(sierra, "Etapa 4", "Start a thread")
    send(
        sierra,
        "/stages/4/threads",
        title=MEASURED,
        kind="experience",
        visibility="network",
        body="Sumamos las facturas de tres proyectos, sin nombres.",
        language="es",
    )


def table_again(people, first):
    """Refused without new evidence; drafted once more with it, shown and backed like any other."""
    delegate = people("delegate")
    board(delegate, f"{first} · {TITLE}", "Table it again with new evidence")
    refused(delegate, "/again", press="Draft it again", new_evidence="  ")
    fill(form(delegate, "/again"), "q", "facturas")
    press(delegate, "Search")
    faultless(delegate)
    delegate.get_by_label(MEASURED).check()
    send(
        delegate,
        "/again",
        press="Draft it again",
        new_evidence="Tres proyectos sumaron lo que pagaron en cinco años.",
        language="es",
    )
    send(
        delegate,
        "/versions",
        press="Store the new version",
        evidence="Son 61 facturas de 2021 a 2025.",
        note="Con los datos.",
    )
    path = urlsplit(delegate.url).path
    reads(delegate, "It tables again, with new evidence:")
    reads(delegate, MEASURED)
    assert people("encinos").goto(path).status == 404
    win_a_cosponsor(people, path)
