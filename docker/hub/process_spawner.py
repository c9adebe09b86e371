"""Labs as processes of the hub's machine, each team under a uid of its own: where there is no container engine."""

import os
import resource
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from teams import Teams, TeamsError, team_of
from traitlets import Instance, Unicode

# A team asks no more of the processor than it must when the machine is busy: the hub, that everybody needs, comes first.
NICENESS = 5


class TeamProcessSpawner(LocalProcessSpawner):
    """Starts an account's lab as its team: another team's files are closed to it by the system itself.

    The memory limit holds for each process, a notebook's kernel say; processor time is shared, not limited.
    """

    teams = Instance(Teams).tag(config=True)
    work = Unicode(help="Folder of the accounts' work: root's, and everybody may pass through it.").tag(config=True)
    shared = Unicode(help="Folder of the teams' shared folders, likewise.").tag(config=True)

    @property
    def uid(self) -> int:
        """The team's uid, and gid. Raises TeamsError when the team was removed."""
        return self.teams.team(team_of(self.user.name)).uid

    def own_folder(self, parent: str, name: str) -> Path:
        """A folder for the team alone. Only root writes in its parent, so that what is there is no link of a team's."""
        folder = Path(parent) / name
        Path(parent).mkdir(mode=0o711, parents=True, exist_ok=True)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            if os.lstat(folder).st_uid != self.uid:
                raise TeamsError(
                    f"Le dossier {folder} n'est pas au compte {self.uid} de l'équipe. Rendez-le-lui : chown -R {self.uid}:{self.uid} {folder}"
                ) from None
        else:
            os.chown(folder, self.uid, self.uid)
        return folder

    def user_env(self, env):
        """Home, work and temporary files in folders that are the team's."""
        team = team_of(self.user.name)
        work = self.own_folder(self.work, self.user.name)
        shared = self.own_folder(self.shared, team)
        return {
            **env,
            "USER": self.user.name,
            "SHELL": "/bin/bash",
            "HOME": str(work),
            "WORKSPACE_DIR": str(work),
            "TMPDIR": str(self.own_folder(f"{self.work}/.tmp", self.user.name)),
            "JUPYTER_RUNTIME_DIR": str(work / ".jupyter" / "runtime"),
            "DAMIR_SHARED_FOLDER": str(shared),
        }

    def make_preexec_fn(self, name):
        """Becomes the team, in its work folder, within its memory."""
        uid, home, memory = self.uid, Path(self.work) / name, self.mem_limit

        def become():
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.umask(0o077)
            os.nice(NICENESS)
            if memory:
                resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
            os.chdir(home)

        return become
