import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line } from "./connection.ts";
import type { Frame, Holding, OwnRow, Row, View } from "./protocol.ts";
import { amountBar, barOf, leadOf, newRoom, quickBids, receive, trustOf, wantsConfirming, type BidRules } from "./store.ts";

const view = (more: Partial<View> = {}): View => ({
  phase: "LIMITED", start_fen: 200, price_fen: 310, has_bid: true, price_at_us: 1, leader: "K7", leader_rank: 0,
  minimum_fen: 320, step_fen: 10, opens_at_us: 0, deadline_us: 1000, extended: 0, reserve: "SECRET", bidders: 2, bids: 3,
  ...more,
});
const rows = (...ns: number[]): Row[] => ns.map((n) => ({ n, at_us: n, type: "BidAccepted" }));
const frame = (more: Partial<Frame> = {}): Frame => ({
  t: "frame", lot: 7, from: 4, cursor: 5, head: "", now_us: 500, state: view(), rows: [], ...more,
});
const snapshot = (more: Partial<Frame> = {}) => frame({ t: "snapshot", from: 0, cursor: 4, rows: rows(3, 4), omitted: 2, ...more });
const holding: Holding = { paddle: "M3", rank: 0, suspended: false, maximum_fen: 0, minimum_fen: 320, own: 0 };
const own = (n: number, accepted = true): OwnRow => ({
  own: n, key: String(n), at_us: n, bid_kind: "PLAIN", amount_fen: 1, accepted, leads: false, price_fen: 1, leaf: "",
});
const live: Line = { state: "live" };

test("frames append, and what is older changes nothing", () => {
  const room = newRoom(snapshot(), rows(1, 2), undefined, []);
  assert.deepEqual(room.rows.map((r) => r.n), [1, 2, 3, 4]);
  assert.equal(room.gaps.size, 0);
  assert.equal(receive(room, frame({ rows: rows(5) })), "changed");
  assert.equal(receive(room, frame({ from: 3, cursor: 4, state: view({ price_fen: 1 }) })), "none");
  assert.equal(room.view.price_fen, 310);
  assert.equal(receive(room, frame({ from: 4, cursor: 6, rows: rows(5, 6) })), "changed");
  assert.deepEqual(room.rows.map((r) => r.n), [1, 2, 3, 4, 5, 6]);
});

test("a hole is asked for, not papered over", () => {
  const room = newRoom(snapshot(), [], undefined, []);
  assert.equal(receive(room, frame({ from: 6, cursor: 9, state: view({ price_fen: 999 }) })), "watch");
  assert.equal(room.view.price_fen, 310);
});

test("lines left out are counted", () => {
  const room = newRoom(snapshot(), [], undefined, []);
  assert.deepEqual([...room.gaps], [[3, 2]]);
  receive(room, frame({ from: 4, cursor: 60, rows: rows(59, 60), omitted: 54 }));
  assert.deepEqual([...room.gaps], [[3, 2], [59, 54]]);
  receive(room, snapshot({ cursor: 70, rows: rows(69, 70), omitted: 68 }));
  assert.deepEqual(room.gaps.get(69), 8);
});

test("a snapshot from before begins anew", () => {
  const room = newRoom(snapshot({ cursor: 90, rows: rows(89, 90), omitted: 88 }), [], undefined, []);
  receive(room, snapshot());
  assert.deepEqual(room.rows.map((r) => r.n), [3, 4]);
});

test("other lots are none of this room's business", () => {
  const room = newRoom(snapshot(), [], undefined, []);
  assert.equal(receive(room, frame({ lot: 8 })), "none");
});

test("what the page brought is not trusted until the socket says so", () => {
  const room = newRoom(snapshot(), [], holding, []);
  assert.deepEqual(trustOf(room, { state: "connecting" }), { trusted: false, since: 500, why: "connecting" });
  assert.equal(trustOf(room, live).trusted, false);
  assert.equal(barOf(room, live, 0, false), "untrusted");
  receive(room, frame({ from: 4, cursor: 4, now_us: 600 }));
  assert.equal(trustOf(room, live).trusted, true);
  assert.equal(barOf(room, live, 0, false), "");
  assert.equal(barOf(room, { state: "silent", since: 1 }, 0, false), "untrusted");
});

