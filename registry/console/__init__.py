"""The desk of authorities: officers, auditors, stewards, child protection."""
