"""Every page that the tests left in target/pages, and the quickstart's, as people meet it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "target" / "pages").glob("*.html")) + sorted(
    (ROOT / "target" / "quickstart").glob("*.html")
)
PICTURES = ROOT / "target" / "browser"
WIDTHS = [1400, 390]
SCHEMES = ["light", "dark"]

# Smaller letters than this, in pixels of the screen, are not read on a phone.
SMALLEST = 9.5


def named(page: Path) -> str:
    return f"{page.parent.name}-{page.stem}"


pages = pytest.mark.parametrize("page", PAGES, ids=named)
widths = pytest.mark.parametrize("width", WIDTHS)
schemes = pytest.mark.parametrize("scheme", SCHEMES)


def opened(browser, page, width, scheme, **more):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, **more
    )
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    return tab


@pages
@widths
@schemes
def test_page_is_quiet_and_fits(browser, page, width, scheme):
    tab = opened(browser, page, width, scheme)
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    tab.screenshot(path=PICTURES / f"{named(page)}-{width}-{scheme}.png", full_page=True)
    wide = tab.evaluate("document.documentElement.scrollWidth")
    tab.context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert wide <= width


@pages
@widths
@schemes
def test_page_is_accessible(browser, page, width, scheme):
    # The page's own policy forbids scripts, axe's too.
    tab = opened(browser, page, width, scheme, bypass_csp=True)
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    results = Axe().run(tab).response
    tab.context.close()
    broken = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]
    assert broken == []


@pages
def test_letters_of_pictures_are_read_on_a_phone(browser, page):
    tab = opened(browser, page, 390, "light")
    tab.goto(page.as_uri())
    smallest = tab.evaluate(
        """Math.min(...[...document.querySelectorAll('figure svg text')].map(text =>
             parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a), 99)"""
    )
    tab.context.close()
    assert smallest >= SMALLEST


@pages
def test_colours_differ_by_scheme(browser, page):
    colours = set()
    for scheme in SCHEMES:
        tab = opened(browser, page, 1400, scheme)
        tab.goto(page.as_uri())
        colours.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        tab.context.close()
    assert len(colours) == 2


@pages
def test_numbers_open_by_keyboard(browser, page):
    tab = opened(browser, page, 1400, "light")
    tab.goto(page.as_uri())
    folded = tab.evaluate("document.querySelectorAll('details').length")
    for _ in range(400):
        tab.keyboard.press("Tab")
        kind = tab.evaluate("document.activeElement.tagName")
        if kind == "SUMMARY":
            tab.keyboard.press("Enter")
        if kind == "BODY":
            break
    opened_now = tab.evaluate("document.querySelectorAll('details[open]').length")
    tab.context.close()
    assert opened_now == folded > 0


@pages
def test_paper_is_light_and_not_empty(browser, page):
    tab = opened(browser, page, 1400, "dark")
    tab.goto(page.as_uri())
    tab.emulate_media(media="print", color_scheme="dark")
    back = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    paper = tab.pdf(format="A4")
    tab.context.close()
    assert back == "rgb(255, 255, 255)"
    assert len(paper) > 10_000
