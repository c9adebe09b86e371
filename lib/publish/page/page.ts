/** What a published page does beyond being read: code that unfolds and is copied, tables that are sorted. */

const make = <T extends keyof HTMLElementTagNameMap>(tag: T, properties: object): HTMLElementTagNameMap[T] =>
  Object.assign(document.createElement(tag), properties);

document.documentElement.classList.add("js");

// On a narrow screen the list of contents would push the analysis a screen down.
const contents = document.querySelector<HTMLDetailsElement>(".sommaire details");
if (contents && innerWidth < 700) contents.open = false;

const blocks = [...document.querySelectorAll<HTMLDetailsElement>("details.code")];

for (const block of blocks) {
  const code = block.querySelector("code")?.textContent ?? "";
  const status = make("output", {});
  const button = make("button", {
    type: "button",
    textContent: "Copier",
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(code);
        status.textContent = "Copié";
      } catch {
        // Browsers keep their clipboard from pages that are opened as files or served without TLS.
        const area = make("textarea", { value: code });
        block.append(area);
        area.select();
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way there
        status.textContent = document.execCommand("copy") ? "Copié" : "Le navigateur refuse la copie";
        area.remove();
        button.focus();
      }
    },
  });
  button.ariaLabel = `Copier le code de ${block.querySelector("summary")?.textContent.trim() ?? "la cellule"}`;
  const bar = make("div", { className: "outils" });
  bar.append(status, button);
  block.querySelector("summary")?.after(bar);
}

const tools = document.querySelector(".barre");
if (tools && blocks.length > 0) {
  const toggle = make("button", {
    type: "button",
    onclick: () => {
      const open = toggle.ariaPressed !== "true";
      for (const block of blocks) block.open = open;
      toggle.ariaPressed = String(open);
    },
    textContent: "Montrer tout le code",
  });
  toggle.ariaPressed = "false";
  tools.prepend(toggle);
}

const sorter = document.getElementById("script-des-tables")?.textContent ?? "";
if (sorter !== "") {
  for (const table of document.querySelectorAll(".damir-table")) {
    // A table's script works on what stands around it: it has to be where it works.
    if (table.querySelector('[type="application/json"]'))
      table.append(make("script", { textContent: sorter }));
  }
}
