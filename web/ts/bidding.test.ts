import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Bidding, type Ending, type Pending } from "./bidding.ts";
import type { ClientMessage, OwnRow } from "./protocol.ts";

let now = 0;
let sent: Extract<ClientMessage, { t: "bid" }>[] = [];
let online = true;
let seen: (Pending | undefined)[] = [];
let endings: Ending[] = [];
let keys = 0;
let bidding: Bidding;

function pass(ms: number) {
  for (let i = 0; i < ms; i += 10) {
    now += 10_000;
    mock.timers.tick(10);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  now = 0;
  sent = [];
  seen = [];
  endings = [];
  online = true;
  keys = 0;
  bidding = new Bidding({
    lot: 7,
    local: () => now,
    newKey: () => String(++keys).padStart(32, "0"),
    send: (m) => {
      if (online && m.t === "bid") sent.push(m);
      return online;
    },
    onChange: (p, e) => {
      seen.push(p && { ...p });
      if (e) endings.push(e);
    },
  });
  bidding.line(true);
});

const plain = { kind: "PLAIN" as const, fen: 310_000_000, confirmed: false };
const row = (key: string, more: Partial<OwnRow> = {}): OwnRow => ({
  own: 1, key, at_us: 1, bid_kind: "PLAIN", amount_fen: 310_000_000, accepted: true, leads: true, price_fen: 310_000_000,
  leaf: "", ...more,
});

test("two taps are one bid", () => {
  assert.equal(bidding.place(plain), true);
  assert.equal(bidding.place({ ...plain, fen: 320_000_000 }), false);
  assert.equal(sent.length, 1);
});

test("the answer settles it, and the next bid has a key of its own", () => {
  bidding.place(plain);
  bidding.receipt(row(sent[0]!.key));
  assert.equal(endings[0]?.end, "answered");
  bidding.place(plain);
  assert.notEqual(sent[1]!.key, sent[0]!.key);
});

test("without an answer it asks again with the same key and says so", () => {
  bidding.place(plain);
  pass(4000);
  assert.equal(bidding.pending?.state, "asking");
  assert.equal(sent.length, 2);
  assert.deepEqual({ ...sent[1] }, { ...sent[0] });
  bidding.receipt(row(sent[0]!.key, { repeated: true }));
  assert.equal(bidding.pending, undefined);
  pass(60_000);
  assert.equal(sent.length, 2);
});

test("it never stays in bidding: after 20 s without an answer the bidder decides", () => {
  bidding.place(plain);
  pass(40_000);
  assert.equal(bidding.pending?.state, "lost");
  const asked = sent.length;
  pass(60_000);
  assert.equal(sent.length, asked);
  bidding.again();
  assert.equal(sent.at(-1)!.key, sent[0]!.key);
  pass(60_000);
  bidding.drop();
  assert.equal(endings[0]?.end, "dropped");
});

test("a cut line: asked again once the line is back and the own rows do not have it", () => {
  bidding.place(plain);
  online = false;
  bidding.line(false);
  assert.equal(bidding.pending?.state, "asking");
  pass(3000);
  online = true;
  bidding.line(true);
  assert.equal(sent.length, 1);
  pass(1200);
  assert.equal(sent.length, 2);
  assert.equal(sent[1]!.key, sent[0]!.key);
});

test("a cut line: the own rows have it", () => {
  bidding.place(plain);
  online = false;
  bidding.line(false);
  pass(3000);
  online = true;
  bidding.line(true);
  bidding.receipt(row(sent[0]!.key));
  pass(30_000);
  assert.equal(sent.length, 1);
  assert.equal(endings[0]?.end, "answered");
});

test("a line that was away for long does not send an old wish by itself", () => {
  bidding.place(plain);
  online = false;
  bidding.line(false);
  pass(30_000);
  online = true;
  bidding.line(true);
  pass(1200);
  assert.equal(bidding.pending?.state, "lost");
  assert.equal(sent.length, 1);
});

test("errors at the door: some end it, some ask again", () => {
  bidding.place(plain);
  bidding.failed("somebody else", "bad_amount", "");
  assert.ok(bidding.pending);
  bidding.failed(sent[0]!.id, "busy", "");
  assert.equal(bidding.pending?.state, "asking");
  pass(1000);
  assert.equal(sent.length, 2);
  bidding.failed(sent[1]!.id, "not_a_bidder", "no");
  assert.equal(endings[0]?.end, "refused");
  assert.equal(bidding.pending, undefined);
});
