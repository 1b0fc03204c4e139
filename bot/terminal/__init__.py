"""The `rejoinder` command: each verb of the library as a subcommand."""
