"""What people see: the Discord client, the terminal, the settings. The only folder that imports discord."""
