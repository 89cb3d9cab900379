// The bid pad: one-tap bids, an amount of one's own read back in words, and what became of the bid on its way.
import type { Bidding, Ending, Intent, Pending } from "./bidding.ts";
import { grouped, readAmount, readBack, short, type Fen } from "./money.ts";
import { el, part, show, write } from "./page.ts";
import type { BidKind } from "./protocol.ts";
import { money, receiptSays } from "./say.ts";
import { amountBar, leadOf, quickBids, wantsConfirming, type Bar, type BidRules, type Quick, type Room } from "./store.ts";
import type { Texts } from "./text.ts";
import { clockTime } from "./time.ts";

/** A figure that changed under the finger within this time is not what the bidder meant; the one before it is. */
const MEANT_MS = 250;

/** Where the pad is a sheet over the page: see room.css. */
const SHEET = "(max-width: 65.99rem)";

/** How broad an amount may be on one of three buttons side by side, in figures. */
const QUICK_BREADTH = 11;

/** The breadth of a text in figures: a Chinese character takes two. */
const breadth = (text: string): number => text.length + (text.match(/\p{Script=Han}/gu)?.length ?? 0);

interface Shown { quick: Quick; before: Quick | undefined; changedAt: number }

export class PadView {
  private readonly f = {
    body: part("pad-body"), minimum: part("pad-minimum"), say: part("say"), quick: part<HTMLFormElement>("quick"),
    more: part<HTMLDetailsElement>("more"), form: part<HTMLFormElement>("own-form"), amount: part<HTMLInputElement>("amount"),
    readBack: part("read-back"), ownBid: part<HTMLButtonElement>("own-bid"), lost: part("lost"), confirm: part<HTMLDialogElement>("confirm"),
  };
  private buttons: HTMLButtonElement[] = [];
  private shown: Shown[] = [];
  private touched: { button: Element; fen: Fen } | undefined; // what a button said when it was pressed down
  private room: Room | undefined;
  private bar: Bar = "untrusted";
  private asking: Intent | undefined; // what the dialog asks about while it is open
  private said = ""; // an answer that stays until the next bid,
  private saidLeadAt = 0; // or, if it says that the bidder leads at this price, until he does so no more

