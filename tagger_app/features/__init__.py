"""From samples to tiles: what both the application and the trainer hear."""
