"""What volunteers, providers and the public open on a phone."""
