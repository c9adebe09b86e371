"""The teams of an event: who they are, and what opens their labs.

A file of the organiser's, `equipes.json`, that only the hub reads. Passwords are there as argon2 fingerprints. A team's people open their
lab as `equipe`, or each their own as `equipe.prenom`: the password is the team's.
"""

import json
import os
import re
import secrets
import tempfile
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ORGANISER = "organisation"
TEAM_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
FIRST_UID = 21000
# Neither 0 and o, nor 1, i and l: it is read from a sheet of paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# What an unknown team's password is compared with, so that it takes as long to be refused as a wrong one.
_nobody = _hasher.hash(secrets.token_hex())


class TeamsError(Exception):
    """Something the organiser can mend; its message is French."""


@dataclass
class Team:
    """A team: `uid` is its account in the system where labs are processes, `server` the PostgreSQL address of its role, if any.

    One that was removed stays in the file: its uid owns its work, and is nobody else's.
    """

    name: str
    password: str
    uid: int
    server: str = ""
    removed: bool = False


def new_password() -> str:
    """Twelve letters in three groups: 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def first_name(text: str) -> str:
    """A person's first name as the end of an account: « Zoé-Anne » gives `zoe-anne`, what can't be written gives nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-")


def team_of(account: str) -> str:
    """Name of the team that an account belongs to."""
    return account.partition(".")[0]


class Teams:
    """The file of the teams, read anew when it has changed: adding a team doesn't need the hub to restart."""

    def __init__(self, file: str | Path):
        self.file = Path(file)
        self._read: tuple[int, int] | None = None
        self._teams: dict[str, Team] = {}

    def all(self) -> dict[str, Team]:
        """Every team by name, the organisers' account among them; none when the file isn't there yet.

        Raises TeamsError when the file can't be read.
        """
        return {name: team for name, team in self._known().items() if not team.removed}

    def _known(self) -> dict[str, Team]:
        """The same, and those that were removed."""
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return {}
        if self._read != (stat.st_mtime_ns, stat.st_size):
            self._teams = self._load()
            self._read = (stat.st_mtime_ns, stat.st_size)
        return self._teams

    def _load(self) -> dict[str, Team]:
        try:
            teams = [Team(**team) for team in json.loads(self.file.read_text(encoding="utf-8"))["equipes"]]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise TeamsError(
                f"Le fichier des équipes {self.file} est illisible ({error}). Remettez-en une copie, ou supprimez-le et"
                " recréez les équipes : leurs travaux ne sont pas dedans."
            ) from error
        return {team.name: team for team in teams}

    def save(self, teams: dict[str, Team]) -> None:
        """Replaces the file, whole or not at all; its owner alone reads it."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"equipes": [asdict(team) for team in teams.values()]}, ensure_ascii=False, indent=2)
        descriptor, beside = tempfile.mkstemp(dir=self.file.parent, prefix=".equipes-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.file)
        except BaseException:
            os.unlink(beside)
            raise

    def add(self, name: str) -> str | None:
        """Adds a team; returns its password, or nothing when it is there already.

        Raises TeamsError for a name that can't be an account's.
        """
        if not TEAM_NAME.fullmatch(name):
            raise TeamsError(
                f"« {name} » n'est pas un nom d'équipe : de 1 à 40 lettres minuscules sans accent, chiffres et tirets,"
                " comme ville-urgences."
            )
        if name in self.all():
            return None
        teams = dict(self._known())
        password = new_password()
        # One that comes back has its uid again, and so its work.
        uid = teams[name].uid if name in teams else max([FIRST_UID - 1, *(team.uid for team in teams.values())]) + 1
        teams[name] = Team(name, _hasher.hash(password), uid)
        self.save(teams)
        return password

    def remove(self, name: str) -> Team:
        """Takes a team's password and server address away, and returns it as it was; its uid stays its own.

        Raises TeamsError when there never was such a team, or for the organisers' account.
        """
        if name == ORGANISER:
            raise TeamsError("Le compte des organisateurs ne se retire pas : « equipes organisation » en change le mot de passe.")
        teams = dict(self._known())
        team = teams[name] if name in teams else self.team(name)
        teams[name] = Team(name, "", team.uid, removed=True)
        self.save(teams)
        return team

    def change_password(self, name: str) -> str:
        """Gives a team another password, and returns it."""
        teams = dict(self._known())
        password = new_password()
        teams[name] = Team(**{**asdict(self.team(name)), "password": _hasher.hash(password)})
        self.save(teams)
        return password

    def set_server(self, name: str, address: str) -> None:
        """Gives a team the address of its PostgreSQL role, for the labs that start from now on; an empty one takes it back."""
        if address and not re.match(r"postgres(ql)?://[^/\s]+/\S+", address):
            raise TeamsError("L'adresse du serveur n'a pas la forme postgres://ROLE:MOTDEPASSE@SERVEUR:5432/BASE.")
        teams = dict(self._known())
        teams[name] = Team(**{**asdict(self.team(name)), "server": address})
        self.save(teams)

    def team(self, name: str) -> Team:
        """A team by name. Raises TeamsError when there is none."""
        team = self.all().get(name)
        if team is None:
            known = ", ".join(sorted(self.all())) or "aucune"
            raise TeamsError(f"L'équipe « {name} » n'existe pas. Équipes : {known}.")
        return team

    def opens(self, name: str, password: str) -> bool:
        """Whether this is the team's password. Takes a twentieth of a second on purpose."""
        team = self.all().get(name)
        try:
            # People copy it from paper, in capitals or with spaces.
            typed = re.sub(r"[\s-]+", "-", password.strip().lower())
            return _hasher.verify(team.password if team else _nobody, typed) and team is not None
        except (VerificationError, InvalidHashError):
            return False
