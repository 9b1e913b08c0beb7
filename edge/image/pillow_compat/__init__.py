"""All of Pillow's private API that the engine uses, and Pillow's file readers made independent of the host process.

Pillow keeps its limits and switches in module globals that any code in the process may set: `Image.MAX_IMAGE_PIXELS`,
`ImageFile.LOAD_TRUNCATED_IMAGES`, `TiffImagePlugin.READ_LIBTIFF` and more. The readers here neither read nor change
them: their methods are copies of Pillow's that see the values given here. They emit no warnings either, because a host
may turn warnings into exceptions.

There is a module for each of Pillow's plugins. What is not imported cannot be attacked, and costs no start-up time.
tests/edge/image/pillow_compat tests each private name; pyproject.toml bounds Pillow's version.
"""
