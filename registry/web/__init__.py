"""What all faces share: who is asking, what time it is, how a refusal looks."""
