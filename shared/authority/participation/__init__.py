"""Who may do what in participation: a page for each slice."""
