"""The programs that work on the specs; nox runs them."""
