"""Prints what a handler imports: ``imports.py viewer_request``, or ``origin_response`` after using each format."""

import json
import sys
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

PRELOADED = set(sys.modules)  # by the virtual environment


def use_every_format() -> None:
    from io import BytesIO

    from PIL import Image

    from edge.contract import policy
    from edge.contract.recipe import Recipe
    from edge.image import render

    for name in ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"):
        picture = BytesIO()
        Image.linear_gradient("L").convert("RGB").save(picture, name)
        for format_class in ("avif", "webp", "jpeg", "png"):
            render(picture.getvalue(), Recipe(width=100), format_class, policy=policy.load_policy())


import_module(f"edge.{sys.argv[1]}")
if sys.argv[1] == "origin_response":
    use_every_format()

owners = packages_distributions()
imported = set(sys.modules) - PRELOADED
distributions = {owner for module in imported for owner in owners.get(module.partition(".")[0], [])}
files = [sys.modules[name].__file__ for name in imported if name.partition(".")[0] == "edge"]
print(
    json.dumps(
        {"distributions": sorted(distributions), "edge": sum(Path(file).stat().st_size for file in files if file)}
    )
)
