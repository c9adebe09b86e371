import { ReactWidget } from "@jupyterlab/ui-components";
import type { TranslationBundle } from "@jupyterlab/translation";
import * as React from "react";
import { failureText } from "./failure-text.js";
import { OwnNotebooks, type OwnNotebooksOptions } from "./own-notebooks.js";
import { choices, findStarters, teamFirst } from "./starter-search.js";
import { StarterCard } from "./starter-card.js";
import type { StarterLibrary } from "./starter-library.js";
import type { Starter } from "./starter.js";

/** What the home page needs from the lab. */
export interface HomeOptions extends OwnNotebooksOptions {
  /** Identifier of the team that the lab was started for; empty for none. */
  readonly team: string;
  readonly readStarters: () => Promise<StarterLibrary>;
  readonly thumbnail: (starter: Starter) => string;
  readonly onOpen: (starter: Starter) => void;
  readonly onFork: (starter: Starter) => void;
  readonly onTour: () => void;
}

/** The page that the lab opens on: one's own notebooks, and the starters, to search, open and fork. */
export class Home extends ReactWidget {
  constructor(private readonly options: HomeOptions) {
    super();
    this.addClass("damir-Home");
  }

  protected override render(): React.JSX.Element {
    return <HomePage {...this.options} />;
  }
}

function HomePage(options: HomeOptions): React.JSX.Element {
  const { trans, team, readStarters } = options;
  const [library, setLibrary] = React.useState<StarterLibrary>();
  const [failure, setFailure] = React.useState("");
  const [search, setSearch] = React.useState({ words: "", theme: "", dataset: "" });

  const read = React.useCallback(() => {
    setFailure("");
    readStarters().then(setLibrary, (error: unknown) => {
      setFailure(failureText(error, trans));
    });
  }, [readStarters, trans]);
  React.useEffect(read, [read]);

  const starters = library?.starters ?? [];
  const found = findStarters(teamFirst(starters, team), search);
  const own = starters.filter((starter) => starter.team === team && team !== "");
  return (
    <main className="damir-Home-page" aria-labelledby="damir-home-title">
      <header>
        <h1 id="damir-home-title">Atelier DAMIR</h1>
        <Greeting trans={trans} team={team} own={own} starters={starters} />
        <button type="button" className="damir-Button" onClick={options.onTour}>
          {trans.__("Visite guidée")}
        </button>
      </header>
      <OwnNotebooks {...options} />
      {failure !== "" && (
        <div className="damir-Home-failure" role="alert">
          <p>{trans.__("Les notebooks de départ n'ont pas pu être lus : %1", failure)}</p>
          <button type="button" className="damir-Button" onClick={read}>
            {trans.__("Réessayer")}
          </button>
        </div>
      )}
      {library && (
        <>
          <SearchBar trans={trans} starters={starters} search={search} onChange={setSearch} />
          <h2 className="damir-Home-count" aria-live="polite">
            {found.length === 0
              ? trans.__("Aucun notebook de départ ne correspond.")
              : trans._n("%1 notebook de départ", "%1 notebooks de départ", found.length, found.length)}
          </h2>
          <ul className="damir-Home-cards">
            {found.map((starter) => (
              <StarterCard
                key={starter.slug}
                {...options}
                starter={starter}
                thumbnail={options.thumbnail(starter)}
                isOwn={own.includes(starter)}
              />
            ))}
          </ul>
          {library.unreadable.map(({ folder, reason }) => (
            <p key={folder} className="damir-Home-unreadable">
              {trans.__("%1/starter.json est illisible : %2", folder, reason)}
            </p>
          ))}
        </>
      )}
    </main>
  );
}

function Greeting(props: {
  readonly trans: TranslationBundle;
  readonly team: string;
  readonly own: readonly Starter[];
  readonly starters: readonly Starter[];
}): React.JSX.Element {
  const { trans, team, own, starters } = props;
  const [first] = own;
  if (first) {
    return (
      <p>{trans.__("Bonjour, équipe « %1 » ! Vos notebooks de départ sont les premiers.", first.title)}</p>
    );
  }
  return (
    <>
      <p>
        {trans.__(
          "Choisissez un notebook de départ, lisez-le, puis forkez-le : la copie est à vous, dans mes-analyses.",
        )}
      </p>
      {team !== "" && starters.length > 0 && (
        <p role="status">
          {trans.__(
            "L'équipe « %1 » (DAMIR_EQUIPE) n'a pas de notebook de départ. Équipes qui en ont un : %2.",
            team,
            [...new Set(starters.map((starter) => starter.team).filter(Boolean))].join(", "),
          )}
        </p>
      )}
    </>
  );
}

interface Search {
  readonly words: string;
  readonly theme: string;
  readonly dataset: string;
}

function SearchBar(props: {
  readonly trans: TranslationBundle;
  readonly starters: readonly Starter[];
  readonly search: Search;
  readonly onChange: (search: Search) => void;
}): React.JSX.Element {
  const { trans, starters, search, onChange } = props;
  return (
    <form
      role="search"
      className="damir-Search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label className="damir-Search-words">
        {trans.__("Chercher")}
        <input
          type="search"
          value={search.words}
          placeholder={trans.__("dépassements, âge, carte…")}
          onChange={({ target }) => {
            onChange({ ...search, words: target.value });
          }}
        />
      </label>
      <Choice
        label={trans.__("Thème")}
        all={trans.__("Tous les thèmes")}
        values={choices(starters, "theme")}
        value={search.theme}
        onChange={(theme) => {
          onChange({ ...search, theme });
        }}
      />
      <Choice
        label={trans.__("Données")}
        all={trans.__("Toutes les données")}
        values={choices(starters, "datasets")}
        value={search.dataset}
        onChange={(dataset) => {
          onChange({ ...search, dataset });
        }}
      />
    </form>
  );
}

function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}): React.JSX.Element {
  return (
    <label>
      {props.label}
      <select
        value={props.value}
        onChange={({ target }) => {
          props.onChange(target.value);
        }}
      >
        <option value="">{props.all}</option>
        {props.values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}
