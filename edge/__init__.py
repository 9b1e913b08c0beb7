"""The visitors' side of imagehub, which runs in Lambda@Edge. It needs no Django, and Pillow only in the engine."""
