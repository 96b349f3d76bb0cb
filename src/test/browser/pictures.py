"""See `pictures`: cuts the top off each picture, and leaves it as many colours as fit."""

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
FROM = ROOT / "target" / "browser"
TO = ROOT / "docs" / "img"

# Name in docs/img: name in target/browser, and rows of pixels from the top.
PICTURES = {
    "tab-3.5.6-running": ("tab-3.5.6-running-1400-light", 760),
    "tab-4.1-after": ("tab-4.1.4-after-1400-light", 860),
    "tab-4.2-after": ("tab-4.2.1-after-1400-dark", 860),
    "tab-history-server": ("tab-4.2.1-history-1400-light", 860),
    "tab-phone": ("tab-4.2.1-running-390-light", 900),
    "report-wide": ("pages-classes-1400-light", 1300),
    "report-dark": ("pages-classes-1400-dark", 1300),
    "report-phone": ("pages-classes-390-light", 1560),
    "report-phone-dark": ("pages-classes-390-dark", 1560),
}
MOST_BYTES = 60_000


def main():
    for name, (source, height) in PICTURES.items():
        path = FROM / f"{source}.png"
        if not path.is_file():
            sys.exit(f"There is no {path}: run src/test/browser/run and src/test/browser/tab first.")
        with Image.open(path) as whole:
            top = whole.convert("RGB").crop((0, 0, whole.width, min(height, whole.height)))
        made = TO / f"{name}.png"
        made.write_bytes(small(top))
        print(f"{made.relative_to(ROOT)}: {top.width} x {top.height}, {made.stat().st_size:,} bytes")


def small(picture):
    """With as many colours as fit: of few, those of thin lines are the first to be lost."""
    for colours in [256, 192, 128, 96, 64, 48]:
        made = io.BytesIO()
        picture.quantize(colours, kmeans=2, dither=Image.Dither.NONE).save(made, "png", optimize=True)
        if len(made.getvalue()) <= MOST_BYTES:
            return made.getvalue()
    sys.exit(f"A picture does not fit {MOST_BYTES:,} bytes: show fewer rows of it.")


if __name__ == "__main__":
    main()
