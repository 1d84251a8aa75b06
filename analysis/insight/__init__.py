"""What a category's customers need, weigh, choose and go through; each module makes one part of the report's statements."""
