"""The README's pictures, made from real answers: ``python docs/pictures.py`` (needs Chromium for the second).

``demo.svg`` is what the terminal shows. ``answer.png`` is the message that the bot sends, its components drawn in the
manner of Discord; the text and the layout are the bot's, the drawing is ours.
"""

from __future__ import annotations

import asyncio
import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.composition import open_library
from bot.console import render_answer
from bot.settings import Settings
from bot.terminal.ask import DEMO
from bot.views.answer import answer_view
from retrieval.types import Answer

FOLDER = Path(__file__).resolve().parent / "pictures"
STYLE = """
body{background:#313338;color:#dbdee1;font:16px/1.375 'gg sans','Noto Sans','DejaVu Sans',sans-serif;margin:0;padding:20px;width:640px}
.name{color:#f2f3f5;font-weight:600}.app{background:#5865f2;color:#fff;font-size:10px;padding:1px 5px;border-radius:4px}
.box{background:#2b2d31;border:1px solid #3f4147;border-left:4px solid var(--accent,#3f4147);border-radius:8px;padding:12px 14px;margin:8px 0}
h2{font-size:20px;margin:8px 0 4px;color:#f2f3f5}h3{font-size:16px;margin:6px 0 4px;color:#f2f3f5}.small{font-size:12px;color:#949ba4}
blockquote{border-left:4px solid #4e5058;margin:4px 0;padding:0 0 0 12px}a{color:#00a8fc;text-decoration:none}p{margin:3px 0}
.row{margin:8px 0}.button{display:inline-block;background:#4e5058;color:#fff;border-radius:4px;padding:6px 14px;margin-right:8px;font-size:14px}
.select{background:#1e1f22;border-radius:4px;padding:9px 12px;color:#949ba4;font-size:14px}hr{border:0;border-top:1px solid #3f4147;margin:8px 0}
"""
TEXT, CONTAINER, SECTION, ROW, BUTTON, SEPARATOR = 10, 17, 9, 1, 2, 14


def main() -> None:
    """Ask the demo's questions in a fresh library and draw the answers."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        answers = asyncio.run(ask(Path(folder)))
    (FOLDER / "demo.svg").write_text(demo(answers), encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("answer.png needs Chromium, which is not installed here")
    screenshot(chromium, page(answers[0]), FOLDER / "answer.png")


async def ask(data: Path) -> list[Answer]:
    """The demo's answers."""
    async with open_library(Settings(REJOINDER_DATA=data)) as library:
        return [await library.ask(question) for question, _ in DEMO]


def demo(answers: list[Answer]) -> str:
    """The first answer of the terminal's demo, as SVG."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("> ", "dim"), (answers[0].question, "bold")), "")
    console.print(render_answer(answers[0]))
    # Without the fonts that Rich would have a reader's browser fetch.
    return re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="make demo"), flags=re.DOTALL)


def page(answer: Answer) -> str:
    """The message as a page."""
    body = "".join(draw(component) for component in answer_view(answer).to_components())
    name = '<p><span class="name">Rejoinder</span> <span class="app">APP</span></p>'
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{name}{body}"


def draw(component: dict[str, Any]) -> str:
    """One component and what is in it."""
    inner = "".join(draw(child) for child in component.get("components", []))
    accent = component.get("accent_color") or 0x3F4147
    drawn = {
        TEXT: lambda: markdown(component["content"]),
        CONTAINER: lambda: f'<div class="box" style="--accent:#{accent:06x}">{inner}</div>',
        BUTTON: lambda: f'<span class="button">{html.escape(component.get("label") or "")}</span>',
        SEPARATOR: lambda: "<hr>",
        ROW: lambda: f'<div class="row">{inner}</div>',
        SECTION: lambda: inner + draw(component["accessory"]),
    }
    menu = f'<div class="select">{html.escape(component.get("placeholder") or "")}</div>'
    return drawn.get(component["type"], lambda: menu)()


def markdown(text: str) -> str:
    """The part of Discord's Markdown that the bot uses."""
    return "".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    for mark, tag, kind in (("### ", "h3", ""), ("## ", "h2", ""), ("-# ", "p", "small"), ("> ", "blockquote", "")):
        if line.startswith(mark):
            return f'<{tag} class="{kind}">{_inline(line.removeprefix(mark))}</{tag}>'
    return f"<p>{_inline(line)}</p>"


def _inline(text: str) -> str:
    kept = re.sub(r"\\(.)", lambda match: f"&#{ord(match[1])};", text)
    safe = kept.replace("<", "&lt;").replace(">", "&gt;")
    linked = re.sub(r"\[([^\]]+)\]\(&lt;([^)]+?)&gt;\)|\[([^\]]+)\]\(([^)]+)\)", r"<a>\1\3</a>", safe)
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", linked)


def screenshot(chromium: str, document: str, picture: Path) -> None:
    """Draw a page into a PNG."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(document, encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=680,1300"]
        quiet = ["--disable-background-networking", "--no-first-run", f"--user-data-dir={folder}/profile"]
        subprocess.run([chromium, *flags, *quiet, f"--screenshot={picture}", source.as_uri()], check=True)


if __name__ == "__main__":
    main()
