"""From a file, a page or a seed to a document: text, passages with exact spans, claims."""
