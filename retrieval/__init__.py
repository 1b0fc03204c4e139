"""The domain: documents become evidence, evidence becomes answers. No Discord here, no globals."""
