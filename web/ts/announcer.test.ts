import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Announcer } from "./announcer.ts";
import { Texts } from "./text.ts";

let now = 0;
let said: string[] = [];
let announcer: Announcer;

function pass(ms: number) {
  now += ms;
  mock.timers.tick(ms);
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  now = 100_000;
  said = [];
  announcer = new Announcer((text) => said.push(text), () => now);
});

test("the first is said at once, then the newest of what came meanwhile", () => {
  for (let i = 1; i <= 100; i++) {
    announcer.say("price " + i);
    pass(10);
  }
  assert.deepEqual(said, ["price 1"]);
  pass(4000);
  assert.deepEqual(said, ["price 1", "price 100"]);
  pass(60_000);
  assert.equal(said.length, 2);
});

test("the time left is told at one minute, thirty and ten seconds, once, and anew after an extension", () => {
  const t = new Texts("en", { room_said_left: "{{.Left}} left", room_said_minute: "a minute", room_said_seconds: "{{.Count}} s" });
  for (let s = 90; s > 0; s--) {
    announcer.left(s * 1e6, 1, t);
    pass(1000);
  }
  assert.deepEqual(said, ["a minute left", "30 s left", "10 s left"]);
  said = [];
  for (let s = 25; s > 0; s--) {
    announcer.left(s * 1e6, 2, t);
    pass(1000);
  }
  assert.deepEqual(said, ["10 s left"]);
});
