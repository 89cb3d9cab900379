import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOf, standsBy, Waiting } from "./pending.ts";
import type { PendingBid } from "./protocol.ts";

const bid = (change: Partial<PendingBid> = {}): PendingBid => ({
  id: 1, key: "00", bid_kind: "PLAIN", amount_fen: 300, proposer: { zh: "李", en: "Li" }, proposed_us: 1, state: "WAITING",
  decided_by: { zh: "", en: "" }, decided_us: 0, mine: false, approves: true, approvers: 1, ...change,
});

test("what is older than what is known changes nothing", () => {
  const w = new Waiting([bid({ state: "DECLINED", decided_us: 5 })]);
  w.one(bid());
  assert.equal(w.bids[0]?.state, "DECLINED");
  const row = { own: 1, key: "00", at_us: 1, bid_kind: "PLAIN" as const, amount_fen: 300, accepted: true, leads: true, price_fen: 300, leaf: "" };
  w.one(bid({ id: 2, state: "CONFIRMED", row }));
  w.one(bid({ id: 2, state: "CONFIRMED" }));
  assert.ok(w.bids.find((b) => b.id === 2)?.row);
});

test("one decision at a time on each, and none stays for ever", () => {
  const w = new Waiting([bid(), bid({ id: 2 })]);
  const first = w.ask(1, "confirm");
  assert.equal(w.ask(1, "decline"), undefined);
  assert.notEqual(w.ask(2, "decline"), undefined);
  assert.equal(w.failed("other"), false);
  assert.equal(w.failed(first), true);
  assert.notEqual(w.ask(1, "confirm"), undefined);
  w.list([bid({ state: "CONFIRMED" })]);
  assert.equal(w.asked.has(1), true); // the saleroom has not answered
  w.list([bid({ state: "DECLINED" })]);
  assert.equal(w.asked.size, 0);
  w.ask(2, "confirm");
  w.cut();
  assert.equal(w.asked.size, 0);
});

test("all that waits is shown, and what was decided last, for a while", () => {
  const w = new Waiting([bid({ id: 3, state: "DECLINED", decided_us: 9e6 }), bid({ id: 2, state: "CANCELLED", decided_us: 8e6 }), bid()]);
  assert.deepEqual(w.shown(10e6).map((b) => b.id), [3, 1]);
  assert.deepEqual(w.shown(9e6 + 120e6).map((b) => b.id), [1]);
});

test("who may do what", () => {
  assert.deepEqual(actsOf(bid()), ["confirm", "decline"]);
  assert.deepEqual(actsOf(bid({ mine: true, bar: "OWN_BID" })), ["cancel"]);
  assert.deepEqual(actsOf(bid({ bar: "ABOVE_AUTHORITY" })), ["decline"]);
  assert.deepEqual(actsOf(bid({ bar: "NOT_AN_APPROVER", approves: false })), []);
  assert.deepEqual(actsOf(bid({ state: "CONFIRMED" })), ["confirm"]); // to ask again
  assert.deepEqual(actsOf(bid({ state: "LAPSED" })), []);
});

test("what is said of it", () => {
  assert.equal(standsBy(bid(), 400), "pending_passed");
  assert.equal(standsBy(bid(), 300), "pending_binding");
  assert.equal(standsBy(bid({ mine: true, bar: "OWN_BID" }), 0), "pending_mine");
  assert.equal(standsBy(bid({ approvers: 0 }), 0), "pending_nobody");
  assert.equal(standsBy(bid({ state: "CONFIRMED" }), 0), "pending_unknown");
  assert.equal(standsBy(bid({ state: "LAPSED", why: "LOT_CLOSED" }), 0), "pending_why_LOT_CLOSED");
});
