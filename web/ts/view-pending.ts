// The band of what waits for a second person of the company.
import { readBack } from "./money.ts";
import { el, part, show, write } from "./page.ts";
import { actsOf, standsBy, undecided, type Waiting } from "./pending.ts";
import type { Decision, PendingBid } from "./protocol.ts";
import { money, receiptSaid } from "./say.ts";
import type { Room } from "./store.ts";
import type { Texts } from "./text.ts";
import { clockTime } from "./time.ts";

interface Shown { li: HTMLElement; says: string }

export class PendingView {
  private readonly f = { band: part("pending"), rows: part("pending-rows"), fault: part("pending-fault") };
  private readonly shown = new Map<number, Shown>();

  constructor(
    private readonly t: Texts, private readonly waiting: Waiting, private readonly send: (id: number, what: Decision) => void,
  ) {
    this.f.rows.replaceChildren(); // the server's rows are forms; from here on these are
    this.f.rows.addEventListener("click", (e) => {
      const b = (e.target as Element).closest<HTMLButtonElement>("button[data-act]");
      const li = b?.closest<HTMLElement>("li");
      if (b && li && !b.disabled) this.send(Number(li.dataset["id"]), b.dataset["act"] as Decision);
    });
  }

  fault(text: string): void {
    write(this.f.fault, text);
    show(this.f.band, text !== "" || this.shown.size > 0);
  }

  /** now is the server's time; trusted: what is shown is true now. */
  show(room: Room, now: number, trusted: boolean): void {
    const closed = room.view.result?.at_us ?? 0; // what waits then lapses, and the server is about to say so
    const bids = this.waiting.shown(now).map((b): PendingBid => closed > 0 && b.state === "WAITING"
      ? { ...b, state: "LAPSED", why: "LOT_CLOSED", decided_us: closed } : b);
    const minimum = room.view.phase === "CLOSED" ? 0 : room.holding?.minimum_fen || room.view.minimum_fen;
    for (const [id, s] of this.shown) {
      if (bids.some((b) => b.id === id)) continue;
      s.li.remove();
      this.shown.delete(id);
    }
    for (const [i, b] of bids.entries()) {
      const says = JSON.stringify([b, standsBy(b, minimum), trusted, this.waiting.asked.get(b.id)?.what]);
      let s = this.shown.get(b.id);
      if (!s) this.shown.set(b.id, s = { li: el("li.pending-row", { "data-id": String(b.id) }), says: "" });
      if (s.says !== says) {
        s.says = says;
        this.fill(s.li, b, minimum, trusted);
      }
      if (this.f.rows.children[i] !== s.li) this.f.rows.insertBefore(s.li, this.f.rows.children[i] ?? null);
    }
    show(this.f.band, bids.length > 0 || this.f.fault.textContent !== "");
  }

  private name(n: { zh: string; en: string }): string {
    return this.t.language === "zh" ? n.zh || n.en : n.en || n.zh;
  }

  private fill(li: HTMLElement, b: PendingBid, minimum: number, trusted: boolean): void {
    const { t } = this;
    const focused = (document.activeElement?.closest("li") === li && document.activeElement?.getAttribute("data-act")) || undefined;
    const amount = money(b.amount_fen, t.language);
    const kind = b.bid_kind === "MAXIMUM" ? t.say("bidkind_MAXIMUM") + " · " : "";
    const by = { Name: this.name(b.decided_by), Time: clockTime(b.decided_us) };
    const answer = b.row ? " " + receiptSaid(b.row, t) : "";
    const proposed = { Name: this.name(b.proposer), Time: clockTime(b.proposed_us) };
    li.dataset["state"] = b.state;
    li.toggleAttribute("data-busy", this.waiting.asked.has(b.id));
    li.replaceChildren(
      el("div.pending-what", {},
        el("p.pending-state", {}, t.say("pending_state_" + b.state)), el("p.pending-fen", {}, amount),
        el("p.pending-words", {}, kind + readBack(b.amount_fen, t.language))),
      el("div.pending-says", {},
        el("p.pending-who", {}, t.say(b.mine ? "pending_proposed_mine" : "pending_proposed", proposed)),
        el("p", {}, this.waiting.asked.has(b.id) ? t.say("pending_sending")
          : !trusted && undecided(b) ? t.say("pending_offline") : t.say(standsBy(b, minimum), by) + answer)),
      this.acts(b, amount, trusted));
    if (focused) li.querySelector<HTMLElement>(`[data-act="${focused}"]`)?.focus();
  }

  private acts(b: PendingBid, amount: string, trusted: boolean): Node {
    const { t } = this;
    const acts = actsOf(b);
    if (acts.length === 0) return document.createDocumentFragment();
    const args = { Amount: amount, Name: this.name(b.proposer) };
    return el("div.pending-acts", {}, ...acts.map((what) => {
      const again = what === "confirm" && b.state !== "WAITING";
      const text = again ? t.say("pending_ask_again") : t.say("pending_" + what, args);
      const button = el(what === "confirm" ? "button.button.strong" : "button.button.plain", {
        type: "button", "data-act": what, "aria-label": again ? undefined : t.say("pending_" + what + "_label", args),
      }, text) as HTMLButtonElement;
      button.disabled = !trusted || this.waiting.asked.has(b.id);
      return button;
    }));
  }
}
