"""PostgreSQL at a known isolation level."""
