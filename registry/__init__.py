"""The registry: vetted offers, safe zones, and matches that only verified providers can be part of."""
