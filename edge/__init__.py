"""The visitors' side of imagehub: what Lambda@Edge runs. No Django; Pillow only where pixels are touched."""
