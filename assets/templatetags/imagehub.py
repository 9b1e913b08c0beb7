"""``{% load imagehub %}{% img_url photo 300 height=200 as thumb %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape

from assets.links import OPTIONS, img_url, unknown_option

register = template.Library()

_USAGE = "{% img_url photo 300 %}: a photo, its width, then options such as height=200"


class ImgUrlNode(Node):
    """One ``img_url`` tag, compiled."""

    def __init__(
        self, arguments: Sequence[FilterExpression], options: Mapping[str, FilterExpression], target: str | None
    ) -> None:
        self.arguments = arguments
        self.options = options
        self.target = target

    def render(self, context: Context) -> str:
        """The URL, escaped where the template escapes; nothing where it goes ``as`` a variable."""
        arguments = [argument.resolve(context, ignore_failures=True) for argument in self.arguments]
        options = {name: value.resolve(context, ignore_failures=True) for name, value in self.options.items()}
        url = img_url(*arguments, **options)
        if self.target:
            context[self.target] = url
            return ""
        return conditional_escape(url) if context.autoescape else url


@register.tag("img_url")
def compile_img_url(parser: Parser, token: Token) -> ImgUrlNode:
    """Compiles the tag; a `TemplateSyntaxError` lists the options where one is wrong."""
    _, *bits = token.split_contents()
    target = None
    if len(bits) > 2 and bits[-2] == "as":
        *bits, _, target = bits
    arguments: list[FilterExpression] = []
    options: dict[str, FilterExpression] = {}
    for bit in bits:
        name, equals, value = bit.partition("=")
        if not (equals and name.isidentifier()):
            if options:
                raise template.TemplateSyntaxError(f"img_url: {bit} stands after an option; write {_USAGE}.")
            arguments.append(parser.compile_filter(bit))
            continue
        if name not in OPTIONS:
            raise template.TemplateSyntaxError(str(unknown_option(name)))
        if name in options:
            raise template.TemplateSyntaxError(f"img_url: {name} is given twice.")
        options[name] = parser.compile_filter(value)
    if not 1 <= len(arguments) <= 2:
        raise template.TemplateSyntaxError(f"img_url takes {_USAGE}.")
    return ImgUrlNode(arguments, options, target)
