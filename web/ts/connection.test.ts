import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Clock } from "./clock.ts";
import { Connection, type Line, type Socket } from "./connection.ts";

class Fake implements Socket {
  static all: Fake[] = [];
  readyState = 0;
  sent: { t: string; id?: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  constructor() { Fake.all.push(this); }
  send(text: string) { this.sent.push(JSON.parse(text)); }
  close() { this.readyState = 3; }
  open() { this.readyState = 1; this.onopen?.(); }
  say(m: object) { this.onmessage?.({ data: JSON.stringify(m) }); }
  cut(code = 1006) { this.readyState = 3; this.onclose?.({ code }); }
}

let now = 0;
let lines: Line[] = [];
let connection: Connection;

function pass(ms: number) {
  for (let i = 0; i < ms; i++) { // in small steps, so that timers set by timers run at their own time
    now += 1000;
    mock.timers.tick(1);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  Fake.all = [];
  lines = [];
  now = 0;
  const local = () => now;
  connection = new Connection({
    dial: () => new Fake(), clock: new Clock(local), local, random: () => 1,
    onMessage: () => {}, onLine: (l) => lines.push(l),
  });
  connection.start();
});

const states = () => lines.map((l) => l.state);

test("live once something was heard, not once it opened", () => {
  const s = Fake.all[0]!;
  s.open();
  assert.equal(connection.line.state, "connecting");
  s.say({ t: "hello", now_us: 5_000_000, heartbeat_s: 20 });
  assert.deepEqual(states(), ["live"]);
});

test("silence is noticed though the socket stays open, and says since when", () => {
  const s = Fake.all[0]!;
  s.open();
  s.say({ t: "hello", now_us: 5_000_000, heartbeat_s: 20 });
  pass(2500);
  s.say({ t: "pong", id: "p2", now_us: 7_500_000 });
  pass(2500);
  pass(3000);
  const last = connection.line;
  assert.equal(last.state, "silent");
  assert.ok(last.state === "silent" && Math.abs(last.since - 7_500_000) < 10_000);
  pass(6000);
  assert.equal(connection.line.state, "cut");
});

test("a message ends the silence", () => {
  const s = Fake.all[0]!;
  s.open();
  s.say({ t: "hello", now_us: 1, heartbeat_s: 20 });
  pass(6000);
  assert.equal(connection.line.state, "silent");
  s.say({ t: "frame", now_us: 2 });
  assert.equal(connection.line.state, "live");
});

test("a cut is told at once, and the pauses grow", () => {
  Fake.all[0]!.open();
  Fake.all[0]!.say({ t: "hello", now_us: 1, heartbeat_s: 20 });
  Fake.all[0]!.cut();
  assert.equal(connection.line.state, "cut");
  const pauses = [400, 800, 1600, 3200, 6400, 8000, 8000];
  for (const [i, p] of pauses.entries()) {
    pass(p - 1);
    assert.equal(Fake.all.length, 1 + i);
    pass(1);
    assert.equal(Fake.all.length, 2 + i);
    Fake.all.at(-1)!.cut();
  }
});

test("signed out: no further attempts", () => {
  Fake.all[0]!.open();
  Fake.all[0]!.say({ t: "hello", now_us: 1, heartbeat_s: 20 });
  Fake.all[0]!.cut(4001);
  assert.equal(connection.line.state, "ended");
  pass(60_000);
  connection.prod();
  assert.equal(Fake.all.length, 1);
});

test("a handshake that hangs is given up", () => {
  pass(9001);
  pass(400);
  assert.equal(Fake.all.length, 2);
});

test("an old socket has no say", () => {
  const old = Fake.all[0]!;
  old.open();
  old.say({ t: "hello", now_us: 1, heartbeat_s: 20 });
  const handler = old.onclose;
  old.cut();
  pass(400);
  Fake.all[1]!.open();
  Fake.all[1]!.say({ t: "hello", now_us: 2, heartbeat_s: 20 });
  handler?.({ code: 1006 });
  assert.equal(connection.line.state, "live");
});
