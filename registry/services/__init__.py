"""Every write: keyword-only, typed, one transaction, one audit entry a decision. Time and actor come in."""
