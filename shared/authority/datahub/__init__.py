"""Who may do what in the data hub: a page for each slice."""
