#!/usr/bin/env python3
"""Holds the script of the quickstart's page to the Java rules, in a headless Chromium.

    mvn -q compile exec:java
    src/test/browser/ravine.py target/quickstart/report.html

Runs the page's formulas through every walk of walks.jsonl, to which WalkTest holds Java, and moves the sliders.
Needs no package but Debian's chromium (or the path of another one in CHROMIUM).
"""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "src/test/resources/ravine/landscape/walks.jsonl"
FORMULAS = ROOT / "src/main/resources/ravine/landscape/walks.js"

# Of sixty steps; RMSProp divides by the size of gradients that shrink, and so by their rounding.
CLOSE = 1e-6

CATCH = "<script>window.wrong = []; window.onerror = message => { window.wrong.push(message); };</script>"

PROBE = """
<script>
window.onload = () => setTimeout(() => {
  const problem = JSON.parse(document.getElementById("ravine-problem").textContent);
  const form = document.querySelector(".ravine .controls");
  const walked = GOLDEN.map(({rule, rate, momentum, batch, steps}) => {
    const {points, gaps} = walk(problem, rule, rate, momentum, batch);
    return {points: steps.map(i => points[i]), gaps: steps.map(i => gaps[i])};
  });
  const told = () => Object.fromEntries([...document.querySelectorAll(".ravine figure")].map(panel =>
    [panel.querySelector("figcaption").textContent, panel.querySelector(".end").parentNode.textContent
      + panel.querySelector(".walk").getAttribute("points")]));
  const set = (name, value) => {
    form.elements[name].value = value;
    form.dispatchEvent(new Event("input"));
    return told();
  };
  const written = told(), same = set("momentum", 0.9), less = set("momentum", 0.5);
  const slower = set("rate", -8), noisy = set("batch", "5"), faster = set("rate", 8);
  form.querySelector("button").click();
  setTimeout(() => {
    const result = {walked, written, same, less, slower, noisy, faster, reset: told(), hidden: form.hidden, wrong};
    document.body.setAttribute("data-result", JSON.stringify(result));
  }, 50);
});
</script>
"""


def browse(page):
    """What the page's scripts left, as JSON in an attribute of its body."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("There is no Chromium: apt-get install chromium, or name one in CHROMIUM.")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--virtual-time-budget=10000", "--dump-dom", path.as_uri()]
        dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<body[^>]* data-result="([^"]*)"', dom)
    if found is None:
        sys.exit("The page has not run to its end: no result in it.")
    return json.loads(html.unescape(found[1]))


def far(one, other):
    """The largest difference of two lists of numbers, relative where they are large."""
    if isinstance(one, list):
        return max(far(a, b) for a, b in zip(one, other, strict=True))
    return abs(one - other) / max(1.0, abs(other))


def differ(before, after):
    return {name for name in before if before[name] != after[name]}


def main(path):
    page = pathlib.Path(path).read_text(encoding="utf-8")
    formulas = FORMULAS.read_text(encoding="utf-8")
    golden = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    assert formulas in page, "the page has other formulas than walks.js"
    script = f"<script>const GOLDEN = {json.dumps(golden)};\n{formulas}</script>"
    probed = page.replace("<head>", "<head>" + CATCH, 1).replace("</body>", script + PROBE + "</body>", 1)
    result = browse(probed)

    assert result["wrong"] == [], result["wrong"]
    assert result["hidden"] is False, "the sliders are not shown"
    worst = 0.0
    for expected, walked in zip(golden, result["walked"], strict=True):
        off = max(far(walked["points"], expected["points"]), far(walked["gaps"], expected["gaps"]))
        assert off <= CLOSE, f"{expected['rule']} at rate {expected['rate']} is off by {off}"
        worst = max(worst, off)

    written = result["written"]
    assert len(written) == 11, sorted(written)
    assert not differ(written, result["same"]), "Java and the page say different things of the same walks"
    without = {"SGD", "RMSProp", "SGD, 5 rows a step", "SGD, 25 rows a step"}
    assert differ(result["same"], result["less"]) == set(written) - without
    assert differ(result["less"], result["slower"]) == set(written)
    assert "SGD" in differ(result["slower"], result["noisy"])
    assert "ends" in result["noisy"]["SGD"], result["noisy"]["SGD"]
    assert differ(result["noisy"], result["faster"]) == set(written)
    assert not differ(written, result["reset"]), "reset does not bring the first paths back"
    print(f"{len(golden)} walks of the page are Java's to {worst:.1e}; sliders and reset work")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: src/test/browser/ravine.py PAGE")
    main(sys.argv[1])
