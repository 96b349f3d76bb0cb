"""One headless Chromium for all pages."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).resolve().parents[3] / "target" / "browser"


@pytest.fixture(scope="session")
def browser():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"]
        )
        yield started
        started.close()
