"""`equipes`: the organiser's command for the accounts of an event."""

import argparse
import os
import sys
from pathlib import Path

from hub_api import Hub
from teams import ORGANISER, Teams, TeamsError
from themes import themes


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="equipes",
        description="Les comptes d'un événement : un mot de passe par équipe, montré une fois, à recopier sur la fiche des participants.",
    )
    parser.add_argument("--fichier", default=os.environ.get("ATELIER_TEAMS", "/srv/hub/equipes.json"), help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    add = commands.add_parser("ajouter", help="crée des équipes ; sans nom, une par thème des notebooks de départ")
    add.add_argument("noms", nargs="*", metavar="NOM")
    commands.add_parser("organisation", help="crée le compte des organisateurs, ou lui donne un autre mot de passe")
    change = commands.add_parser("mot-de-passe", help="donne un autre mot de passe à une équipe")
    change.add_argument("nom", metavar="NOM")
    server = commands.add_parser("serveur", help="donne à une équipe l'adresse de son rôle PostgreSQL, lue sur l'entrée standard")
    server.add_argument("nom", metavar="NOM")
    remove = commands.add_parser("retirer", help="ferme les labos et l'accès d'une équipe ; ses travaux restent")
    remove.add_argument("nom", metavar="NOM")
    commands.add_parser("liste", help="montre les équipes")
    options = parser.parse_args(arguments)
    try:
        run(options, Teams(options.fichier))
    except (TeamsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(options: argparse.Namespace, teams: Teams) -> None:
    """Does what one of the commands says."""
    if options.command == "ajouter":
        for name in options.noms or sorted({theme.team for theme in themes() if theme.team}):
            password = teams.add(name)
            print(f"{name} : {password or 'existe déjà, son mot de passe ne change pas'}")
    elif options.command == "organisation":
        print(f"{ORGANISER} : {teams.add(ORGANISER) or teams.change_password(ORGANISER)}")
    elif options.command == "mot-de-passe":
        print(f"{options.nom} : {teams.change_password(options.nom)}")
    elif options.command == "serveur":
        # Not an argument: the list of processes would show its password.
        teams.set_server(options.nom, sys.stdin.readline().strip())
        print(f"{options.nom} : adresse enregistrée, pour les labos qui s'ouvrent à partir de maintenant.")
    elif options.command == "retirer":
        retire(options.nom, teams)
    else:
        titles = {theme.team: theme.title for theme in themes()}
        for name, team in sorted(teams.all().items()):
            print(f"{name}{' · serveur PostgreSQL' if team.server else ''}{' · ' + titles[name] if name in titles else ''}")


def retire(name: str, teams: Teams) -> None:
    """Closes what a team enters by, then what it has open, and says where its work stays."""
    team = teams.remove(name)
    print(f"{name} : son mot de passe n'ouvre plus rien.", flush=True)
    state = Path(os.environ.get("ATELIER_STATE") or "/srv/hub")
    accounts = Hub(state, int(os.environ.get("ATELIER_HUB_PORT") or "8081")).close_team(name)
    print(f"Labos et sessions fermés : {', '.join(accounts) or 'aucun'}.")
    if os.environ.get("ATELIER_SPAWNER") == "process":
        work = os.environ.get("ATELIER_WORK") or "/srv/atelier/travaux"
        shared = os.environ.get("ATELIER_SHARED") or "/srv/atelier/equipes"
        print(f"Ses travaux restent, dans {work} et {shared}, au compte {team.uid} du système.")
    else:
        print(f"Ses travaux restent, dans les volumes atelier-equipe-{name} et atelier-travail-{name}, ou {name}.PRENOM.")
    print(f"Si elle a un rôle PostgreSQL, fermez-le aussi : damir serve team {name} --remove")


if __name__ == "__main__":
    sys.exit(main())