test("a server that cannot read the log is not trusted either, until its next frame", () => {
  const room = newRoom(snapshot(), [], holding, []);
  receive(room, frame({ from: 4, cursor: 4, now_us: 600 }));
  receive(room, { t: "stale", lot: 7, since_us: 550 });
  assert.deepEqual(trustOf(room, live), { trusted: false, since: 550, why: "stale" });
  receive(room, { t: "pong", now_us: 900 });
  assert.equal(trustOf(room, live).since, 550);
  receive(room, frame({ from: 4, cursor: 4, now_us: 1000 }));
  assert.equal(trustOf(room, live).trusted, true);
});

test("what stands against a bid", () => {
  const room = newRoom(snapshot(), [], holding, []);
  receive(room, frame({ from: 4, cursor: 4 }));
  assert.equal(barOf(room, live, 999, false), "");
  assert.equal(barOf(room, live, 1000, false), "time_up"); // the deadline is exclusive
  assert.equal(barOf(room, live, 999, true), "pending");
  room.view = view({ phase: "PAUSED" });
  assert.equal(barOf(room, live, 0, false), "paused");
  room.view = view({ phase: "ANNOUNCED" });
  assert.equal(barOf(room, live, 0, false), "not_open");
  room.view = view({ phase: "CLOSED" });
  assert.equal(barOf(room, live, 0, false), "closed");
  room.view = view();
  room.holding = undefined;
  assert.equal(barOf(room, live, 0, false), "spectator");
});

test("who leads", () => {
  assert.equal(leadOf(view({ has_bid: false, leader: "" }), holding, []), "none");
  assert.equal(leadOf(view(), undefined, []), "other");
  assert.equal(leadOf(view({ leader: "M3" }), holding, [own(1)]), "you");
  assert.equal(leadOf(view(), holding, [own(1)]), "outbid");
  assert.equal(leadOf(view(), holding, [own(1, false)]), "other");
});

test("own rows are kept once, newest first", () => {
  const room = newRoom(snapshot(), [], holding, [own(1), own(2)]);
  receive(room, { t: "own", lot: 7, holding, rows: [own(2), own(3)] });
  receive(room, { t: "answer", lot: 7, row: own(3) });
  assert.deepEqual(room.own.map((r) => r.own), [3, 2, 1]);
});

test("one-tap bids", () => {
  const fens = (v: View, min: number) => quickBids(v, min, true).map((q) => q.fen);
  assert.deepEqual(fens(view(), 320), [320, 330, 360]);
  assert.deepEqual(fens(view({ has_bid: false, price_fen: 200, leader: "" }), 200), [200, 210, 250]);
  assert.deepEqual(fens(view(), 310), [310, 320, 330]); // a better right may match the price
  assert.equal(quickBids(view(), 310, true)[0]?.match, true);
});

test("amounts are judged as the server will", () => {
  const rules: BidRules = { strict: true, maxima: true, leaderMayRaise: false, confirmTimes: 3, refuseTimes: 10 };
  const of = (fen: number, leads = false, maximum = false, h = holding) => amountBar(view(), h, leads, rules, fen, maximum);
  assert.equal(of(315), "NOT_MULTIPLE");
  assert.equal(of(310), "BELOW_MINIMUM");
  assert.equal(of(320), "");
  assert.equal(of(3100), "");
  assert.equal(of(3110), "JUMP_TOO_LARGE");
  assert.equal(of(3110, false, false, { ...holding, minimum_fen: 3110 }), ""); // the least next bid is never too much
  assert.equal(of(500, true, true, { ...holding, maximum_fen: 500 }), "MAXIMUM_NOT_RAISED");
  assert.equal(wantsConfirming(view(), rules, 920), false);
  assert.equal(wantsConfirming(view(), rules, 930), true);
});
