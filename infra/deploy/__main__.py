"""``python -m infra.deploy``."""

import sys

from infra.deploy.cli import main

sys.exit(main(sys.argv[1:]))
