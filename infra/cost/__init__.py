"""What a month costs on AWS, beside other ways to serve the same images: ``python -m infra.cost``."""
