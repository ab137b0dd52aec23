"""Invented people: the demo, and real days of arrivals replayed through the same services as people use."""
