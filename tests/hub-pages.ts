import type { Browser, Page } from "playwright-core";

/** Logs in to the hub of an event as a team, or as one of its people, in a browser of their own. */
export async function enterHub(
  browser: Browser,
  origin: string,
  { team, password, firstName = "" }: { team: string; password: string; firstName?: string },
): Promise<Page> {
  const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  const choice = page.getByLabel("Équipe", { exact: true });
  // A team that isn't offered can still be asked for.
  await choice.evaluate((list: HTMLSelectElement, name) => {
    if (!Array.from(list.options).some(({ value }) => value === name)) list.add(new Option(name, name));
  }, team);
  await choice.selectOption(team);
  await page.getByLabel("Mot de passe de l'équipe").fill(password);
  await page.getByLabel("Votre prénom").fill(firstName);
  await page.getByRole("button", { name: "Entrer" }).click();
  return page;
}

/** The passwords that `equipes` printed, by team. */
export function passwordsIn(printed: string): Map<string, string> {
  return new Map(
    printed
      .trim()
      .split("\n")
      .map((line) => line.split(" : "))
      .map(([team = "", password = ""]) => [team, password]),
  );
}
