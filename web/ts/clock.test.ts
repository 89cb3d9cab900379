import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "./clock.ts";
import { countdown, clockTime, preciseTime, untilChange } from "./time.ts";

test("the shortest round trip decides", () => {
  let local = 0;
  const clock = new Clock(() => local);
  clock.hint(1_000_000);
  assert.equal(clock.now(), 1_000_000);
  clock.sample(0, 400_000, 1_300_000); // slow way there: off by 100 ms
  clock.sample(500_000, 520_000, 1_510_000); // exact: 1,000,000 ahead
  clock.sample(600_000, 900_000, 1_850_000);
  local = 1_000_000;
  assert.equal(clock.now(), 2_000_000);
  assert.equal(clock.latencyMS, 300);
});

test("a hint never lags behind a better one", () => {
  let local = 100;
  const clock = new Clock(() => local);
  clock.hint(1100);
  local = 500;
  clock.hint(1400); // came late
  assert.equal(clock.now(), 1500);
});

test("old samples go, so that drift is followed", () => {
  const clock = new Clock(() => 0);
  clock.sample(0, 2, 101);
  for (let i = 0; i < 8; i++) clock.sample(0, 10, 505);
  assert.equal(clock.now(), 500);
});

test("countdown", () => {
  const s = 1_000_000;
  assert.equal(countdown(9.99 * s), "9.9");
  assert.equal(countdown(0.04 * s), "0.0");
  assert.equal(countdown(-5), "0.0");
  assert.equal(countdown(10 * s), "00:10");
  assert.equal(countdown(125.9 * s), "02:05");
  assert.equal(countdown(3723 * s), "1:02:03");
  assert.equal(countdown(90_061 * s), "1d 01:01:01");
  assert.equal(untilChange(10.25 * s), 251);
  assert.equal(untilChange(5.05 * s), 51);
});

test("times are Shanghai's", () => {
  const us = Date.UTC(2026, 10, 23, 16, 3, 12, 45) * 1000;
  assert.equal(clockTime(us), "00:03:12");
  assert.equal(preciseTime(us), "00:03:12.045");
});
