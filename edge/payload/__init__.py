"""Events and replies of function URLs and HTTP APIs, which share payload format 2.0."""
