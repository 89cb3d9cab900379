// One bid at a time, from the tap to its answer. A bid has a key from the first moment, so it can be asked about as
// often as need be and counts once. Nothing here can get stuck: without an answer it asks again, and says so.
import type { Fen } from "./money.ts";
import type { BidKind, ClientMessage, OwnRow, PendingBid } from "./protocol.ts";

export interface Intent {
  kind: BidKind;
  fen: Fen;
  confirmed: boolean;
}

export interface Pending extends Intent {
  key: string;
  at: number; // local microseconds when it was meant
  state: "sent" | "asking" | "lost"; // lost: not in the log when the line came back; the bidder decides
  tries: number;
}

export type Ending =
  | { end: "answered"; bid: Pending; row: OwnRow }
  | { end: "held"; bid: Pending; held: PendingBid } // no bid: a second person of the company has to confirm it
  | { end: "refused"; bid: Pending; code: string; message: string } // by the door, not by the lot: it is in no log
  | { end: "dropped"; bid: Pending };

export interface BiddingOptions {
  lot: number;
  send: (m: ClientMessage) => boolean;
  local: () => number; // microseconds
  newKey: () => string;
  onChange: (p: Pending | undefined, ending?: Ending) => void;
}

const ASK_AFTER_MS = 4000;
const ASK_LONGEST_MS = 10_000;
const OWN_ROWS_WITHIN_MS = 1200;
/** After so long a bid that is not in the log is not sent again by itself: the bidder may have changed his mind. */
const MEANT_FOR_US = 20_000_000;

const AGAIN = new Set(["unknown_outcome", "busy", "unavailable", "rate_limited", "internal"]);

export class Bidding {
  pending: Pending | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private live = false;

  constructor(private readonly o: BiddingOptions) {}

  /** Sends a bid. False, and nothing happens, while another has no answer: a second tap is not a second bid. */
  place(i: Intent): boolean {
    if (this.pending) return false;
    this.pending = { ...i, key: this.o.newKey(), at: this.o.local(), state: "sent", tries: 0 };
    this.ask();
    return true;
  }

  /** A receipt came in, as an answer or with the bidder's own rows. */
  receipt(row: OwnRow): void {
    if (this.pending?.key === row.key) this.settle({ end: "answered", bid: this.pending, row });
  }

  /** The bid is above its bidder's authority, and waits. */
  held(p: PendingBid): void {
    if (this.pending?.key !== p.key) return;
    if (p.row) this.settle({ end: "answered", bid: this.pending, row: p.row });
    else this.settle({ end: "held", bid: this.pending, held: p });
  }

  /** An error message came in. Only one that names this bid's id concerns it. */
  failed(id: string | undefined, code: string, message: string): void {
    const bid = this.pending;
    if (!bid || id !== bid.key) return;
    if (AGAIN.has(code)) {
      bid.state = "asking";
      this.o.onChange(bid);
      this.askLater(code === "unknown_outcome" ? 300 : 1000);
    } else this.settle({ end: "refused", bid, code, message });
  }

  /** The line came, with the lot's state, or went. */
  line(live: boolean): void {
    if (live === this.live) return;
    this.live = live;
    const bid = this.pending;
    if (!bid) return;
    if (bid.state === "sent") bid.state = "asking";
    this.o.onChange(bid);
    clearTimeout(this.timer);
    if (live) this.askLater(OWN_ROWS_WITHIN_MS); // the bidder's own rows may hold the answer already
  }

  /** The bidder wants a lost bid after all. */
  again(): void {
    const bid = this.pending;
    if (bid?.state !== "lost") return;
    bid.at = this.o.local();
    bid.state = "asking";
    this.ask();
  }

  /** The bidder lets a lost bid go. */
  drop(): void {
    if (this.pending?.state === "lost") this.settle({ end: "dropped", bid: this.pending });
  }

  private ask(): void {
    const bid = this.pending;
    if (!bid) return;
    if (bid.tries > 0 && this.o.local() - bid.at > MEANT_FOR_US && this.live) {
      bid.state = "lost";
      this.o.onChange(bid);
      return;
    }
    const sent = this.o.send({
      t: "bid", lot: this.o.lot, id: bid.key, key: bid.key, kind: bid.kind, amount_fen: bid.fen, confirmed: bid.confirmed,
    });
    if (sent) bid.tries++;
    else bid.state = "asking";
    this.o.onChange(bid);
    if (this.pending === bid) this.askLater(Math.min(ASK_LONGEST_MS, ASK_AFTER_MS * Math.max(1, bid.tries)));
  }

  private askLater(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.pending && this.pending.state !== "lost") this.pending.state = "asking";
      this.ask();
    }, ms);
  }

  private settle(ending: Ending): void {
    clearTimeout(this.timer);
    this.pending = undefined;
    this.o.onChange(undefined, ending);
  }
}

/** A key of 128 random bits. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
