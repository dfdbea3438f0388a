"""How each service answers."""
