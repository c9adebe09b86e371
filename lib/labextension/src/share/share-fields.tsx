import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import type { ShareForm } from "./share-form.js";
import type { ShareSession } from "./share-session.js";

interface FieldsProps {
  readonly session: ShareSession;
  readonly trans: TranslationBundle;
}

type TextName = { [Name in keyof ShareForm]: ShareForm[Name] extends string ? Name : never }[keyof ShareForm];
type CheckName = {
  [Name in keyof ShareForm]: ShareForm[Name] extends boolean ? Name : never;
}[keyof ShareForm];

/** Where the page goes. */
export function DestinationFields({ session, trans }: FieldsProps): React.JSX.Element {
  const { to } = session.form;
  const places = {
    git: trans.__("Un dépôt git (GitHub Pages, GitLab Pages)"),
    folder: trans.__("Un dossier de cette machine"),
    s3: trans.__("Un compartiment S3"),
  } as const;
  const text = (name: TextName, label: string, more: Partial<TextProps> = {}) => (
    <Text session={session} name={name} label={label} {...more} />
  );
  return (
    <fieldset>
      <legend>{trans.__("Où va la page")}</legend>
      {Object.entries(places).map(([place, label]) => (
        <label key={place} className="damir-Share-choice">
          <input
            type="radio"
            name="damir-share-to"
            checked={to === place}
            onChange={() => {
              session.type({ to: place as ShareForm["to"] });
            }}
          />
          {label}
        </label>
      ))}
      {to === "folder" && text("folder", trans.__("Dossier du site"), { required: true })}
      {to === "git" && (
        <>
          {text("repository", trans.__("Dossier de votre dépôt"), { required: true })}
          {text("branch", trans.__("Branche du site"), { placeholder: "gh-pages" })}
        </>
      )}
      {to === "s3" && (
        <>
          {text("bucket", trans.__("Nom du compartiment"), { required: true })}
          {text("endpoint", trans.__("Adresse du service"), { placeholder: "https://…" })}
          {text("region", trans.__("Région"))}
          <Secret
            session={session}
            name="accessKey"
            label={trans.__("Identifiant de la clé du compartiment")}
          />
          <Secret session={session} name="secretKey" label={trans.__("Clé secrète du compartiment")} />
          <p className="damir-Share-hint">
            {trans.__(
              "Sans elles, celles des variables AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY du labo servent.",
            )}
          </p>
        </>
      )}
      {text("path", trans.__("Dossier dans le site (sa racine sinon)"))}
      {text("address", trans.__("Adresse publique du site, si elle ne se devine pas"), {
        placeholder: "https://…",
      })}
      <Check
        session={session}
        name="replace"
        label={trans.__("Remplacer la page d'un autre auteur, ou changée à la main")}
      />
    </fieldset>
  );
}

/** Who signs, and what is published. */
export function SignatureFields({ session, trans }: FieldsProps): React.JSX.Element {
  return (
    <fieldset>
      <legend>{trans.__("Signature")}</legend>
      <Text
        session={session}
        name="author"
        label={trans.__("Auteur (celui du notebook sinon)")}
        autoComplete="name"
      />
      <Text
        session={session}
        name="email"
        label={trans.__("Adresse électronique, si la page doit la montrer")}
        autoComplete="email"
      />
      <Text session={session} name="licence" label={trans.__("Licence")} />
      <Check
        session={session}
        name="draft"
        label={trans.__("Brouillon : données synthétiques admises, fiche visible de vous seul")}
      />
      <Check
        session={session}
        name="saved"
        label={trans.__("Garder les résultats enregistrés, sans relancer le notebook")}
      />
    </fieldset>
  );
}

/** The card on data.gouv.fr. */
export function CardFields({ session, trans }: FieldsProps): React.JSX.Element {
  const { form, keyState } = session;
  return (
    <fieldset>
      <legend>{trans.__("Réutilisation sur data.gouv.fr")}</legend>
      <Check session={session} name="card" label={trans.__("Écrire la fiche (sinon, la page seule)")} />
      {form.card && (
        <>
          <p className="damir-Share-hint">
            {trans.__(
              "Son titre, sa description, son image et ses jeux de données viennent du notebook : « Répéter » les montre.",
            )}
          </p>
          <Check session={session} name="demo" label={trans.__("Sur demo.data.gouv.fr, le site d'essai")} />
          <Text session={session} name="tags" label={trans.__("Mots-clés, séparés par des virgules")} />
          <Text
            session={session}
            name="organization"
            label={trans.__("Organisation au nom de qui vous publiez")}
          />
          <Secret
            session={session}
            name="key"
            label={
              keyState?.known === true
                ? trans.__("Autre clé d'API (une clé est déjà connue)")
                : trans.__("Clé d'API de data.gouv.fr")
            }
          />
          {session.secrets.key !== "" && (
            <Check
              session={session}
              name="keepKey"
              label={trans.__("Garder cette clé dans un fichier que vous seul lirez, hors des notebooks")}
            />
          )}
          {keyState && !keyState.known && session.secrets.key === "" && (
            <p className="damir-Share-hint">
              {trans.__("Sans clé, la page est publiée et la fiche reste à faire.")}
            </p>
          )}
        </>
      )}
    </fieldset>
  );
}

interface TextProps {
  readonly session: ShareSession;
  readonly name: TextName;
  readonly label: string;
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly autoComplete?: string;
}

function Text({ session, name, label, ...input }: TextProps): React.JSX.Element {
  return (
    <label className="damir-Share-text">
      {label}
      <input
        type="text"
        autoComplete="off"
        {...input}
        value={session.form[name]}
        onChange={({ target }) => {
          session.type({ [name]: target.value });
        }}
      />
    </label>
  );
}

function Secret(props: {
  readonly session: ShareSession;
  readonly name: keyof ShareSession["secrets"];
  readonly label: string;
}): React.JSX.Element {
  const { session, name, label } = props;
  return (
    <label className="damir-Share-text">
      {label}
      <input
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={session.secrets[name]}
        onChange={({ target }) => {
          session.typeSecret({ [name]: target.value });
        }}
      />
    </label>
  );
}

function Check(props: {
  readonly session: ShareSession;
  readonly name: CheckName;
  readonly label: string;
}): React.JSX.Element {
  const { session, name, label } = props;
  return (
    <label className="damir-Share-choice">
      <input
        type="checkbox"
        checked={session.form[name]}
        onChange={({ target }) => {
          session.type({ [name]: target.checked });
        }}
      />
      {label}
    </label>
  );
}