  constructor(
    private readonly t: Texts, private readonly rules: BidRules, private readonly bidding: Bidding, private readonly now: () => number,
  ) {
    const { f } = this;
    f.quick.addEventListener("submit", (e) => e.preventDefault());
    f.quick.addEventListener("pointerdown", (e) => this.press(e.target));
    f.quick.addEventListener("click", (e) => {
      const fen = this.released(e.target, e.detail > 0);
      if (fen !== undefined) void this.place({ kind: "PLAIN", fen, confirmed: false });
    });
    f.form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.submitOwn();
    });
    f.form.addEventListener("input", () => this.judge());
    part("lost-again").addEventListener("click", () => this.bidding.again());
    part("lost-drop").addEventListener("click", () => this.bidding.drop());
  }

  show(room: Room, bar: Bar): void {
    this.room = room;
    this.bar = bar;
    const { f, t } = this;
    show(f.body, bar !== "closed");
    if (!room.holding) return;
    write(f.minimum, room.holding.minimum_fen > 0 ? t.say("room_pad_minimum", { Amount: money(room.holding.minimum_fen, t.language) }) : "");
    f.amount.placeholder = this.example(room.holding.minimum_fen);
    this.showQuick(room);
    this.judge();
    this.keepAsking();
    this.speak();
  }

  /** How an amount may be written, by the least that counts next. */
  private example(fen: Fen): string {
    if (fen <= 0) return "";
    const full = grouped(fen);
    const brief = short(fen, this.t.language).replace(/元$| yuan$/, "");
    return brief === full ? full : this.t.say("room_amount_example", { Full: full, Short: brief });
  }

  /** Follows the bid on its way. */
  follow(p: Pending | undefined, ending: Ending | undefined): void {
    const { t } = this;
    if (ending || p?.state === "sent") {
      this.said = "";
      this.saidLeadAt = 0;
    }
    if (ending?.end === "answered") {
      this.said = receiptSays(ending.row, t);
      this.saidLeadAt = ending.row.leads ? ending.row.price_fen : 0;
      this.f.say.dataset["tone"] = ending.row.accepted ? "took" : "refused";
      if (ending.row.accepted) this.clearAmount(ending.bid);
      if (ending.row.reason === "NEEDS_CONFIRMATION") void this.place({ kind: ending.bid.kind, fen: ending.bid.fen, confirmed: false }, true);
    } else if (ending?.end === "held") { // never the tone of a bid that was taken
      this.said = ending.held.state === "WAITING" ? t.say("pending_said_held", { Amount: short(ending.bid.fen, t.language) }) : "";
      this.f.say.dataset["tone"] = "held";
      this.clearAmount(ending.bid);
    } else if (ending?.end === "refused" && ending.code === "needs_confirmation") {
      void this.place({ kind: ending.bid.kind, fen: ending.bid.fen, confirmed: false }, true);
    } else if (ending?.end === "refused") {
      this.said = t.say("room_not_taken", { Amount: short(ending.bid.fen, t.language), Message: ending.message });
      this.f.say.dataset["tone"] = "refused";
    } else if (ending?.end === "dropped") {
      this.said = t.say("room_dropped", { Amount: short(ending.bid.fen, t.language) });
      this.f.say.dataset["tone"] = "refused";
    }
    show(this.f.lost, p?.state === "lost");
    this.speak();
  }

  /** What was said to wait does so no more: what became of it stands where it waited. */
  settled(): void {
    if (this.f.say.dataset["tone"] !== "held" || this.bidding.pending) return;
    this.said = "";
    this.speak();
  }

  private speak(): void {
    const { f, t, bidding } = this;
    const p = bidding.pending;
    const amount = p ? short(p.fen, t.language) : "";
    f.body.toggleAttribute("data-busy", p !== undefined && p.state !== "lost");
    if (p) {
      f.say.dataset["tone"] = p.state === "sent" ? "sending" : "asking";
      if (p.state === "sent") write(f.say, t.say("room_sending", { Amount: amount }));
      else if (p.state === "asking") write(f.say, t.say(this.bar === "untrusted" ? "room_asking_offline" : "room_asking", { Amount: amount }));
      else write(f.say, t.say("room_lost", { Amount: amount, Time: clockTime(this.serverTimeOf(p)) }));
      return;
    }
    const leads = this.leads();
    const overtaken = !leads && (this.room?.view.price_fen ?? 0) >= this.saidLeadAt;
    if (this.saidLeadAt > 0 && (this.bar === "untrusted" || overtaken)) {
      this.said = "";
      this.saidLeadAt = 0;
    }
    if (this.said !== "") {
      write(f.say, this.said);
      return;
    }
    f.say.dataset["tone"] = "bar";
    if (this.bar !== "" && this.bar !== "pending" && t.has("room_bar_" + this.bar)) write(f.say, t.say("room_bar_" + this.bar));
    else if (leads && !this.rules.leaderMayRaise) write(f.say, t.say(this.rules.maxima ? "room_bar_leads_maximum" : "room_bar_leads"));
    else write(f.say, "");
  }

  private serverTimeOf(p: Pending): number {
    return (this.room?.knownAt ?? 0) - Math.max(0, this.now() * 1000 - p.at);
  }

  private leads(): boolean {
    const r = this.room;
    return r !== undefined && leadOf(r.view, r.holding, r.own) === "you";
  }

  private showQuick(room: Room): void {
    const { f, t } = this;
    const min = room.holding?.minimum_fen ?? 0;
    const quick = room.view.step_fen > 0 ? quickBids(room.view, min, this.rules.strict) : [];
    while (this.buttons.length > quick.length) this.buttons.pop()?.remove();
    while (this.buttons.length < quick.length) {
      const i = this.buttons.length;
      const found = f.quick.querySelectorAll<HTMLButtonElement>("button.quick")[i];
      const b = found ?? (el("button.quick", {}, el("span.quick-steps"), el("span.quick-fen")) as HTMLButtonElement);
      b.type = "button";
      b.dataset["i"] = String(i);
      if (!found) f.quick.append(b);
      this.buttons.push(b);
    }
    for (const extra of [...f.quick.querySelectorAll("button.quick")].slice(quick.length)) extra.remove();
    const off = this.bar !== "" || (this.leads() && !this.rules.leaderMayRaise);
    f.quick.toggleAttribute("data-wide", quick.some((q) => breadth(money(q.fen, t.language)) > QUICK_BREADTH));
    for (const [i, q] of quick.entries()) {
      const b = this.buttons[i]!;
      const had = this.shown[i];
      if (had?.quick.fen !== q.fen) this.shown[i] = { quick: q, before: had?.quick, changedAt: this.now() };
      const label = q.match ? t.say("room_quick_match") : q.steps === 0 ? t.say("room_quick_start") : t.say("room_quick_steps", { Steps: q.steps });
      const amount = money(q.fen, t.language);
      write(b.children[0]!, label);
      write(b.children[1]!, amount);
      b.setAttribute("aria-label", t.say("room_quick_label", { Amount: amount, Label: label }));
      b.disabled = off;
    }
  }

  private press(target: EventTarget | null): void {
    const button = (target as Element | null)?.closest("button.quick");
    const fen = this.meant(target);
    this.touched = button && fen !== undefined ? { button, fen } : undefined;
  }

  /** The amount of a click. Of a finger or mouse it is what the button said when it was pressed, and only if it was let go
   * on the same button; the keyboard has no such moment. */
  private released(target: EventTarget | null, pointed: boolean): Fen | undefined {
    const touched = this.touched;
    this.touched = undefined;
    const button = (target as Element | null)?.closest("button.quick");
    if (!button) return undefined;
    return pointed && touched?.button === button ? touched.fen : this.meant(target);
  }

  /** The amount that the bidder saw on a button: not one that has just moved under his finger. */
  private meant(target: EventTarget | null): Fen | undefined {
    const b = (target as Element | null)?.closest<HTMLButtonElement>("button.quick");
    if (!b || b.disabled) return undefined;
    const s = this.shown[Number(b.dataset["i"])];
    if (!s) return undefined;
    return s.before && this.now() - s.changedAt < MEANT_MS ? s.before.fen : s.quick.fen;
  }

  private kind(): BidKind {
    return new FormData(this.f.form).get("kind") === "MAXIMUM" ? "MAXIMUM" : "PLAIN";
  }

  /** Reads the amount back, or says what is wrong with it, before it counts. */
  private judge(): Fen | undefined {
    const { f, t, room } = this;
    const kind = this.kind();
    f.form.dataset["kind"] = kind;
    const reading = readAmount(f.amount.value);
    let fen: Fen | undefined;
    let fault = "";
    if ("fault" in reading) {
      fault = reading.fault === "EMPTY" ? "" : t.say("amount_" + reading.fault);
    } else if (room?.holding) {
      fen = reading.fen;
      fault = this.faultOf(fen, kind, room);
      if (fault !== "") fen = undefined;
    }
    const leadsPlain = this.leads() && kind === "PLAIN" && !this.rules.leaderMayRaise;
    write(f.readBack, fault !== "" ? fault : fen !== undefined ? readBack(fen, t.language) : "");
    f.readBack.dataset["tone"] = fault !== "" ? "fault" : "read";
    f.amount.setAttribute("aria-invalid", String(fault !== ""));
    const name = kind === "MAXIMUM" ? "room_bid_maximum" : "room_bid_amount";
    write(f.ownBid, fen === undefined ? t.say("room_bid") : t.say(name, { Amount: money(fen, t.language) }));
    f.ownBid.disabled = fen === undefined || this.bar !== "" || leadsPlain;
    return f.ownBid.disabled ? undefined : fen;
  }

  private faultOf(fen: Fen, kind: BidKind, room: Room): string {
    const { t } = this;
    const h = room.holding!;
    const v = room.view;
    if (v.step_fen <= 0) return "";
    const bar = amountBar(v, h, this.leads(), this.rules, fen, kind === "MAXIMUM");
    if (bar === "") return "";
    if (bar === "MAXIMUM_NOT_RAISED") return t.say("room_maximum_needs_more", { Amount: money(h.maximum_fen, t.language) });
    const lang = t.language;
    const start = bar === "BELOW_MINIMUM" ? "_short" : "";
    return t.say((start ? "room_fault_" : "reason_") + bar, {
      Amount: short(fen, lang), Minimum: short(h.minimum_fen, lang), Step: short(v.step_fen, lang), Price: short(v.price_fen, lang),
    });
  }

  private submitOwn(): void {
    const fen = this.judge();
    if (fen !== undefined) void this.place({ kind: this.kind(), fen, confirmed: false });
    else this.f.amount.focus();
  }

  private async place(i: Intent, asked = false): Promise<void> {
    const room = this.room;
    if (!room || this.bidding.pending || this.asking) return;
    if (asked || wantsConfirming(room.view, this.rules, i.fen)) {
      if (!(await this.confirmed(i))) return;
      if (this.bar !== "") return; // what has happened meanwhile is on the page
      i = { ...i, confirmed: true };
    }
    this.bidding.place(i);
  }

  private confirmed(i: Intent): Promise<boolean> {
    const { confirm } = this.f;
    const { t } = this;
    write(part("confirm-fen"), money(i.fen, t.language));
    write(part("confirm-words"), readBack(i.fen, t.language));
    this.asking = i;
    this.keepAsking();
    confirm.returnValue = "no";
    confirm.showModal();
    return new Promise((resolve) => confirm.addEventListener("close", () => {
      this.asking = undefined;
      resolve(confirm.returnValue === "yes");
    }, { once: true }));
  }

  /** Keeps the question true while it stands: the sale goes on behind it. */
  private keepAsking(): void {
    const { t, room, bar, asking } = this;
    if (!asking || !room) return;
    if (bar === "closed") return this.f.confirm.close("no");
    const off = bar !== "" && t.has("room_bar_" + bar) ? t.say("room_bar_" + bar) : this.faultOf(asking.fen, asking.kind, room);
    const times = Math.floor((asking.fen * 10) / room.view.price_fen) / 10;
    write(part("confirm-why"), off || t.say("room_confirm_why", { Times: times.toString() }));
    part<HTMLButtonElement>("confirm-yes").disabled = off !== "" || bar !== "";
  }

  private clearAmount(bid: Pending): void {
    const r = readAmount(this.f.amount.value);
    if (!("fen" in r) || r.fen !== bid.fen) return;
    this.f.amount.value = "";
    if (matchMedia(SHEET).matches) this.f.more.open = false; // the sheet gives the price free again
  }
}
