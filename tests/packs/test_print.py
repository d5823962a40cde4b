"""What is printed: no way to press anything, and where the page stands."""

import re

from forum.web import assets


def test_the_built_sheet_knows_paper(app):
    name = assets.asset("forum.css").removeprefix(assets.PREFIX)
    sheet = (assets.BUILT / name).read_text("utf-8")
    paper = sheet[sheet.rindex("@media print") :]
    hidden = re.search(r"([^{}]+)\{ display: none !important; \}", paper)[1]
    for part in (".top", ".foot", "form", "button", ".actions", ".post-foot", ".pager"):
        assert re.search(rf"(?:^|,)\s*{re.escape(part)}\s*(?:,|$)", hidden.strip()), part
    assert re.search(r"\.post[^{]*\{ break-inside: avoid; \}", paper)
    assert 'content: " (" attr(href) ")"' in paper
    assert "--paper: #fff" in paper
    assert "--ink: #000" in paper


def test_a_page_carries_its_head_line_for_paper(client):
    page = client.get("/challenges").get_data(as_text=True)
    line = re.search(r'<p class="printed">([^<]+)</p>', page)[1]
    assert "Intercambio · http" in line
    assert "/challenges" in line
