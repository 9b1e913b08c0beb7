"""One answer of the gateway in a new interpreter, as at a cold start of Lambda."""

import json
import sys

from edge import gateway

print(gateway.handler(json.loads(sys.argv[1]), None)["statusCode"], flush=True)
