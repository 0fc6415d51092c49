"""Pages about people and their accounts, and about the proofs kept of what they do."""
