"""The gateway on this host: releases, the two slots, the proxy before them, and what its database keeps."""
