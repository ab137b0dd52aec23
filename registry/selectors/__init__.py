"""Every read that leaves the app; the actor is the first argument, and what is outside their view is absent."""
