// The sheet of a listing: saved by itself when the writer pauses, with the gates fetched anew. The form goes on working
// when this does not: its buttons post it.
import { Saver } from "./saver.ts";
import { maybePart, part, write } from "./page.ts";

const PAUSE_MS = 1200;
const RETRY_MS = 5000;

const form = maybePart<HTMLFormElement>("sheet");
if (form) follow(form);

function follow(form: HTMLFormElement): void {
  const version = part<HTMLInputElement>("version", form);
  const state = part("state", form);
  const saver = new Saver({
    pauseMS: PAUSE_MS, retryMS: RETRY_MS,
    save: async () => {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.set("do", "autosave");
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 429) return "again";
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const gates = maybePart("gates-list", fresh);
      if (!gates) return "stop"; // signed out, or no longer ours to write: the button tells
      if (answer.ok) version.value = gates.dataset["version"] ?? version.value;
      part("gates-list").replaceWith(document.adoptNode(gates));
      if (answer.ok && named) {
        named = false;
        await graft(form);
      }
      write(state, part("said").textContent?.trim() ?? "");
      return answer.status === 409 ? "stop" : answer.ok ? "saved" : "kept";
    },
    onState: (s) => {
      if (s === "saving") write(state, form.dataset["saving"] ?? "");
      if (s === "offline") write(state, form.dataset["offline"] ?? "");
    },
  });
  // Who is named is asked for more: a co-owner for his consents, a burden for the next of its kind.
  let named = false;
  form.addEventListener("input", (e) => {
    if (e.target instanceof HTMLInputElement && /\.(party|pledgee|licensee|case|programme)$/.test(e.target.name)) named = true;
    saver.touch();
  });
  form.addEventListener("submit", () => saver.leave());
  addEventListener("online", () => saver.prod());
  addEventListener("beforeunload", (e) => {
    if (saver.unsaved) e.preventDefault();
  });
}

/** Takes over the parts of the form that the server asks for now and that are not there yet. What is there stays as it is. */
async function graft(form: HTMLFormElement): Promise<void> {
  const answer = await fetch(location.pathname).catch(() => undefined);
  if (!answer?.ok) return; // they are there when the page is read again
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const f of fresh.querySelectorAll<HTMLElement>("form.listing-sheet fieldset[id]")) {
    const parent = f.parentElement;
    if (!parent?.id || document.getElementById(f.id)) continue;
    // What is empty is not kept, and what follows moves up: only an entry that is still the same one takes a part over.
    const known = [...parent.querySelectorAll<HTMLInputElement>(":scope > .sheet-grid input[name]")];
    if (!known.every((i) => form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(i.name)}"]`)?.value === i.value)) continue;
    form.querySelector(`#${CSS.escape(parent.id)}`)?.append(document.adoptNode(f));
  }
}
