"""What trained systems are worth on soundtracks that they have not heard."""
