"""One breach of a rule for each guard of the database: what leads up to it is lawful, the last statement is not."""
