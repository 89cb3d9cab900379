// The bid history and the bidder's receipts.
import type { Language } from "./money.ts";
import { el, part, show } from "./page.ts";
import type { OwnRow, Row } from "./protocol.ts";
import { money, receiptSaid, rowSays } from "./say.ts";
import type { Room } from "./store.ts";
import type { Texts } from "./text.ts";
import { clockTime, preciseTime } from "./time.ts";

const ROWS_SHOWN = 300;

const iso = (us: number) => new Date(us / 1000).toISOString();

/** A line of the history. */
export function tapeRow(r: Row, own: string, t: Texts): HTMLElement {
  const { what, note } = rowSays(r, t);
  const mine = r.paddle !== undefined && r.paddle === own;
  return el("li.tape-row", { "data-type": r.type, "data-mine": mine ? "" : undefined },
    el("time", { datetime: iso(r.at_us) }, clockTime(r.at_us)),
    r.paddle ? el("span.code", {}, r.paddle, mine && el("span.code-you", {}, t.say("room_you"))) : undefined,
    el("span.tape-what", {}, what),
    note !== "" && el("span.tape-note", {}, note));
}

export class TapeView {
  private readonly tape = part<HTMLOListElement>("tape");
  private shown: number[] = []; // n of the rows on the page, newest first
  private own: string | undefined;

  constructor(private readonly t: Texts) {}

  show(room: Room): void {
    const rows = room.rows.slice(-ROWS_SHOWN).reverse();
    const own = room.holding?.paddle ?? "";
    if (own !== this.own) {
      this.own = own;
      this.tape.replaceChildren();
      this.shown = [];
    }
    const last = rows[0]?.n ?? 0;
    while ((this.shown[0] ?? 0) > last) { // a film that goes back
      this.shown.shift();
      this.tape.firstElementChild?.remove();
    }
    const newest = this.shown[0] ?? 0;
    const fresh = rows.filter((r) => r.n > newest);
    if (fresh.length === 0 && this.shown.length > 0) return;
    const first = this.shown.length === 0;
    const made: HTMLElement[] = [];
    for (const r of fresh) {
      const li = tapeRow(r, own, this.t);
      if (!first) li.setAttribute("data-changed", "");
      made.push(li);
      const gap = room.gaps.get(r.n);
      if (gap !== undefined) made.push(el("li.tape-gap", {}, this.t.say("room_tape_gap", { Count: gap })));
    }
    const atTop = this.tape.scrollTop < 40;
    this.tape.prepend(...made);
    this.shown = [...fresh.map((r) => r.n), ...this.shown];
    while (this.tape.childElementCount > ROWS_SHOWN + 40) this.tape.lastElementChild?.remove();
    if (atTop) this.tape.scrollTop = 0;
  }
}

export class OwnView {
  private readonly list = part<HTMLOListElement>("own");
  private readonly section = part("own-section");
  private readonly none = part("own-none");
  private shown = "";

  constructor(private readonly t: Texts) {
    this.list.addEventListener("click", (e) => {
      const button = (e.target as Element).closest<HTMLButtonElement>("button[data-copy]");
      if (!button) return;
      void navigator.clipboard?.writeText(button.dataset["copy"] ?? "").then(() => {
        button.textContent = t.say("room_copied");
        setTimeout(() => (button.textContent = t.say("room_copy")), 2000);
      }, () => undefined);
    });
  }

  show(room: Room): void {
    show(this.section, room.holding !== undefined);
    show(this.none, room.own.length === 0);
    const now = room.own.map((r) => r.own + r.leaf).join();
    if (now === this.shown) return;
    this.shown = now;
    this.list.replaceChildren(...room.own.map((r) => this.receipt(r)));
  }

  private receipt(r: OwnRow): HTMLElement {
    const { t } = this;
    const lang: Language = t.language;
    return el("li.own-row", { "data-accepted": r.accepted ? "yes" : "no" },
      el("p.own-head", {},
        el("span.own-no", {}, t.say("room_receipt_no", { Own: r.own })),
        el("span.own-fen", {}, money(r.amount_fen, lang)),
        el("span.own-kind", {}, t.say("bidkind_" + r.bid_kind)),
        el("time", { datetime: iso(r.at_us) }, preciseTime(r.at_us))),
      el("p.own-says", {}, receiptSaid(r, t)),
      el("p.own-leaf", {},
        el("span", {}, t.say("room_receipt_leaf")), " ",
        el("code", { title: r.leaf }, r.leaf),
        el("button.copy", { type: "button", "data-copy": r.leaf }, t.say("room_copy"))));
  }
}
