"""What the hub's pages show beyond JupyterHub's own: the themes, and to the organisers who is on."""

from dataclasses import dataclass
from datetime import datetime, timezone

from jupyterhub import orm
from teams import ORGANISER, Teams, TeamsError, team_of
from themes import themes


@dataclass
class Presence:
    """A line of the organisers' page; `minutes` since the lab was last used, None where none is open."""

    account: str
    team: str
    minutes: int | None


def presences(database) -> list[Presence]:
    """Every account of a team that ever came, team by team."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    lines = []
    for user in database.query(orm.User).order_by(orm.User.name):
        if team_of(user.name) == ORGANISER:
            continue
        used = [
            server.last_activity or server.started
            for server in user.orm_spawners.values()
            if server.server is not None and (server.last_activity or server.started)
        ]
        minutes = max(0, int((now - max(used)).total_seconds() // 60)) if used else None
        lines.append(Presence(user.name, team_of(user.name), minutes))
    return lines


def template_variables(teams: Teams) -> dict:
    """What every page may show. JupyterHub calls those that are functions with whoever is logged in, on each page."""
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

    def teams_problem(_user) -> str:
        """Why the teams aren't known, in French; empty when they are."""
        try:
            teams.all()
        except TeamsError as problem:
            return str(problem)
        return ""

    return {
        "themes": themes(),
        "teams": team_names,
        "teams_problem": teams_problem,
        "theme": theme,
        "organiser": ORGANISER,
        "titles": titles,
        # Asked of the database by the organisers' page alone.
        "presences": lambda user: lambda: presences(user.db),
    }
