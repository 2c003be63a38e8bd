"""`python -m tests.sample`: runs the demo and keeps its report in reports/sample, as a page and as a picture of it.

With the folder of a recorded demo run as argument, that run is shown instead of a new one. The picture is the top
of the report and the first part of the policy in which sentences are contradicted; what stands between is left out.
"""

from __future__ import annotations

import base64
import sys
import tempfile
import zlib
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from crawler.browser.find import find
from crawler.cli.demo_command import demo
from crawler.cli.run_command import finish
from crawler.findings import Severity

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "reports" / "sample"
REPEAT = 3
"""Visits of each page in each arm, as in `make demo`."""
WIDTH, HEIGHT = 1400, 1800
MAX_PICTURE = 400_000

_SHORTEN = """() => {
  for (const e of document.querySelectorAll('nav.contents, #gaps, #index, .policy-section > .lede')) e.remove();
  const rows = [...document.querySelectorAll('.policy > .row')];
  const first = rows.findIndex(row => row.querySelector('mark.violation'));
  if (first < 0) throw new Error('no sentence is contradicted');
  for (const row of rows.slice(0, first)) row.remove();
}"""

_INDEX = """async png => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
  const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  const seen = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer);
  const times = new Map();
  for (const colour of seen) times.set(colour, (times.get(colour) ?? 0) + 1);
  const rgb = colour => [colour & 255, colour >> 8 & 255, colour >> 16 & 255];
  const palette = [...times.keys()].sort((a, b) => times.get(b) - times.get(a)).slice(0, 256).map(rgb);
  const place = new Map();
  for (const colour of times.keys()) {
    const [r, g, b] = rgb(colour);
    const far = palette.map(([x, y, z]) => (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2);
    place.set(colour, far.indexOf(Math.min(...far)));
  }
  const pixels = Uint8Array.from(seen, colour => place.get(colour));
  let text = '';
  for (let at = 0; at < pixels.length; at += 32768) text += String.fromCharCode(...pixels.subarray(at, at + 32768));
  return {palette: palette.flat(), pixels: btoa(text)};
}"""


def paths_of_this_machine(html: str) -> list[str]:
    """Folders of whoever made the report that stand in it; a report that is given away has none."""
    own = {str(ROOT), str(ROOT.parent), str(Path.home()), tempfile.gettempdir(), sys.prefix}
    return sorted(path for path in own if len(path) > 1 and path in html)


def picture(report: Path, target: Path) -> None:
    """Photograph the top of the report and its marked policy, in light colours."""
    found = find(None, allow_install=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.path) if found.path else None, channel=found.channel, args=["--no-sandbox"]
        )
        try:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            page.goto(report.resolve().as_uri())
            page.evaluate(_SHORTEN)
            target.write_bytes(packed(page.screenshot(), browser.new_page()))
        finally:
            browser.close()


def packed(png: bytes, page: Page) -> bytes:
    """The same picture in its 256 commonest colours, others replaced by the nearest; `page` does the counting."""
    indexed = page.evaluate(_INDEX, base64.b64encode(png).decode())
    pixels = base64.b64decode(indexed["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + WIDTH] for at in range(0, len(pixels), WIDTH))
    header = WIDTH.to_bytes(4, "big") + (len(pixels) // WIDTH).to_bytes(4, "big") + bytes((8, 3, 0, 0, 0))
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes(indexed["palette"])),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def make(run: Path, target: Path) -> None:
    """Write report.html and report.png of a recorded run into `target`. Raises ValueError for what must not go out."""
    html = finish(run, Severity.HIGH)[1].read_text(encoding="utf-8")
    if own := paths_of_this_machine(html):
        raise ValueError(f"the report names folders of this machine: {', '.join(own)}")
    target.mkdir(parents=True, exist_ok=True)
    (target / "report.html").write_text(html, encoding="utf-8")
    picture(target / "report.html", target / "report.png")
    if (size := (target / "report.png").stat().st_size) > MAX_PICTURE:
        raise ValueError(f"the picture has {size:,} bytes, more than {MAX_PICTURE:,}")


def main(arguments: list[str]) -> int:
    """Run the demo, unless a run is given, and write the sample; returns the demo's exit code when it went wrong."""
    if arguments:
        make(Path(arguments[0]), SAMPLE)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        code = demo(False, Path(folder), 2, REPEAT, True, None, True, True, Console(stderr=True))
        if code:
            return code
        (run,) = (path.parent for path in Path(folder).glob("*/*/run.json"))
        make(run, SAMPLE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
