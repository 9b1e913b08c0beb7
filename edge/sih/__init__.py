"""The URLs of AWS's Serverless Image Handler, now Dynamic Image Transformation for Amazon CloudFront, answered here.

Everything that knows that product's grammars, settings and errors is in this package.
https://docs.aws.amazon.com/solutions/latest/dynamic-image-transformation-for-amazon-cloudfront/
"""
