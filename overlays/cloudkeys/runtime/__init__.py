"""The runtime of generated code: operations, clients, retries, connections and redaction."""
