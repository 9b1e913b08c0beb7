"""The template tag ``{% load imagehub %}{% img_url photo 300 height=200 as thumb %}``."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from assets.image_options import OPTIONS, unknown_option
from assets.links import page_url

register = template.Library()

Value = Callable[[Context], object]

_USAGE = "Write {% img_url photo 300 height=200 as thumb %}; all but the photo may be left out."


class ImgUrlNode(Node):
    """One compiled ``img_url`` tag."""

    def __init__(self, arguments: list[Value], options: dict[str, Value], target: str | None) -> None:
        self.arguments = arguments
        self.options = options
        self.target = target

    def render(self, context: Context) -> str:
        """The URL, escaped if the template escapes; nothing if it is assigned to a variable."""
        arguments = [argument(context) for argument in self.arguments]
        url = page_url(*arguments, **{name: value(context) for name, value in self.options.items()})
        if self.target:
            context[self.target] = url
            return ""
        return SafeString(escape(url)) if context.autoescape else url


@register.tag("img_url")
def compile_img_url(parser: Parser, token: Token) -> ImgUrlNode:
    """Compile the tag. Raises `TemplateSyntaxError`, which lists the options if one is unknown."""
    _, *bits = token.split_contents()
    target = None
    if len(bits) > 2 and bits[-2] == "as":
        *bits, _, target = bits
    arguments: list[Value] = []
    options: dict[str, Value] = {}
    for bit in bits:
        name, equals, text = bit.partition("=")
        if equals and name.isidentifier():
            _check_option(name, options)
            options[name] = _compile_value(parser, text)
        elif options:
            raise template.TemplateSyntaxError(f"img_url has the argument {bit} after an option. {_USAGE}")
        else:
            arguments.append(_compile_value(parser, bit))
    if not 1 <= len(arguments) <= 2:
        raise template.TemplateSyntaxError(f"img_url needs a photo and at most a width. {_USAGE}")
    return ImgUrlNode(arguments, options, target)


def _check_option(name: str, given: dict[str, Value]) -> None:
    if name not in OPTIONS:
        raise template.TemplateSyntaxError(str(unknown_option(name)))
    if name in given:
        raise template.TemplateSyntaxError(f"img_url has the option {name} twice.")


def _compile_value(parser: Parser, text: str) -> Value:
    """How to get an argument's value: a constant is resolved once, and a missing variable is None."""
    expression = parser.compile_filter(text)
    if not expression.is_var and not expression.filters:
        constant = expression.resolve(Context())
        return lambda _: constant
    return lambda context: expression.resolve(context, ignore_failures=True)
