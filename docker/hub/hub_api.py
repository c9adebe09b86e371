"""What `equipes` asks of the hub that runs beside it: to close the labs and the sessions of a team that leaves."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path

from teams import TeamsError, team_of

# Name of the command among the hub's services, and of its role there.
SERVICE = "equipes"
PAGE = 200
# A lab that ends saves nothing: ten seconds are JupyterHub's own patience with a signal, of three that it sends.
PATIENCE = 60


def service_token(state: Path) -> str:
    """The command's key to the hub, drawn the first time; the hub's own account alone reads it."""
    file = state / "equipes-jeton"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(secrets.token_hex(32))
    return file.read_text(encoding="ascii")


class Hub:
    """The running hub's REST interface."""

    def __init__(self, state: Path, port: int):
        self.state = state
        self.api = f"http://127.0.0.1:{port}/hub/api"

    def _ask(self, method: str, path: str):
        """The hub's answer. Raises OSError when there is no hub, HTTPError when it refuses."""
        request = urllib.request.Request(
            f"{self.api}{path}", method=method, headers={"Authorization": f"token {service_token(self.state)}"}
        )
        # No proxy: it would be asked for its own 127.0.0.1.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or "null")

    def _accounts(self, team: str) -> list[str]:
        """The accounts of a team that ever came."""
        names: list[str] = []
        offset = 0
        while users := self._ask("GET", f"/users?offset={offset}&limit={PAGE}"):
            names += [user["name"] for user in users if team_of(user["name"]) == team]
            offset += len(users)
        return names

    def close_team(self, team: str) -> list[str]:
        """Ends the labs of a team and forgets its accounts, with their sessions; returns their names.

        Raises TeamsError when the hub doesn't answer, or can't.
        """
        try:
            accounts = self._accounts(team)
            for account in accounts:
                self._delete(account)
        except OSError as error:
            raise TeamsError(
                f"Le hub n'a pas pu fermer les labos de l'équipe « {team} » ({error}) : ceux qui sont ouverts le restent. Quand il"
                f" répond, relancez : equipes retirer {team}"
            ) from error
        return accounts

    def _delete(self, account: str) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._ask("DELETE", f"/users/{account}")
                return
            except urllib.error.HTTPError as error:
                # 400: the lab is stopping already. 404: somebody was faster.
                if error.code == 404:
                    return
                if error.code != 400 or time.monotonic() > end:
                    raise
            time.sleep(0.5)
