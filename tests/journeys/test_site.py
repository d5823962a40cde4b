"""The site can be reached at all: what a journey stands on."""


def test_the_front_page_opens(site, browser):
    page = browser()
    assert page.goto("/health").status == 200
    assert page.goto("/").status == 200
