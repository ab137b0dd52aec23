"""The project shell: settings, addresses and the server's door. No business code."""
