import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { filmOf, microseconds, parseRecord, sceneAt } from "./record.ts";

const text = readFileSync("../internal/proof/testdata/record-1-public.json", "utf8");

test("times keep their microseconds", () => {
  assert.equal(microseconds("2026-11-23T19:53:54.123456Z"), Date.UTC(2026, 10, 23, 19, 53, 54) * 1000 + 123456);
  assert.equal(microseconds("2026-11-23T19:53:54.5Z") % 1_000_000, 500_000);
  assert.equal(microseconds(null), 0);
});

test("a film of the golden record ends as the record says", () => {
  const record = parseRecord(text);
  const film = filmOf(record);
  assert.equal(film.scenes.length, record.entries.length);
  const end = record.entries.find((e) => e.body.kind === "LotClosed");
  assert.ok(end);
  const last = film.scenes[record.entries.indexOf(end)]!.view;
  assert.equal(last.result?.outcome, end.body["outcome"]);
  assert.equal(last.result?.winner, end.body["winner"]);
  assert.equal(last.result?.price_fen, end.body["price_fen"]);
});

test("in each scene price, leader and deadline are those of its entry", () => {
  const record = parseRecord(text);
  const film = filmOf(record);
  let refused = 0;
  for (const [i, e] of record.entries.entries()) {
    const v = film.scenes[i]!.view;
    if (e.body.kind === "BidRefused") refused++;
    if (e.body.kind !== "BidAccepted" && e.body.kind !== "MaximumRaised") continue;
    assert.equal(v.price_fen, e.body["price_fen"], `entry ${i + 1}`);
    assert.equal(v.leader, e.body["leader"], `entry ${i + 1}`);
    assert.equal(v.deadline_us, microseconds(e.body["deadline"]), `entry ${i + 1}`);
  }
  assert.ok(refused > 0);
  assert.equal(film.rows.filter((r) => r.type === "BidRefused").length, refused);
});

test("the scene of a moment", () => {
  const film = filmOf(parseRecord(text));
  const { scenes } = film;
  assert.equal(sceneAt(scenes, scenes[0]!.atUS - 1), -1);
  assert.equal(sceneAt(scenes, scenes[3]!.atUS), 3);
  assert.equal(sceneAt(scenes, scenes[4]!.atUS - 1), 3);
  assert.equal(sceneAt(scenes, Number.MAX_SAFE_INTEGER), scenes.length - 1);
});

test("what is no record is refused", () => {
  assert.throws(() => parseRecord("{}"));
  assert.throws(() => parseRecord("<html>"));
  assert.throws(() => filmOf({ format: "corridor-record/1", entries: [], head: "" }));
});
