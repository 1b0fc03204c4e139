"""From a question to ranked, judged passages."""
