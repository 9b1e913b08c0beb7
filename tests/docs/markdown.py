"""What the tests need to read from the documentation's Markdown: links, anchors, code and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile, takewhile
from pathlib import Path

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class CodeBlock:
    """A fenced block. ``language`` is the first word of its info string, ``options`` the other words, as a mapping."""

    language: str
    options: dict[str, str]
    body: str


@dataclass(frozen=True)
class Text:
    """A Markdown text."""

    text: str

    @cached_property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub("", self.text)

    @cached_property
    def blocks(self) -> list[CodeBlock]:
        return [_block(match["info"], match["body"]) for match in _FENCE.finditer(self.text)]

    @cached_property
    def spans(self) -> list[str]:
        """Inline code."""
        return [match[2] for match in _SPAN.finditer(self.prose)]

    @cached_property
    def code(self) -> str:
        """Everything set as code, one piece a line."""
        return "\n".join([*(block.body for block in self.blocks), *self.spans])

    @cached_property
    def links(self) -> list[str]:
        """The targets of links and images, as written."""
        return _LINK.findall(_SPAN.sub("", self.prose))

    @cached_property
    def anchors(self) -> set[str]:
        """The ids that GitHub gives the headings."""
        return {_anchor(heading) for heading in _HEADING.findall(self.prose)}

    @cached_property
    def sections(self) -> list[str]:
        """The headings of the second level."""
        return re.findall(r"^## (.+)$", self.prose, re.MULTILINE)

    def section(self, heading: str) -> Text:
        """What is below a heading of the second level."""
        match = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", self.text, re.MULTILINE | re.DOTALL)
        assert match, f"there is no heading {heading!r}"
        return Text(match[1])

    def table(self, heading: str) -> list[list[str]]:
        """The rows of the first table below ``heading``, without its header, each as a list of cells."""
        lines = dropwhile(lambda line: not line.startswith("|"), self.section(heading).prose.splitlines())
        rows = [_cells(line) for line in takewhile(lambda line: line.startswith("|"), lines)]
        assert rows, f"there is no table below {heading!r}"
        return rows[2:]


@dataclass(frozen=True)
class Page(Text):
    """A Markdown file."""

    path: Path

    @classmethod
    def read(cls, path: Path) -> Page:
        return cls(path.read_text(), path)


def _block(info: str, body: str) -> CodeBlock:
    language, *words = info.split() or [""]
    pairs = (word.partition("=") for word in words)
    return CodeBlock(language, {name: value for name, _, value in pairs}, body)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _anchor(heading: str) -> str:
    # https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def code_words(cell: str) -> list[str]:
    """The pieces of inline code in a table cell."""
    return [match[2] for match in _SPAN.finditer(cell)]
