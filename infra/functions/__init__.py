"""The functions that run on AWS beside the handlers in edge."""
