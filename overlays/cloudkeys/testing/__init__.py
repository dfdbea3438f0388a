"""Testing programs that call these APIs, without an account and without a network."""
