// What the page knows of one lot, and what follows from it. Pure: messages in, facts out; no clock, no page.
import type { Line } from "./connection.ts";
import type { Fen } from "./money.ts";
import type { Frame, Holding, OwnRow, Row, ServerMessage, View } from "./protocol.ts";

export interface Room {
  lot: number;
  cursor: number;
  head: string;
  view: View;
  knownAt: number; // server's time at which view was last known to be true
  rows: Row[]; // oldest first
  gaps: Map<number, number>; // before the row n, so many lines are not shown
  holding: Holding | undefined;
  own: OwnRow[]; // newest first
  awaiting: boolean; // nothing was heard of this lot since the line came (back)
  staleSince: number; // the server itself cannot read the log since then; 0 if it can
}

/** What is to be done after a message. */
export type Effect = "none" | "changed" | "watch"; // watch: lines are missing, ask again from the cursor

const ROWS_KEPT = 2000;

export function newRoom(frame: Frame, earlier: Row[], holding: Holding | undefined, own: OwnRow[]): Room {
  const room: Room = {
    lot: frame.lot, cursor: 0, head: "", view: frame.state, knownAt: frame.now_us, rows: [...earlier], gaps: new Map(),
    holding, own: [...own].sort((a, b) => b.own - a.own), awaiting: true, staleSince: 0,
  };
  takeFrame(room, frame);
  room.awaiting = true; // the page may have come from a cache: only the socket says what is true now
  return room;
}

/** Takes a message into the room. */
export function receive(room: Room, m: ServerMessage): Effect {
  if (m.t === "pong" && !room.awaiting && room.staleSince === 0) room.knownAt = Math.max(room.knownAt, m.now_us);
  if (!("lot" in m) || m.lot !== room.lot) return "none";
  switch (m.t) {
    case "snapshot":
    case "frame":
      return takeFrame(room, m);
    case "stale":
      room.staleSince = m.since_us;
      room.knownAt = Math.min(room.knownAt, m.since_us);
      return "changed";
    case "own":
      room.holding = m.holding;
      for (const row of m.rows) takeOwn(room, row);
      return "changed";
    case "answer":
      if (m.holding) room.holding = m.holding;
      takeOwn(room, m.row);
      return "changed";
  }
  return "none";
}

function takeFrame(room: Room, f: Frame): Effect {
  if (f.t === "frame" && f.from > room.cursor) return "watch";
  if (f.t === "frame" && f.cursor < room.cursor) return "none"; // older than what is shown
  if (f.t === "snapshot" && f.cursor < room.cursor) {
    room.rows = [];
    room.gaps.clear();
  }
  room.awaiting = false;
  room.staleSince = 0;
  room.view = f.state;
  room.knownAt = f.now_us;
  room.head = f.head;
  room.cursor = f.cursor;
  takeRows(room, f);
  return "changed";
}

function takeRows(room: Room, f: Frame): void {
  const last = room.rows.at(-1)?.n ?? 0;
  const fresh = f.rows.filter((r) => r.n > last);
  const first = fresh[0];
  let missing = f.omitted ?? 0;
  if (f.t === "snapshot") { // its omitted counts from the beginning of the lot
    for (const count of room.gaps.values()) missing -= count;
    for (const r of room.rows) if (r.n < (f.rows[0]?.n ?? 0)) missing--;
  }
  if (first && missing > 0) room.gaps.set(first.n, missing);
  room.rows.push(...fresh);
  const over = room.rows.length - ROWS_KEPT;
  if (over <= 0) return;
  let dropped = over;
  for (const r of room.rows.splice(0, over)) {
    dropped += room.gaps.get(r.n) ?? 0;
    room.gaps.delete(r.n);
  }
  const oldest = room.rows[0];
  if (oldest) room.gaps.set(oldest.n, dropped + (room.gaps.get(oldest.n) ?? 0));
}

function takeOwn(room: Room, row: OwnRow): void {
  const i = room.own.findIndex((r) => r.own === row.own);
  if (i >= 0) room.own[i] = row;
  else room.own.push(row);
  room.own.sort((a, b) => b.own - a.own);
}

