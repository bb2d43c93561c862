"""PostgreSQL: its server, roles and sessions, dumps, and the exchange of two databases."""
