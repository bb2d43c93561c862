import os
import socket

import pytest

from agent.litellm.in_image import reset


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may")
def test_connection_that_nobody_hears_is_reset_and_no_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, socket.create_server(("127.0.0.1", 0)) as other:
        clients = [socket.create_connection(server.getsockname()[:2], 5) for server in (deaf, other)]
        heard, _ = other.accept()
        assert reset.reset({deaf.getsockname()[1]}) == 1
        with pytest.raises(ConnectionResetError):
            clients[0].recv(1)
        heard.send(b"x")
        assert clients[1].recv(1) == b"x"
        for one in (*clients, heard):
            one.close()
