"""The safety proofs: each computes its figure by running, and says whether the goal is met."""
