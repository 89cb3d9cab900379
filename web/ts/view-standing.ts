// The instrument: phase, price, lead and the figures under them.
import { readBack, type Language } from "./money.ts";
import { flash, part, show, write } from "./page.ts";
import type { Texts } from "./text.ts";
import { figure, money, noteSays, priceSize } from "./say.ts";
import { leadOf, type Room, type Trust } from "./store.ts";
import { whenSeen } from "./time.ts";

export class StandingView {
  private readonly root = document.getElementById("room") as HTMLElement;
  private readonly f = {
    phase: part("phase"), note: part("phase-note"), priceBlock: part("price-block"), priceLabel: part("price-label"),
    known: part("known"), price: part("price"), words: part("price-words"), leadWord: part("lead-word"),
    leadNote: part("lead-note"), lead: part("lead"), minimum: part("minimum"), step: part("step"), bids: part("bids"),
    bidders: part("bidders"), reserve: part("reserve"), pause: part("pause"), pauseText: part("pause-text"),
    pauseNote: part("pause-note"), result: part("result"), resultWord: part("result-word"), resultNote: part("result-note"),
    stale: part("stale"),
  };
  private shownPrice = -1;
  private shownLead = "";

  constructor(private readonly t: Texts, private readonly notes: Record<string, string>) {}

  private get lang(): Language {
    return this.t.language;
  }

  show(room: Room, trust: Trust): void {
    const v = room.view;
    const { f, t } = this;
    this.root.dataset["phase"] = v.phase;
    this.root.dataset["trust"] = trust.why;
    write(f.phase, t.say("phase_" + v.phase));
    write(f.note, this.notes[v.phase] ?? "");
    this.price(room);
    this.lead(room, trust);
    const orDash = (fen: number) => (fen > 0 ? money(fen, this.lang) : "—");
    write(f.minimum, orDash(v.minimum_fen));
    write(f.step, orDash(v.step_fen));
    write(f.bids, String(v.bids));
    write(f.bidders, String(v.bidders));
    write(f.reserve, t.say("reserve_" + v.reserve));
    this.pause(room);
    this.result(room);
    this.staleness(room, trust);
  }

  private price(room: Room): void {
    const v = room.view;
    const { f, t } = this;
    const sold = v.result?.outcome === "SOLD";
    write(f.priceLabel, t.say(sold ? "room_price_sold" : v.has_bid ? (v.result ? "room_price_last" : "room_price_now") : "room_price_start"));
    if (v.price_fen === this.shownPrice) return;
    const parts = figure(v.price_fen, this.lang);
    f.priceBlock.dataset["size"] = priceSize(parts.digits);
    f.price.replaceChildren(...(["before", "digits", "after"] as const).filter((k) => parts[k] !== "").map((k) => {
      const s = document.createElement("span");
      s.className = "figure-" + k;
      s.textContent = parts[k];
      return s;
    }));
    write(f.words, readBack(v.price_fen, this.lang));
    if (this.shownPrice >= 0) flash(f.priceBlock);
    this.shownPrice = v.price_fen;
  }

  private lead(room: Room, trust: Trust): void {
    const v = room.view;
    const { f, t } = this;
    const lead = leadOf(v, room.holding, room.own);
    const known = trust.trusted || v.phase === "CLOSED";
    this.root.dataset["lead"] = known ? this.ending(room) ?? lead : "unknown";
    let word = t.say("room_lead_" + lead, { Code: v.leader });
    let note = "";
    if (!known) {
      const was = t.say("room_lead_was_" + (lead === "outbid" ? "other" : lead), { Code: v.leader });
      word = t.say("room_lead_unknown");
      note = t.say("room_lead_unknown_note", { Time: whenSeen(trust.since, trust.since), Was: was });
    } else if (v.result) {
      const ending = this.ending(room);
      word = t.say(ending === "won" ? "room_lead_won" : ending === "sold" ? "room_lead_sold" : "room_lead_ended", { Code: v.result.winner });
    } else if (lead === "you" && room.holding) {
      const sealed = room.holding.maximum_fen > v.price_fen;
      note = t.say(sealed ? "room_lead_you_maximum" : "room_lead_you_note",
        { Code: room.holding.paddle, Amount: money(room.holding.maximum_fen, this.lang) });
    } else if (lead === "outbid") note = t.say("room_lead_outbid_note", { Code: v.leader });
    write(f.leadWord, word);
    write(f.leadNote, note);
    if (this.shownLead !== "" && this.shownLead !== word) flash(f.lead);
    this.shownLead = word;
  }

  private ending(room: Room): "won" | "sold" | "ended" | undefined {
    const r = room.view.result;
    if (!r) return undefined;
    if (r.outcome !== "SOLD") return "ended";
    return room.holding && r.winner === room.holding.paddle ? "won" : "sold";
  }

  private pause(room: Room): void {
    const p = room.view.pause;
    const { f, t } = this;
    show(f.pause, p !== undefined);
    if (!p) return;
    const time = (us: number) => whenSeen(us, room.knownAt);
    const text = t.say("room_paused", { Cause: t.say("cause_" + p.cause), Time: time(p.since_us) });
    write(f.pauseText, text + (p.resume_at_us > 0
      ? t.say("room_resumes_at", { Time: time(p.resume_at_us) }) : t.say("room_resumes_unknown")));
    write(f.pauseNote, noteSays(p.note, t));
  }

  private result(room: Room): void {
    const r = room.view.result;
    const { f, t } = this;
    show(f.result, r !== undefined);
    if (!r) return;
    const won = this.ending(room) === "won";
    write(f.resultWord, won ? t.say("room_won") : t.say("outcome_" + r.outcome));
    write(f.resultNote, r.outcome === "SOLD"
      ? t.say("room_sold_note", { Code: r.winner, Amount: money(r.price_fen, this.lang) })
      : r.outcome === "PASSED" ? t.say("why_" + r.why) : "");
  }

  private staleness(room: Room, trust: Trust): void {
    const { f, t } = this;
    const time = whenSeen(trust.since, trust.since);
    const settled = room.view.phase === "CLOSED" && trust.why !== "ended"; // nothing more can change but an annulment
    show(f.stale, !trust.trusted && !settled);
    if (trust.trusted) {
      write(f.stale, "");
      write(f.known, "");
      return;
    }
    write(f.stale, t.say("room_stale_" + trust.why, { Time: time }));
    write(f.known, settled ? "" : t.say("room_known", { Time: time }));
  }
}
