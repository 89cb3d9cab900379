// The form of a new project: the last day of each way's period is worked out anew while the seller types. The server works
// it out, by the page that the form's button asks for; without scripts that button does the same.
import { maybePart, write } from "./page.ts";

const PAUSE_MS = 250;

const form = maybePart<HTMLFormElement>("new-project");
if (form) follow(form);

function follow(form: HTMLFormElement): void {
  let timer = 0;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
  async function ask(): Promise<void> {
    const mine = ++asked;
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") values.append(name, value);
    const answer = await fetch(`${location.pathname}?${values}`, { redirect: "error" }).catch(() => undefined);
    if (!answer?.ok) return; // what stands was true for what was typed before; the button asks again
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return; // a later question is under way
    for (const e of document.querySelectorAll<HTMLElement>("[data-ends]")) {
      const now = fresh.querySelector(`[data-ends="${e.dataset["ends"]}"]`);
      write(e, now?.textContent?.trim() ?? "");
    }
    form.dataset["asked"] = String(mine);
  }
}
