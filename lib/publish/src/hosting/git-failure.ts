import { UserError } from "damir";
import type { GitFailure } from "./git-command.js";

/** Whether a push was refused because somebody else has pushed since the branch was read. */
export function isRace({ message }: GitFailure): boolean {
  return /non-fast-forward|fetch first|cannot lock ref|stale info|incorrect old value/i.test(message);
}

const meanings: [RegExp, string][] = [
  [
    /please tell me who you are|empty ident name|unable to auto-detect email/i,
    'git ne sait pas qui vous êtes. Dites-le-lui : git config --global user.name "Prénom Nom", puis git config --global user.email VOTRE@ADRESSE',
  ],
  [
    /authentication failed|could not read (username|password)|permission denied \(publickey|invalid credentials|HTTP Basic: Access denied/i,
    "le dépôt ne vous reconnaît pas. Vérifiez votre clé SSH ou votre jeton d'accès (git push doit marcher)",
  ],
  [
    /protected branch|GH006|pre-receive hook declined|not allowed to push/i,
    "le dépôt protège cette branche. Demandez à son propriétaire le droit d'y écrire, ou choisissez-en une autre avec --branch",
  ],
  [
    /permission to .* denied|403|read-only|access denied|insufficient permission/i,
    "vous n'avez pas le droit d'y écrire. Demandez-le à son propriétaire, ou publiez depuis une copie (fork) à vous, que --remote désigne",
  ],
  [
    /repository .*not found|does not appear to be a git repository|does not exist|could not be found/i,
    "ce dépôt n'existe pas, ou vous n'avez pas le droit de le voir. Vérifiez son adresse (git remote -v)",
  ],
  [
    /could not resolve host|connection (refused|timed out|reset)|network is unreachable|unable to access|remote end hung up|early EOF/i,
    "le dépôt ne répond pas. Vérifiez votre connexion et votre proxy",
  ],
  [
    /no space left|file exceeds|exceeds .*file size|large files detected|GH001/i,
    "le disque est plein, ou le dépôt refuse un fichier de cette taille",
  ],
];

/** What stopped git, as what it means and what to do about it. */
export function pushFailure(failure: GitFailure, url: string, branch: string): UserError {
  const meaning = meanings.find(([pattern]) => pattern.test(failure.message))?.[1];
  return new UserError(
    `La page n'est pas publiée : la branche ${branch} de ${url} reste comme elle était${
      meaning === undefined ? "." : ` ; ${meaning}, puis relancez la même commande.`
    }\nCe que dit git : ${failure.message}`,
    { cause: failure },
  );
}
