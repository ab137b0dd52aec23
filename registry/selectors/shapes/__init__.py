"""How things look to the actor: pages of plain rows and small dicts, ready to leave; nothing outside their view."""
