"""What generated code runs on: operations, clients, retries, connections, and what messages may say."""
