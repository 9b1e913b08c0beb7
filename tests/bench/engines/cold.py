"""One answer of the origin-response door in a new interpreter, as a Lambda that has just started gives it."""

import json
import sys

from edge import origin_response

event = json.loads(sys.argv[1])
print(origin_response.handler(event, None)["status"], flush=True)
