"""``{% load imagehub %}{% img_url photo 300 height=200 as thumb %}``."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from assets.links import OPTIONS, img_url, unknown_option

register = template.Library()

Value = Callable[[Context], object]

_USAGE = "{% img_url photo 300 %}, then options such as height=200, then perhaps as name"


class ImgUrlNode(Node):
    """One ``img_url`` tag, compiled."""

    def __init__(self, arguments: list[Value], options: dict[str, Value], target: str | None) -> None:
        self.arguments = arguments
        self.options = options
        self.target = target

    def render(self, context: Context) -> str:
        """The URL, escaped where the template escapes; nothing where it goes ``as`` a variable."""
        arguments = [argument(context) for argument in self.arguments]
        url = img_url(*arguments, **{name: value(context) for name, value in self.options.items()})  # type: ignore[arg-type]
        if self.target:
            context[self.target] = url
            return ""
        return SafeString(escape(url)) if context.autoescape else url


@register.tag("img_url")
def compile_img_url(parser: Parser, token: Token) -> ImgUrlNode:
    """Compiles the tag; a `TemplateSyntaxError` lists the options where one is wrong."""
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
            options[name] = _value(parser, text)
        elif options:
            raise template.TemplateSyntaxError(f"img_url: {bit} stands after an option; write {_USAGE}.")
        else:
            arguments.append(_value(parser, bit))
    if not 1 <= len(arguments) <= 2:
        raise template.TemplateSyntaxError(f"img_url takes a photo and at most a width: write {_USAGE}.")
    return ImgUrlNode(arguments, options, target)


def _check_option(name: str, given: dict[str, Value]) -> None:
    if name not in OPTIONS:
        raise template.TemplateSyntaxError(str(unknown_option(name)))
    if name in given:
        raise template.TemplateSyntaxError(f"img_url: {name} is given twice.")


def _value(parser: Parser, text: str) -> Value:
    """How to get an argument's value. One that is always the same is resolved once; a missing variable is None."""
    expression = parser.compile_filter(text)
    if not expression.is_var and not expression.filters:
        constant = expression.resolve(Context())
        return lambda _: constant
    return lambda context: expression.resolve(context, ignore_failures=True)
