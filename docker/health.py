"""Healthy when the running server answers its own token. Port and base URL come from the file the server wrote."""

import json
import os
import ssl
import sys
import urllib.request
from pathlib import Path

written = sorted(Path(os.environ["JUPYTER_RUNTIME_DIR"]).glob("jpserver-*.json"), key=lambda path: path.stat().st_mtime)
if not written:
    sys.exit("JupyterLab n'a pas encore démarré.")
server = json.loads(written[-1].read_text())
host = "127.0.0.1" if server["hostname"] in ("", "0.0.0.0", "::", "localhost") else server["hostname"]
url = f"{'https' if server['secure'] else 'http'}://{host}:{server['port']}{server['base_url']}api/status"

# No proxy: it would be asked for its own 127.0.0.1. No check of a certificate that is made for another name.
opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
)
request = urllib.request.Request(url, headers={"Authorization": f"token {server['token']}"})
try:
    opener.open(request, timeout=4).read()
except OSError as error:
    sys.exit(f"JupyterLab ne répond pas à {url} : {error}")
