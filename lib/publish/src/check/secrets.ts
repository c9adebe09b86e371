import type { Finding, Notebook } from "./check-report.js";
import { shownText } from "./outputs-read.js";

/** What never belongs on a public page, by how it looks. */
const secrets: readonly { what: string; pattern: RegExp }[] = [
  {
    what: "une adresse de base de données avec son mot de passe",
    pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s:/@]+:[^\s@/]+@/i,
  },
  { what: "une clé privée", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  {
    what: "un jeton JWT (les clés de data.gouv.fr en sont)",
    pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
  },
  { what: "un jeton GitHub ou GitLab", pattern: /\b(gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{18,})/ },
  { what: "une clé d'accès AWS ou S3", pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  {
    what: "une clé, un jeton ou un mot de passe",
    pattern:
      /(api[_-]?key|secret|token|jeton|password|passwd|mot_?de_?passe|x-api-key)["']?\s*[:=]\s*["'`][^"'`\s$]{8,}["'`]/i,
  },
];

const absolutePath =
  /(?<![\w/.:])(\/(home|Users|root|mnt|tmp|var|srv|opt)\/[^\s"'`)<>]+|[A-Z]:\\\\?[^\s"'`)<>]+)/;

const email = /\b[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b/gi;

/**
 * Keys, tokens, paths of a person's machine and e-mail addresses, in texts, code and outputs. The message never repeats a secret.
 * @param ownEmail the author's, which may stay
 */
export function checkSecrets({ cells }: Notebook, ownEmail: string | undefined): Finding[] {
  return cells.flatMap((cell, index) => {
    const findings: Finding[] = [];
    for (const [place, text] of [
      ["", cell.source],
      [" dans ses résultats", shownText(cell)],
    ] as const) {
      const add = (severity: Finding["severity"], rule: string, what: string, remedy: string) =>
        findings.push({
          severity,
          rule,
          cell: index + 1,
          text: `Cette cellule contient${place} ${what}.`,
          remedy,
        });
      const secret = secrets.find(({ pattern }) => pattern.test(text));
      if (secret) {
        add(
          "erreur",
          "secret",
          secret.what,
          "Retirez-la du notebook, lisez-la d'une variable d'environnement (process.env), et révoquez-la si quelqu'un a pu la lire.",
        );
      }
      const path = absolutePath.exec(text)?.[0];
      if (path !== undefined) {
        add(
          "erreur",
          "chemin",
          `un chemin de votre machine (${path.slice(0, 60)})`,
          "Écrivez un chemin relatif au notebook : chez un autre, celui-ci n'existe pas, et il dit votre nom d'utilisateur.",
        );
      }
      const others = [...text.matchAll(email)]
        .map(([address]) => address)
        .filter((address) => address.toLowerCase() !== ownEmail?.toLowerCase());
      if (others[0] !== undefined) {
        add(
          "erreur",
          "adresse",
          `une adresse électronique qui n'est pas celle de l'auteur (${others[0]})`,
          "Retirez-la : c'est une donnée personnelle.",
        );
      }
    }
    return findings;
  });
}
