"""See `pictures`: cuts the top off each picture, and leaves it as few colours as it needs."""

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
    "report-wide": ("pages-batches-1400-light", 1300),
    "report-dark": ("pages-batches-1400-dark", 1300),
    "report-phone": ("pages-batches-390-light", 1560),
    "report-phone-dark": ("pages-batches-390-dark", 1560),
}
COLOURS = 40
MOST_BYTES = 60_000


def main():
    for name, (source, height) in PICTURES.items():
        path = FROM / f"{source}.png"
        if not path.is_file():
            sys.exit(f"There is no {path}: run src/test/browser/run and src/test/browser/tab first.")
        with Image.open(path) as whole:
            top = whole.convert("RGB").crop((0, 0, whole.width, min(height, whole.height)))
        made = TO / f"{name}.png"
        top.quantize(COLOURS, dither=Image.Dither.NONE).save(made, optimize=True)
        size = made.stat().st_size
        print(f"{made.relative_to(ROOT)}: {top.width} x {top.height}, {size:,} bytes")
        if size > MOST_BYTES:
            sys.exit(f"{made.name} must be at most {MOST_BYTES:,} bytes.")


if __name__ == "__main__":
    main()
