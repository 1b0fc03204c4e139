"""What moderators do with sources: propose and confirm them, look after those that are there, share them."""
