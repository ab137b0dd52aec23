"""Pure decisions on plain values: what may happen, and why not. No Django, no clock, no database."""
