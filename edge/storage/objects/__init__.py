"""Object stores: an S3 bucket, and a directory that behaves like one."""
