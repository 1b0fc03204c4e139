"""From evidence to an answer whose every quote is verified."""
