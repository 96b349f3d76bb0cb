"""The tab Training of real Sparks from PyPI, as people meet it: while a fit runs, after it, and in the history server.

What is judged is our part of the page: the frame around it (bar, heading, footer) is Spark's, and not ours to mend.
"""

import contextlib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from sessions import VERSIONS, HistoryServer, Session

PICTURES = Path(__file__).resolve().parents[3] / "target" / "browser"
OURS = "#ravine-fits"
RUNS = f"{OURS} .ravine-status.runs"

# The last one is that of the documentation: by then a fit that runs has the most to show.
WIDTHS = [390, 1400]

# A page that draws itself anew under the eyes of axe would be judged by parts that are gone.
STAND_STILL = "Object.defineProperty(document, 'hidden', { get: () => true })"

OPEN = "document.querySelectorAll('#ravine-fits details').forEach(one => one.open = true)"

STICKS_OUT = """width => [...document.querySelectorAll('#ravine-fits *')].filter(one =>
  !one.closest('.ravine-wide, svg') && one.getBoundingClientRect().right > width + 0.5).map(one => one.outerHTML)"""


STARTED = []


@pytest.fixture(scope="module", params=VERSIONS)
def session(request, tmp_path_factory):
    started = Session(request.param, tmp_path_factory.mktemp(f"spark-{request.param}"))
    STARTED.append(started)
    with contextlib.closing(started):
        yield started


def opened(browser, url, width=1400, scheme="light", waits_for=f"{OURS} svg"):
    tab = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    ).new_page()
    tab.set_default_timeout(20_000)
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(url)
    tab.wait_for_selector(waits_for)
    return tab, said, asked


def faults_of(browser, url, name, running, schemes):
    """What is wrong with the tab at every width and in every scheme; leaves pictures of it."""
    faults = []
    for width in WIDTHS:
        for scheme in schemes:
            tab, said, asked = opened(browser, url, width, scheme)
            tab.evaluate(STAND_STILL)
            here = tab.evaluate("location.origin")
            found = said + [address for address in asked if not address.startswith((here + "/", "data:"))]
            if (tab.locator(RUNS).count() > 0) != running:
                found.append("a fit runs" if not running else "no fit runs")
            tab.screenshot(path=PICTURES / f"tab-{name}-{width}-{scheme}.png", full_page=True)
            tab.evaluate(OPEN)
            found += tab.evaluate(STICKS_OUT, width)
            found += [
                f"{rule['id']}: {node['target']} {node['failureSummary']}"
                for rule in Axe().run(tab, context=OURS).response["violations"]
                for node in rule["nodes"]
            ]
            tab.context.close()
            faults += [f"{width} {scheme}: {fault}" for fault in found]
    return faults


def test_tab_whileAFitRuns(browser, session):
    session.until("begins")
    opened(browser, session.tab, waits_for=RUNS)[0].context.close()
    name = f"{session.version}-running"
    assert faults_of(browser, session.tab, name, True, session.schemes) == []


def test_tab_drawnAnew_keepsFocusAndWhatIsOpen(browser, session):
    tab, said, _ = opened(browser, session.tab)
    parameters = tab.locator(f"{OURS} .ravine-fit summary", has_text="Parameters").first
    parameters.focus()
    for key in ["", "Enter"]:
        if key:
            tab.keyboard.press(key)
        before = tab.evaluate("document.querySelector('#ravine-fits dd').textContent")
        tab.wait_for_function(
            "before => document.querySelector('#ravine-fits dd').textContent !== before", arg=before
        )
        assert tab.evaluate("document.activeElement.textContent") == "Parameters"
        assert parameters.evaluate("one => one.parentElement.open") == (key == "Enter")
    tab.locator(f"{OURS} td a").last.click()
    assert tab.locator(f"{OURS} .ravine-fit").last.evaluate("one => one.open")
    tab.context.close()
    assert said == []


def test_tab_afterIt(browser, session):
    session.go_on()
    name = f"{session.version}-after"
    assert faults_of(browser, session.tab, name, False, session.schemes) == []


def test_historyServer_ofTheOldestAndTheNewest(browser):
    """They differ in Scala and in the servlets' API; what is between is served as in the newest."""
    for session in STARTED[:1] + STARTED[1:][-1:]:
        session.close()
        with contextlib.closing(HistoryServer(session)) as server:
            name = f"{session.version}-history"
            assert faults_of(browser, server.tab, name, False, ["light"]) == []
