"""One answer of origin-response in a new interpreter, as at a cold start of Lambda."""

import json
import sys

from edge import origin_response

event = json.loads(sys.argv[1])
print(origin_response.handler(event, None)["status"], flush=True)
