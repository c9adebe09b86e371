import { UserError } from "damir";

/**
 * The address of the database's owner.
 * @throws UserError when there is none
 */
export function ownerAddress(url: string | undefined, env: NodeJS.ProcessEnv): string {
  const address = url ?? env["DAMIR_OWNER_URL"];
  if (address) return address;
  throw new UserError(
    "Quel serveur ? Donnez l'adresse du propriétaire de la base : --url postgres://ROLE:MOTDEPASSE@SERVEUR:5432/BASE, ou la variable DAMIR_OWNER_URL.",
  );
}
