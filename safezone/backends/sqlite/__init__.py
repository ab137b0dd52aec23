"""SQLite, durable and strict."""
