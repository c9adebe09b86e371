/* global document, navigator, Blob */
// Makes one table of a notebook sortable, searchable and paged, in JupyterLab as in a page made from the notebook.
// What it works on is the table beside it and the JSON before it. Run again on the same output, it starts afresh.
(() => {
  const root = document.currentScript?.parentElement;
  const table = root?.querySelector("table");
  const body = table?.tBodies[0];
  const json = root?.querySelector('[type="application/json"]')?.textContent;
  if (!root || !table || !body || !json) return;

  /** @typedef {string | number | boolean | null} Value */
  /** @typedef {{ decimals: number, grouping: boolean, scale?: number, unit?: string }} Style */
  /** @typedef {{ title: string, kind: string, style?: Style }} Column */
  /** @type {{ columns: Column[], rows: Value[][], sort: [number, string], pageSize: number, count: string, file: string, source: string }} */
  const { columns, rows, sort, pageSize, count, file, source } = JSON.parse(json);

  /** @param {Intl.DateTimeFormatOptions} options */
  const dates = (options) => new Intl.DateTimeFormat("fr-FR", { ...options, timeZone: "UTC" }).format;
  const day = dates({ dateStyle: "medium" });
  const time = dates({ dateStyle: "medium", timeStyle: "short" });
  const month = dates({ month: "long", year: "numeric" });
  /** @param {Partial<Style>} style */
  const numbers = ({ decimals, grouping }) =>
    new Intl.NumberFormat("fr-FR", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      useGrouping: grouping,
      signDisplay: "negative",
    }).format;
  const integer = numbers({});
  const formats = columns.map(({ style }) => style && numbers(style));

  /**
   * A value as it is read, by the rules of the table made without this script.
   * @param {Value} value
   * @param {number} index
   */
  const shown = (value, index) => {
    if (value === null) return "–";
    if (typeof value === "boolean") return value ? "oui" : "non";
    const { kind, style } = columns[index] ?? { kind: "" };
    const date = new Date(String(value));
    if (kind === "month") return month(date);
    if (kind === "date") return (+date % 864e5 ? time : day)(date).replace(/^1 /, "1er ");
    const format = formats[index];
    if (!format || !style) return String(value);
    const scaled = style.scale ? Number(value) / style.scale : /** @type {number} */ (value);
    return format(scaled).replace("-", "\u2212") + (style.unit ? `\u00a0${style.unit}` : "");
  };

  /** @type {<T extends keyof HTMLElementTagNameMap>(tag: T, properties?: object) => HTMLElementTagNameMap[T]} */
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  /** @type {(text: string, title: string, onclick: () => void) => HTMLButtonElement} */
  const button = (textContent, title, onclick) =>
    make("button", { type: "button", textContent, title, ariaLabel: title, onclick });

  const original = [...rows.keys()];
  let [sorted, direction] = sort;
  let order = original;
  let found = original;
  let page = 0;

  /** @param {string} text */
  const folded = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .replace(/(\d)\s(?=\d{3}(?!\d))/g, "$1")
      .replace(/\s+/g, " ")
      .toLowerCase();
  /** @type {string[]} */
  const texts = [];
  /** @param {number} index */
  const textOf = (index) => (texts[index] ??= folded((rows[index] ?? []).map(shown).join("\n")));

  /** What a column's values are sorted by: texts by their rank in French, what is missing as NaN. */
  const keys = () => {
    const values = rows.map((row) => row[sorted] ?? null);
    const { compare } = new Intl.Collator("fr", { numeric: true });
    const isNumber = columns[sorted]?.kind === "number";
    const ranks = new Map(
      isNumber
        ? []
        : [...new Set(values)].sort((a, b) => compare(`${a}`, `${b}`)).map((text, rank) => [text, rank]),
    );
    return values.map((value) => {
      if (value === null) return NaN;
      if (!isNumber) return ranks.get(value) ?? NaN;
      return /^-?\d+$/.test(`${value}`) ? BigInt(value) : Number(value);
    });
  };
  const arrange = () => {
    order = original;
    if (direction) {
      const by = keys();
      const sign = direction === "ascending" ? 1 : -1;
      order = [...original].sort((a, b) => {
        const [one = NaN, other = NaN] = [by[a], by[b]];
        return one < other ? -sign : one > other ? sign : Number(one !== one) - Number(other !== other);
      });
    }
    search();
  };
  const search = () => {
    const words = folded(input.value).trim().split(" ");
    found = input.value
      ? order.filter((index) => words.every((word) => textOf(index).includes(word)))
      : order;
    turn(0);
  };

  /** @param {number} to */
  const turn = (to) => {
    page = to;
    status.textContent = "";
    const first = page * pageSize;
    const last = Math.min(first + pageSize, found.length);
    body.replaceChildren(
      ...found.slice(first, last).map((index) => {
        const line = make("tr");
        rows[index]?.forEach((value, column) => {
          const cell = line.insertCell();
          const text = shown(value, column);
          cell.textContent = text.length > 300 ? `${text.slice(0, 300)}…` : text;
          cell.className = columns[column]?.kind === "number" ? "damir-number" : "";
        });
        return line;
      }),
    );
    heads.forEach((head, index) => (head.ariaSort = index === sorted && direction ? direction : null));
    position.textContent = found.length
      ? `${integer(first + 1)} à ${integer(last)} sur ${integer(found.length)}`
      : "Aucune ligne ne contient ce texte";
    before.disabled = !page;
    after.disabled = last >= found.length;
  };
  const status = make("output");
  const position = make("span", { ariaLive: "polite" });
  const before = button("‹", "Page précédente", () => turn(page - 1));
  const after = button("›", "Page suivante", () => turn(page + 1));
  const input = make("input", {
    type: "search",
    placeholder: "Chercher",
    ariaLabel: "Chercher dans la table",
    oninput: search,
  });

  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((head, index) => {
    const sorter = button("", "", () => {
      direction =
        index !== sorted || !direction ? "ascending" : direction === "ascending" ? "descending" : "";
      sorted = index;
      arrange();
    });
    sorter.ariaLabel = null;
    sorter.append(...(head.querySelector("button") ?? head).childNodes);
    head.replaceChildren(sorter);
  });

  /** @param {string} separator */
  const written = (separator) => {
    /** @param {Value} value @param {string} [kind] */
    const field = (value, kind) => {
      if (value === null) return "";
      if (kind === "number") return `${value}`.replace(".", ",");
      const text = kind ? `${value}`.replace("T00:00:00.000Z", "") : `${value}`;
      // A spreadsheet would run as a formula what begins like one.
      const safe = /^[=+@\t\r-]/.test(text) && /[^\d\s.,+-]/.test(text) ? `'${text}` : text;
      return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const lines = found.map((row) => rows[row]?.map((value, index) => field(value, columns[index]?.kind)));
    return [columns.map(({ title }) => field(title)), ...lines]
      .map((line) => line?.join(separator))
      .join("\r\n");
  };
  /** @param {string} where */
  const say = (where) =>
    (status.textContent = `${integer(found.length)} ligne${found.length > 1 ? "s" : ""} ${where}`);
  const copy = button("Copier", "Copier les lignes, à coller dans un tableur", async () => {
    const text = `${written("\t")}\r\n\r\n${source}`;
    try {
      await navigator.clipboard.writeText(text);
      say("dans le presse-papiers");
    } catch {
      // Browsers keep their clipboard from pages served without TLS, as a lab on a local network is.
      const area = make("textarea", { value: text });
      root.append(area);
      area.select();
      if (document.execCommand("copy")) say("dans le presse-papiers");
      else status.textContent = "Le navigateur refuse la copie";
      area.remove();
    }
  });
  const download = button("CSV", "Télécharger les lignes en CSV", () => {
    const href = URL.createObjectURL(new Blob(["\ufeff", written(";"), "\r\n"], { type: "text/csv" }));
    make("a", { href, download: file }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1e4);
    say(`dans ${file}`);
  });

  const bar = make("div", { className: "damir-bar" });
  if (rows.length > pageSize) bar.append(before, position, after);
  if (rows.length > 5) bar.append(input);
  bar.append(copy, download, status);
  root.querySelector(".damir-bar")?.remove();
  root.querySelector(".damir-scroll")?.after(bar);
  const counted = root.querySelector(".damir-count");
  if (counted) counted.textContent = count;
  arrange();
})();
