"""A stand-in for Amazon Rekognition that runs on this machine, for the demo without AWS and for tests."""
