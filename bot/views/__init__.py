"""Values turned into Components V2; pure functions, except for the dynamic items that hand presses over."""
