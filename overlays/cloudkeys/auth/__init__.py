"""Authentication: one module for each scheme, each an `httpx.Auth` that serves sync and async clients alike."""
