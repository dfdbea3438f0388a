"""The fake cloud over HTTP: requests and responses as data, a server, and a transport for httpx."""
