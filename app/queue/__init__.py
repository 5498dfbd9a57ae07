"""What is asked next: what holds for every image, the order of the pool, the queue on screen."""
