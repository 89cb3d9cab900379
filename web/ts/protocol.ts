// The messages of the socket's subprotocol corridor.v1, as PROTOCOL.md describes them, and the rows and states in
// them. Times are microseconds since 1970 UTC, amounts are fen; 0 means none.
import type { Fen } from "./money.ts";

export type Phase = "" | "ANNOUNCED" | "FREE" | "LIMITED" | "SINGLE" | "PAUSED" | "CLOSED";
export type BidKind = "PLAIN" | "MAXIMUM";
export type Cause = "AUTHORITY_ORDER" | "MATERIAL_CHANGE" | "PLATFORM_FAILURE" | "INTRUSION" | "FORCE_MAJEURE";
export type Outcome = "SOLD" | "PASSED" | "WITHDRAWN" | "ANNULLED";
export type PassedWhy = "" | "NO_BIDS" | "RESERVE_NOT_MET" | "TOO_FEW_BIDDERS";

export interface View {
  phase: Phase;
  start_fen: Fen;
  price_fen: Fen;
  has_bid: boolean;
  price_at_us: number;
  leader: string;
  leader_rank: number;
  minimum_fen: Fen;
  step_fen: Fen;
  opens_at_us: number;
  deadline_us: number;
  extended: number;
  reserve: "" | "NONE" | "START" | "SECRET" | "MET" | "NOT_MET";
  bidders: number;
  bids: number;
  pause?: { cause: Cause; note: string; since_us: number; left_us: number; during: Phase; resume_at_us: number };
  result?: { outcome: Outcome; why: PassedWhy; winner: string; price_fen: Fen; at_us: number };
}

export interface Row {
  n: number;
  at_us: number;
  type: string;
  paddle?: string;
  amount_fen?: Fen;
  sealed?: boolean;
  price_fen?: Fen;
  leader?: string;
  opened_fen?: Fen;
  cause?: Cause;
  outcome?: Outcome;
  why?: PassedWhy;
  note?: string;
}

export interface Frame {
  t: "snapshot" | "frame";
  lot: number;
  from: number;
  cursor: number;
  head: string;
  now_us: number;
  state: View;
  rows: Row[];
  omitted?: number;
}

export interface Basis {
  minimum_fen: Fen;
  step_fen: Fen;
  price_fen: Fen;
  price_at: number;
  deadline: number;
}

export interface OwnRow {
  own: number;
  key: string;
  at_us: number;
  bid_kind: BidKind;
  amount_fen: Fen;
  accepted: boolean;
  leads: boolean;
  price_fen: Fen;
  reason?: string;
  basis?: Basis;
  leaf: string;
  repeated?: boolean;
}

export interface Holding {
  paddle: string;
  rank: number;
  suspended: boolean;
  maximum_fen: Fen;
  minimum_fen: Fen;
  own: number;
}

export type PendingState = "WAITING" | "CONFIRMED" | "DECLINED" | "CANCELLED" | "LAPSED";
export type Decision = "confirm" | "decline" | "cancel";

/** A bid above its bidder's authority: no bid before a second person of his company has confirmed it. */
export interface PendingBid {
  id: number;
  key: string;
  bid_kind: BidKind;
  amount_fen: Fen;
  proposer: { zh: string; en: string };
  proposed_us: number;
  state: PendingState;
  why?: string;
  decided_by: { zh: string; en: string };
  decided_us: number;
  row?: OwnRow;
  mine: boolean;
  bar?: string;
  approves: boolean;
  approvers: number;
}

export type ServerMessage =
  | { t: "hello"; now_us: number; heartbeat_s: number; signed_in?: boolean }
  | Frame
  | { t: "own"; lot: number; holding: Holding; rows: OwnRow[]; omitted?: number }
  | { t: "answer"; lot: number; id?: string; row: OwnRow; holding?: Holding }
  | { t: "pending"; lot: number; bids: PendingBid[] }
  | { t: "held" | "decided"; lot: number; id?: string; bid: PendingBid }
  | { t: "stale"; lot: number; since_us: number }
  | { t: "pong"; id?: string; now_us: number }
  | { t: "left"; lot: number }
  | { t: "error"; id?: string; lot?: number; code: string; field?: string; message: string };

export type ClientMessage =
  | { t: "watch"; lot: number; cursor: number; own: number }
  | { t: "leave"; lot: number }
  | { t: "bid"; lot: number; id: string; key: string; kind: BidKind; amount_fen: Fen; confirmed: boolean }
  | { t: Decision; lot: number; id: string; pending: number }
  | { t: "ping"; id: string };

/** Reads a message; undefined if it is none that this client understands. */
export function parseMessage(text: string): ServerMessage | undefined {
  try {
    const m: unknown = JSON.parse(text);
    if (typeof m !== "object" || m === null || typeof (m as { t?: unknown }).t !== "string") return undefined;
    return m as ServerMessage;
  } catch {
    return undefined;
  }
}
