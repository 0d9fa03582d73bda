"""The dashboard: pages from the server, on nothing but what the API knows."""