export type Lead = "none" | "other" | "you" | "outbid";

/** Who leads, as this viewer should see it. */
export function leadOf(view: View, holding: Holding | undefined, own: OwnRow[]): Lead {
  if (!view.has_bid || view.leader === "") return "none";
  if (!holding) return "other";
  if (view.leader === holding.paddle) return "you";
  return own.some((r) => r.accepted) ? "outbid" : "other";
}

export interface Trust {
  trusted: boolean;
  since: number; // last known at, server's time; 0 if never heard
  why: "live" | "connecting" | "silent" | "cut" | "ended" | "stale";
}

/** Whether what is shown is true now, and if not, when it was known last. */
export function trustOf(room: Room, line: Line): Trust {
  const since = room.knownAt;
  if (line.state !== "live") return { trusted: false, since, why: line.state };
  if (room.awaiting) return { trusted: false, since, why: "connecting" };
  if (room.staleSince > 0) return { trusted: false, since, why: "stale" };
  return { trusted: true, since, why: "live" };
}

export const isOpen = (v: View): boolean => v.phase === "FREE" || v.phase === "LIMITED" || v.phase === "SINGLE";

export type Bar = "" | "untrusted" | "spectator" | "suspended" | "not_open" | "paused" | "closed" | "time_up" | "pending";

/** What stands against bidding at this moment; "" if nothing. */
export function barOf(room: Room, line: Line, now: number, pending: boolean): Bar {
  const v = room.view;
  if (v.phase === "CLOSED") return "closed";
  if (!room.holding) return "spectator";
  if (!trustOf(room, line).trusted) return "untrusted";
  if (room.holding.suspended) return "suspended";
  if (v.phase === "PAUSED") return "paused";
  if (!isOpen(v)) return "not_open";
  if (v.deadline_us > 0 && now >= v.deadline_us) return "time_up";
  return pending ? "pending" : "";
}

export interface Quick {
  fen: Fen;
  steps: number; // above the current price; 0 is the start price or a match
  match: boolean;
}

/** The amounts of the one-tap bids: one, two and five steps; first the start price, or the price itself for a holder
 * of the better right. */
export function quickBids(v: View, minimum: Fen, strict: boolean): Quick[] {
  const at = (steps: number, match = false): Quick => ({ fen: v.price_fen + steps * v.step_fen, steps, match });
  if (v.step_fen <= 0) return [{ fen: minimum, steps: 0, match: false }];
  if (!v.has_bid) return [at(0), at(1), at(5)];
  if (minimum === v.price_fen) return [at(0, true), at(1), at(2)];
  const three = [at(1), at(2), at(5)];
  return strict ? three : three.map((q) => (q.fen < minimum ? { ...q, fen: minimum } : q));
}

export type AmountBar = "" | "BELOW_MINIMUM" | "NOT_MULTIPLE" | "JUMP_TOO_LARGE" | "MAXIMUM_NOT_RAISED";

export interface BidRules {
  strict: boolean;
  maxima: boolean;
  leaderMayRaise: boolean;
  confirmTimes: number; // 0: off
  refuseTimes: number;
}

/** What the server would say of an amount, told beforehand. */
export function amountBar(v: View, h: Holding, leads: boolean, rules: BidRules, fen: Fen, maximum: boolean): AmountBar {
  if (leads && maximum && fen <= h.maximum_fen) return "MAXIMUM_NOT_RAISED";
  if (rules.strict && v.step_fen > 0 && fen > v.price_fen && (fen - v.price_fen) % v.step_fen !== 0) return "NOT_MULTIPLE";
  if (fen < h.minimum_fen) return "BELOW_MINIMUM";
  if (rules.refuseTimes > 0 && fen > Math.max(v.price_fen * rules.refuseTimes, h.minimum_fen)) return "JUMP_TOO_LARGE";
  return "";
}

/** Whether an amount is so far above the price that it wants confirming. R3.1 */
export function wantsConfirming(v: View, rules: BidRules, fen: Fen): boolean {
  return rules.confirmTimes > 0 && fen >= v.price_fen * rules.confirmTimes;
}
