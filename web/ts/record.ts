// A lot's public record, turned into the scenes of a film: what everybody could see after each entry. What the record
// keeps as a commitment stays unknown here too.
import type { Fen } from "./money.ts";
import type { Basis, BidKind, Cause, Outcome, PassedWhy, Phase, Row, View } from "./protocol.ts";

interface Terms {
  start_fen: Fen;
  step: { fixed_fen?: Fen; ladder?: { below_fen?: Fen; step_fen: Fen }[] };
  reserve: "NONE" | "EQUAL_START" | "HIDDEN";
  announce_reserve_met: boolean;
  grid: "strict" | "free" | "none";
}

interface Body {
  kind: string;
  at: string;
  [field: string]: unknown;
}

export interface RecordEntry {
  body: Body;
  leaf: string;
  open?: Record<string, { value: unknown }>;
}

export interface SaleRecord {
  format: string;
  entries: RecordEntry[];
  head: string;
}

/** A line of the film's history: of the public history, or a bid that did not count. */
export interface FilmRow extends Row {
  reason?: string;
  basis?: Basis;
  kind?: BidKind;
}

/** The sale after one entry. */
export interface Scene {
  atUS: number;
  entry: number; // counted from 1
  leaf: string;
  view: View;
  rows: number; // how many rows of the film are history by then
}

export interface Film {
  scenes: Scene[];
  rows: FilmRow[];
  head: string;
  fromUS: number; // when bidding opened
  toUS: number; // when it was over
}

/** Microseconds of an RFC 3339 time with up to six decimals; 0 for none. */
export function microseconds(text: unknown): number {
  if (typeof text !== "string" || text === "") return 0;
  const m = /^(.*:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text);
  if (!m) throw new Error("record: not a time: " + text);
  return Date.parse(m[1] + "Z") * 1000 + Number((m[2] ?? "").padEnd(6, "0"));
}

export function parseRecord(text: string): SaleRecord {
  const r = JSON.parse(text) as SaleRecord;
  if (!r || r.format !== "corridor-record/1" || !Array.isArray(r.entries)) throw new Error("record: unknown format");
  return r;
}

/** Plays a record through. */
export function filmOf(record: SaleRecord): Film {
  const state = new Sale();
  const scenes: Scene[] = [];
  for (const [i, e] of record.entries.entries()) {
    state.take(e);
    scenes.push({
      atUS: microseconds(e.body.at), entry: i + 1, leaf: e.leaf, view: structuredClone(state.view), rows: state.rows.length,
    });
  }
  const opened = scenes.find((s) => s.view.phase !== "" && s.view.phase !== "ANNOUNCED");
  const first = opened ?? scenes[0];
  const last = scenes.at(-1);
  if (!first || !last) throw new Error("record: empty");
  return { scenes, rows: state.rows, head: record.head, fromUS: first.atUS, toUS: Math.max(last.atUS, first.atUS + 1) };
}

/** The index of the scene that stands at a time; -1 before the first. */
export function sceneAt(scenes: Scene[], us: number): number {
  let low = 0;
  let high = scenes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scenes[middle]!.atUS <= us) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

class Sale {
  rows: FilmRow[] = [];
  view: View = {
    phase: "", start_fen: 0, price_fen: 0, has_bid: false, price_at_us: 0, leader: "", leader_rank: 0, minimum_fen: 0,
    step_fen: 0, opens_at_us: 0, deadline_us: 0, extended: 0, reserve: "", bidders: 0, bids: 0,
  };
  private terms: Terms | undefined;
  private ranks = new Map<string, number>();
  private during: Phase = "";

  take(e: RecordEntry): void {
    const b = e.body;
    const at = microseconds(b.at);
    const shown = (field: string): unknown => {
      const v = b[field];
      return typeof v === "object" && v !== null && "c" in v ? e.open?.[field]?.value : v;
    };
    const row: FilmRow = { n: this.rows.length + 1, at_us: at, type: b.kind };
    if (this.happen(b, at, shown, row)) this.rows.push(row);
    this.figures();
  }

  /** Applies an entry; true if it makes a line of the history. */
  private happen(b: Body, at: number, shown: (field: string) => unknown, row: FilmRow): boolean {
    const v = this.view;
    switch (b.kind) {
      case "LotPublished":
        this.terms = b["terms"] as Terms;
        v.phase = "ANNOUNCED";
        v.start_fen = v.price_fen = this.terms.start_fen;
        v.opens_at_us = microseconds(b["opens_at"]);
        v.reserve = this.terms.reserve === "NONE" ? "NONE" : this.terms.reserve === "EQUAL_START" ? "START" : "SECRET";
        return true;
      case "BidderAdmitted":
        v.bidders++;
        this.ranks.set(b["paddle"] as string, b["rank"] as number);
        return false;
      case "LotOpened":
        v.phase = b["phase"] as Phase;
        v.deadline_us = microseconds(b["deadline"]);
        return true;
      case "LimitedStarted":
        v.phase = "LIMITED";
        v.deadline_us = microseconds(b["deadline"]);
        return true;
      case "BidAccepted":
      case "MaximumRaised":
        return this.bid(b, at, shown, row);
      case "BidRefused":
        this.refusal(b, shown, row);
        return true;
      default:
        return this.course(b, at, row);
    }
  }

