"""What the hub's pages show beyond JupyterHub's own: the themes, and to the organisers who is on."""

from dataclasses import dataclass
from datetime import datetime, timezone

from jupyterhub import orm
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from teams import ORGANISER, Teams, TeamsError, team_of
from themes import themes
from tornado import web


def template_variables(teams: Teams) -> dict:
    """What every page may show."""
    titles = {theme.team: theme.title for theme in themes() if theme.team}

    def team_names(_user) -> list[tuple[str, str]]:
        """Name and title of each team that has an account, in the order of the themes."""
        try:
            known = teams.all()
        except TeamsError:
            return []
        ordered = [name for name in titles if name in known]
        others = sorted(name for name in known if name not in titles and name != ORGANISER)
        return [(name, titles.get(name, name)) for name in ordered + others]

    def theme(user):
        """The theme of the team of whoever is logged in."""
        return next((theme for theme in themes() if user and theme.team == team_of(user.name)), None)

    return {"themes": themes(), "teams": team_names, "theme": theme, "organiser": ORGANISER, "titles": titles}


@dataclass
class Presence:
    """A line of the organisers' page; `minutes` since the lab was last used, None where none is open."""

    account: str
    team: str
    minutes: int | None


def presences(database) -> list[Presence]:
    """Every account that ever came, team by team."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    lines = []
    for user in database.query(orm.User).order_by(orm.User.name):
        used = [
            server.last_activity or server.started
            for server in user.orm_spawners.values()
            if server.server is not None and (server.last_activity or server.started)
        ]
        minutes = max(0, int((now - max(used)).total_seconds() // 60)) if used else None
        lines.append(Presence(user.name, team_of(user.name), minutes))
    return lines


def handlers(teams: Teams) -> list:
    """The organisers' page, at `/hub/presence`."""

    class PresenceHandler(BaseHandler):
        """Who is on, team by team; administrators only."""

        @web.authenticated
        @needs_scope("admin-ui")
        async def get(self):
            """The page."""
            try:
                expected = [name for name in teams.all() if name != ORGANISER]
                problem = ""
            except TeamsError as error:
                expected, problem = [], str(error)
            here = [line for line in presences(self.db) if line.team != ORGANISER]
            absent = [name for name in expected if name not in {line.team for line in here}]
            self.finish(await self.render_template("presence.html", here=here, absent=absent, problem=problem))

    return [(r"/presence", PresenceHandler)]
