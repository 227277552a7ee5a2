"""Who may do what in the registry: a page for each slice."""