  private bid(b: Body, at: number, shown: (field: string) => unknown, row: FilmRow): boolean {
    const v = this.view;
    const deadline = microseconds(b["deadline"]);
    if (deadline > v.deadline_us) v.extended++;
    const price = b["price_fen"] as Fen;
    if (!v.has_bid || price !== v.price_fen) v.price_at_us = at;
    v.has_bid = true;
    v.price_fen = row.price_fen = price;
    v.leader = row.leader = b["leader"] as string;
    v.leader_rank = this.ranks.get(v.leader) ?? 0;
    v.deadline_us = deadline;
    const met = shown("reserve_met");
    if (this.terms?.announce_reserve_met && typeof met === "boolean") v.reserve = met ? "MET" : "NOT_MET";
    row.paddle = b["paddle"] as string;
    if (b.kind === "MaximumRaised") {
      row.sealed = true;
      if (b["moved"] !== true) return false;
    } else if (b["hidden"] === true) row.sealed = true;
    else row.amount_fen = b["amount_fen"] as Fen;
    const opened = b["opened"] as { maximum_fen: Fen } | undefined;
    if (opened) row.opened_fen = opened.maximum_fen;
    v.bids++;
    return true;
  }

  private refusal(b: Body, shown: (field: string) => unknown, row: FilmRow): void {
    row.paddle = b["paddle"] as string;
    row.reason = b["reason"] as string;
    row.kind = b["bid_kind"] as BidKind;
    const amount = shown("amount_fen");
    if (typeof amount === "number") row.amount_fen = amount;
    const s = b["basis"] as Record<string, unknown> | undefined;
    if (s) {
      row.basis = {
        minimum_fen: s["minimum_fen"] as Fen, step_fen: s["step_fen"] as Fen, price_fen: s["price_fen"] as Fen,
        price_at: microseconds(s["price_at"]), deadline: microseconds(s["deadline"]),
      };
    }
  }

  private course(b: Body, at: number, row: FilmRow): boolean {
    const v = this.view;
    switch (b.kind) {
      case "LotPaused":
        if (v.phase !== "PAUSED") this.during = v.phase;
        row.cause = b["cause"] as Cause;
        row.note = b["note"] as string;
        v.phase = "PAUSED";
        v.deadline_us = 0;
        v.pause = {
          cause: row.cause, note: row.note, since_us: microseconds(b["since"]), left_us: b["left"] as number, during: this.during,
          resume_at_us: 0,
        };
        return true;
      case "ResumeAnnounced":
        if (v.pause) v.pause.resume_at_us = microseconds(b["resume_at"]);
        return true;
      case "LotResumed":
        delete v.pause;
        v.phase = this.during;
        v.deadline_us = microseconds(b["deadline"]);
        return true;
      case "LotClosed":
        this.close(at, b["outcome"] as Outcome, b["why"] as PassedWhy, row);
        row.price_fen = b["price_fen"] as Fen;
        row.leader = b["winner"] as string;
        return true;
      case "LotWithdrawn":
        this.close(at, "WITHDRAWN", "", row);
        row.note = b["note"] as string;
        return true;
      case "LotAnnulled":
        this.close(at, "ANNULLED", "", row);
        row.cause = b["cause"] as Cause;
        row.note = b["note"] as string;
        return true;
    }
    return false; // the reserve's sealing, suspensions, refused commands: no line of the history
  }

  private close(at: number, outcome: Outcome, why: PassedWhy, row: FilmRow): void {
    const v = this.view;
    delete v.pause;
    v.phase = "CLOSED";
    row.outcome = outcome;
    if (why) row.why = why;
    v.result = { outcome, why, winner: outcome === "SOLD" ? v.leader : "", price_fen: v.has_bid ? v.price_fen : 0, at_us: at };
    if (this.terms?.reserve !== "HIDDEN") return;
    if (outcome === "SOLD") v.reserve = "MET";
    if (why === "RESERVE_NOT_MET") v.reserve = "NOT_MET";
  }

  private figures(): void {
    const v = this.view;
    const t = this.terms;
    if (!t || v.phase === "CLOSED") {
      v.minimum_fen = v.step_fen = 0;
      return;
    }
    v.step_fen = t.step.fixed_fen ?? t.step.ladder?.find((r) => !r.below_fen || v.price_fen < r.below_fen)?.step_fen ?? 0;
    v.minimum_fen = !v.has_bid || t.grid === "none" ? t.start_fen : v.price_fen + v.step_fen;
  }
}
