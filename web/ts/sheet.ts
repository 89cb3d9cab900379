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
      write(state, part("said").textContent?.trim() ?? "");
      return answer.status === 409 ? "stop" : answer.ok ? "saved" : "kept";
    },
    onState: (s) => {
      if (s === "saving") write(state, form.dataset["saving"] ?? "");
      if (s === "offline") write(state, form.dataset["offline"] ?? "");
    },
  });
  form.addEventListener("input", () => saver.touch());
  form.addEventListener("submit", () => saver.leave());
  addEventListener("online", () => saver.prod());
  addEventListener("beforeunload", (e) => {
    if (saver.unsaved) e.preventDefault();
  });
}
