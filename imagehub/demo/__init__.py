"""The demo: sample images, a gallery of the template tag at work, and the data of a first start."""
