// Passkeys: the form is ordinary and posts what the browser's authenticator answered. What stands here only asks for it.
import { maybePart, part, write } from "./page.ts";

// Options as the server writes them, and what goes back: browsers of 2025 turn both into JSON by themselves.
interface Options { publicKey: never }

const able = typeof PublicKeyCredential === "function" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

// What is under way, so that a click ends the quiet offer in the field of the address.
let under: AbortController | undefined;

class Refused extends Error {
  constructor(readonly status: number) { super(`the server answered ${status}`); }
}

async function options(form: HTMLFormElement): Promise<Options> {
  const answer = await fetch(form.dataset["options"] ?? "", { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Refused(answer.status);
  return await answer.json() as Options;
}

// reason says in the reader's words why there is no answer; the texts stand on the form.
function reason(error: unknown): string {
  if (error instanceof Refused) return ({ 429: "wait", 403: "stale", 409: "many" } as Record<number, string>)[error.status] ?? "failed";
  if (error instanceof DOMException) {
    return { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "origin" }[error.name] ?? "failed";
  }
  return "failed";
}

function tell(form: HTMLFormElement, error: unknown): void {
  const said = part("passkey-said", form);
  write(said, form.dataset[reason(error)] ?? form.dataset["failed"] ?? "");
  said.hidden = false;
}

function send(form: HTMLFormElement, got: Credential | null): void {
  if (!(got instanceof PublicKeyCredential)) throw new DOMException("no passkey", "NotAllowedError");
  const answer = form.elements.namedItem("answer") as HTMLInputElement;
  answer.value = JSON.stringify(got.toJSON());
  HTMLFormElement.prototype.submit.call(form);
}

// follow shows a form and lets its button ask the browser before it posts.
function follow(form: HTMLFormElement, ask: (signal: AbortSignal) => Promise<Credential | null>): void {
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!button || button.disabled) return;
    button.disabled = true;
    part("passkey-said", form).hidden = true;
    under?.abort();
    under = new AbortController();
    try {
      send(form, await ask(under.signal));
    } catch (error) {
      button.disabled = false;
      tell(form, error);
    }
  });
}

// offer lets the browser name passkeys among what it fills into the field of the address.
async function offer(form: HTMLFormElement): Promise<void> {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  under = new AbortController();
  const { signal } = under;
  try {
    const { publicKey } = await options(form);
    if (signal.aborted) return;
    send(form, await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), mediation: "conditional", signal,
    }));
  } catch {
    // Nobody asked for it: the button is there as well, and tells.
  }
}

const use = able && maybePart<HTMLFormElement>("passkey-use");
if (use) {
  follow(use, async (signal) => {
    const { publicKey } = await options(use);
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), signal });
  });
  void offer(use);
}

const make = able && maybePart<HTMLFormElement>("passkey-make");
if (make) {
  const none = maybePart("passkey-none");
  if (none) none.hidden = true;
  follow(make, async (signal) => {
    const { publicKey } = await options(make);
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey), signal });
  });
}
