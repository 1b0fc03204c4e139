"""What people type and press: check, acknowledge, call one verb of the library, show."""
