"""The fake cloud over HTTP: requests and answers as data, a server, and a transport for httpx."""
