"""Where the edge runs: the stack on AWS, and the same CloudFront on one machine."""
