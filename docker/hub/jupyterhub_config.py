"""JupyterHub of an event: a lab for each team, or for each of its people.

The same file serves docker/compose.yaml, where labs are containers, and a machine without a container engine, where they are processes
(ATELIER_SPAWNER=process). docs/organiser-un-evenement.md tells the organiser what to set.
"""

import os
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here))

from accounts import TeamAuthenticator  # noqa: E402
from hub_api import SERVICE, service_token  # noqa: E402
from pages import template_variables  # noqa: E402
from teams import Teams, team_of  # noqa: E402

c = get_config()  # noqa: F821


def setting(name: str, default: str) -> str:
    """A setting of the organiser's; compose gives an empty one where none was set."""
    return os.environ.get(name) or default


state = Path(setting("ATELIER_STATE", "/srv/hub"))
# JupyterHub's database opens every lab, and is made readable to all.
state.mkdir(mode=0o700, parents=True, exist_ok=True)
state.chmod(0o700)
teams = Teams(setting("ATELIER_TEAMS", str(state / "equipes.json")))
data = setting("ATELIER_DATA", "")
as_processes = setting("ATELIER_SPAWNER", "docker") == "process"

# The hub: its pages, and what it keeps. Labs go on while it restarts.
c.JupyterHub.bind_url = setting("ATELIER_BIND_URL", "http://:8000")
c.JupyterHub.hub_connect_ip = setting("ATELIER_HUB_HOST", "127.0.0.1" if as_processes else "hub")
c.JupyterHub.hub_ip = "127.0.0.1" if as_processes else "0.0.0.0"
c.JupyterHub.hub_port = int(setting("ATELIER_HUB_PORT", "8081"))
c.JupyterHub.db_url = f"sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.cleanup_servers = False
c.JupyterHub.log_level = "INFO"
c.JupyterHub.template_paths = [str(here / "templates")]
c.JupyterHub.template_vars = template_variables(teams)
# The organiser's command: it may close accounts, and nothing else.
c.JupyterHub.services = [{"name": SERVICE, "api_token": service_token(state)}]
c.JupyterHub.load_roles = [{"name": SERVICE, "services": [SERVICE], "scopes": ["list:users", "delete:users"]}]
c.JupyterHub.active_server_limit = int(setting("ATELIER_LABS", "0"))
# Everybody comes at once in the morning: a few labs at a time start sooner than all together.
c.JupyterHub.concurrent_spawn_limit = 2 * (os.cpu_count() or 1)
c.ConfigurableHTTPProxy.command = [setting("ATELIER_PROXY", "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{setting('ATELIER_PROXY_PORT', '8002')}"
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")

c.JupyterHub.authenticator_class = TeamAuthenticator
c.TeamAuthenticator.teams = teams
# Whoever knows the password enters: the file of the teams is the list.
c.Authenticator.allow_all = True

c.Spawner.mem_limit = setting("ATELIER_MEMORY", "2G")
c.Spawner.cpu_limit = float(setting("ATELIER_CPUS", "2"))
c.Spawner.start_timeout = 90
c.Spawner.http_timeout = 60
# A lab that died is offered again after ten seconds, not thirty.
c.Spawner.poll_interval = 10
c.Spawner.default_url = "/lab"


def prepare(spawner):
    """The team's theme first, and the address of its own role on the server; what opens that role goes to nobody else."""
    team = teams.team(team_of(spawner.user.name))
    # An empty address is none: the lab then reads the shared months.
    spawner.environment = {**spawner.environment, "DAMIR_EQUIPE": team.name, "DAMIR_URL": team.server}
    if not as_processes:
        spawner.volumes = {
            f"atelier-travail-{spawner.user.name}": "/home/atelier/travail",
            f"atelier-equipe-{team.name}": "/srv/atelier/equipe",
        }


c.Spawner.pre_spawn_hook = prepare

if as_processes:
    if os.getuid() != 0:
        sys.exit(
            "Le hub doit être lancé par root : il donne à chaque équipe un compte à elle, qui ne lit pas le travail des autres."
        )
    from process_spawner import TeamProcessSpawner

    c.JupyterHub.spawner_class = TeamProcessSpawner
    c.TeamProcessSpawner.teams = teams
    c.TeamProcessSpawner.work = setting("ATELIER_WORK", "/srv/atelier/travaux")
    c.TeamProcessSpawner.shared = setting("ATELIER_SHARED", "/srv/atelier/equipes")
    c.Spawner.cmd = [str(here.parent / "start.sh"), "jupyterhub-singleuser"]
    # Nothing else of root's environment goes to a lab.
    c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "JUPYTER_PATH"]
    if data:
        c.Spawner.environment = {"DAMIR_SHARED_STORE": data}
else:
    c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
    c.DockerSpawner.image = setting("ATELIER_IMAGE", "atelier-damir")
    c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
    c.DockerSpawner.network_name = setting("ATELIER_NETWORK", "atelier-labos")
    c.DockerSpawner.use_internal_ip = True
    # An account's name has nothing that a container's can't have.
    c.DockerSpawner.escape = lambda text: text
    c.DockerSpawner.name_template = "atelier-labo-{username}"
    # A container is thrown away, its volume is not: a new image serves whoever opens their lab again.
    c.DockerSpawner.remove = True
    c.Spawner.environment = {"DAMIR_SHARED_FOLDER": "/srv/atelier/equipe"}
    if data:
        c.DockerSpawner.read_only_volumes = {data: "/srv/atelier/donnees"}
        c.Spawner.environment["DAMIR_SHARED_STORE"] = "/srv/atelier/donnees/store"
    c.DockerSpawner.extra_host_config = {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": 1024,
        "read_only": True,
        "tmpfs": {"/tmp": "rw,nosuid,nodev,size=1g"},
    }
