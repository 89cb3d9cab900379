import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Saver, type Outcome } from "./saver.ts";

const turn = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

function saving(outcomes: Outcome[]) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const states: string[] = [];
  let saves = 0;
  const saver = new Saver({
    pauseMS: 100, retryMS: 1000, onState: (s) => states.push(s),
    save: () => Promise.resolve(outcomes[saves++] ?? "saved"),
  });
  return { saver, states, saves: () => saves, done: () => mock.timers.reset() };
}

test("saves once after a pause", async () => {
  const s = saving(["saved"]);
  s.saver.touch();
  mock.timers.tick(60);
  s.saver.touch();
  mock.timers.tick(60);
  assert.equal(s.saves(), 0);
  assert.equal(s.saver.unsaved, true);
  mock.timers.tick(60);
  await turn();
  assert.equal(s.saves(), 1);
  assert.equal(s.saver.unsaved, false);
  assert.deepEqual(s.states, ["saving", "waiting"]);
  s.done();
});

test("tries again when the line is cut, and at once when it is back", async () => {
  const s = saving(["again", "again", "saved"]);
  s.saver.touch();
  mock.timers.tick(100);
  await turn();
  mock.timers.tick(1000);
  await turn();
  assert.equal(s.saves(), 2);
  s.saver.prod();
  mock.timers.tick(0);
  await turn();
  assert.equal(s.saves(), 3);
  assert.equal(s.saver.unsaved, false);
  s.done();
});

test("never saves after a conflict, and knows that something is unsaved", async () => {
  const s = saving(["stop"]);
  s.saver.touch();
  mock.timers.tick(100);
  await turn();
  s.saver.touch();
  mock.timers.tick(10_000);
  await turn();
  assert.equal(s.saves(), 1);
  assert.equal(s.saver.unsaved, true);
  s.done();
});

test("what the server refuses stays unsaved until it is better", async () => {
  const s = saving(["kept", "saved"]);
  s.saver.touch();
  mock.timers.tick(100);
  await turn();
  assert.equal(s.saver.unsaved, true);
  s.saver.touch();
  mock.timers.tick(100);
  await turn();
  assert.equal(s.saver.unsaved, false);
  s.done();
});
