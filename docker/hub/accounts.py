"""Who enters: a team and its password, with the first name of whoever wants a lab apart."""

import asyncio

from jupyterhub.auth import Authenticator
from teams import ORGANISER, Teams, TeamsError, first_name
from traitlets import Instance


class TeamAuthenticator(Authenticator):
    """Compares the password with the team's, and makes the account `equipe` or `equipe.prenom`.

    The organisers' account alone is an administrator.
    """

    teams = Instance(Teams).tag(config=True)

    async def authenticate(self, handler, data):
        """Name of the account, None when the password or the team is wrong."""
        team = data.get("username", "").strip().lower()
        try:
            opened = await asyncio.to_thread(self.teams.opens, team, data.get("password", ""))
        except TeamsError as error:
            self.log.error("%s", error)
            return None
        if not opened:
            return None
        name = first_name(data.get("prenom", ""))
        account = f"{team}.{name}" if name and team != ORGANISER else team
        return {"name": account, "admin": team == ORGANISER}
