"""One command a file, each with ``register(app)``: thin shells around the packages."""
