"""Access to a chat model: one call within a deadline, a ladder of ways to ask, a circuit and a budget around it."""
