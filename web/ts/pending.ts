// What waits for a second person of the company, and what follows from it. Pure: messages in, facts out.
import type { Fen } from "./money.ts";
import type { Decision, PendingBid } from "./protocol.ts";

/** How long what was decided last stays beside what waits. The server's page has the same rule. */
const DECIDED_SHOWN_US = 2 * 60 * 1e6;

/** It waits, or it is not known yet what the saleroom has made of it. */
export const undecided = (b: PendingBid): boolean => b.state === "WAITING" || (b.state === "CONFIRMED" && !b.row);

export class Waiting {
  /** Decisions under way, by the number of the bid. */
  readonly asked = new Map<number, { id: string; what: Decision }>();
  private asks = 0;

  constructor(public bids: PendingBid[]) {}

  /** Takes the whole list anew. */
  list(bids: PendingBid[]): void {
    this.bids = bids;
    for (const id of this.asked.keys()) {
      const b = bids.find((b) => b.id === id);
      if (!b || !undecided(b)) this.asked.delete(id);
    }
  }

  /** Takes one bid, which may be older than what is known of it. */
  one(b: PendingBid): void {
    const i = this.bids.findIndex((had) => had.id === b.id);
    const had = this.bids[i];
    if (had && !older(b, had)) this.bids[i] = b;
    else if (!had) this.bids = [b, ...this.bids];
    this.asked.delete(b.id);
  }

  /** Names a decision that is sent now; undefined while another on the same bid is under way. */
  ask(id: number, what: Decision): string | undefined {
    if (this.asked.has(id)) return undefined;
    const name = "d" + ++this.asks;
    this.asked.set(id, { id: name, what });
    return name;
  }

  /** A decision was refused. Whether it was one of these. */
  failed(name: string | undefined): boolean {
    for (const [id, a] of this.asked) {
      if (a.id !== name) continue;
      this.asked.delete(id);
      return true;
    }
    return false;
  }

  /** The line went: what was asked is known when the list comes again. */
  cut(): void {
    this.asked.clear();
  }

  /** What is shown: all that waits, and what was decided last. */
  shown(now: number): PendingBid[] {
    let decided = false;
    return this.bids.filter((b) => {
      if (undecided(b)) return true;
      if (decided || now - b.decided_us >= DECIDED_SHOWN_US) return false;
      decided = true;
      return true;
    });
  }
}

function older(b: PendingBid, had: PendingBid): boolean {
  if (had.state !== "WAITING" && b.state === "WAITING") return true;
  return had.row !== undefined && b.row === undefined;
}

/** What a person may do with a pending bid. */
export function actsOf(b: PendingBid): Decision[] {
  const acts: Decision[] = [];
  if (!undecided(b)) return acts;
  if (!b.bar) acts.push("confirm");
  if (b.state === "WAITING" && b.approves && !b.mine) acts.push("decline");
  if (b.state === "WAITING" && b.mine) acts.push("cancel");
  return acts;
}

/** Which text says where it stands. closed: the lot has ended, so that what waits has lapsed. */
export function standsBy(b: PendingBid, minimum: Fen): string {
  if (b.state === "LAPSED") return "pending_why_" + b.why;
  if (b.state === "CONFIRMED" && !b.row) return "pending_unknown";
  if (b.state !== "WAITING") return "pending_by_" + b.state;
  if (minimum > 0 && b.amount_fen < minimum) return "pending_passed";
  if (b.approvers === 0) return "pending_nobody";
  if (b.mine) return "pending_mine";
  return b.bar ? "problem_" + b.bar : "pending_binding";
}
