"""Django's backend for PostgreSQL with user and password from AWS Secrets Manager, which may rotate them."""
