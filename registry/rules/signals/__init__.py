"""Signals: small rules that notice what a person should look at. A signal never proves anything and never rejects."""
