"""Authentication: one module per scheme; each is an `httpx.Auth` for both sync and async clients."""
