"""From the bytes of sockets to bodies and messages."""
