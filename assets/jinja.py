"""`img_url` for Jinja2: a global, and a tag written as in Django's templates but with the project's own delimiters."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from assets.image_options import OPTIONS, unknown_option
from assets.links import page_url

_USAGE = "Write img_url photo 300 height=200 as thumb; all but the photo may be left out."


class ImageHubExtension(Extension):
    """The tag ``{% img_url photo 300 height=200 as thumb %}`` and the global ``img_url(photo, 300, height=200)``."""

    tags = {"img_url"}  # noqa: RUF012  # Jinja2 declares it so
    url = staticmethod(page_url)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["img_url"] = page_url

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse one tag. Raises `TemplateSyntaxError` with the line, and lists the options if one is unknown."""
        lineno = next(parser.stream).lineno
        arguments: list[nodes.Expr] = []
        options: list[nodes.Keyword] = []
        while not parser.stream.current.test_any("block_end", "name:as"):
            if parser.stream.current.type == "name" and parser.stream.look().type == "assign":
                options.append(_parse_option(parser, options))
            elif options:
                parser.fail(f"img_url has an argument after an option. {_USAGE}")
            else:
                arguments.append(_parse_value(parser))
        if not 1 <= len(arguments) <= 2:
            parser.fail(f"img_url needs a photo and at most a width. {_USAGE}", lineno)
        call = nodes.Call(self.attr("url"), arguments, options, None, None).set_lineno(lineno)
        if parser.stream.skip_if("name:as"):
            return nodes.Assign(parser.parse_assign_target(with_tuple=False), call).set_lineno(lineno)
        return nodes.Output([call]).set_lineno(lineno)


def environment(**options: Any) -> Environment:
    """An environment with the tag and the global, for ``OPTIONS["environment"]`` of Django's Jinja2 backend."""
    jinja = Environment(**options)  # noqa: S701  # Django's backend turns autoescape on
    jinja.add_extension(ImageHubExtension)
    return jinja


def _parse_option(parser: Parser, given: list[nodes.Keyword]) -> nodes.Keyword:
    name = next(parser.stream)
    if name.value not in OPTIONS:
        parser.fail(str(unknown_option(name.value)), name.lineno)
    if any(option.key == name.value for option in given):
        parser.fail(f"img_url has the option {name.value} twice.", name.lineno)
    next(parser.stream)
    return nodes.Keyword(name.value, _parse_value(parser), lineno=name.lineno)


def _parse_value(parser: Parser) -> nodes.Expr:
    value = parser.parse_expression()
    # Jinja2 would read two expressions with a comma between them as a tuple.
    if parser.stream.current.type == "comma":
        parser.fail(f"img_url separates arguments by spaces, not commas. {_USAGE}")
    return value
