import assert from "node:assert/strict";
import { test } from "node:test";
import { axis, capital, readAmount, short, sign, words } from "./money.ts";

test("amounts as people type them", () => {
  const cases: [string, number][] = [
    ["3100000", 310000000], ["3,100,000.50", 310000050], ["¥3,100,000", 310000000], ["￥3100000元", 310000000],
    ["310万", 310000000], ["310 万元", 310000000], ["3.1亿", 31000000000], ["0.01", 1], [" 3.1 million yuan ", 310000000],
    ["0.0001万", 100], ["1千万", 1000000000], ["10000000000000", 1_000_000_000_000_000],
  ];
  for (const [text, fen] of cases) assert.deepEqual(readAmount(text), { fen }, text);
});

test("texts that are no amounts say why", () => {
  const cases: [string, string][] = [
    ["", "EMPTY"], ["1e9", "EXPONENT"], ["-1", "NEGATIVE"], ["１００", "FULL_WIDTH"], ["1,000.001", "TOO_MANY_DECIMALS"],
    ["1".repeat(40), "TOO_LARGE"], ["10000000000000.01", "TOO_LARGE"], ["31,00,000", "BAD_GROUPING"], ["abc", "NOT_A_NUMBER"],
    ["1.", "NOT_A_NUMBER"], [".5", "NOT_A_NUMBER"], ["万", "NOT_A_NUMBER"], ["3.1.2", "NOT_A_NUMBER"], ["1.00001万", "ok"],
    ["1.0000001万", "TOO_MANY_DECIMALS"], ["NaN", "NOT_A_NUMBER"], ["0x10", "NOT_A_NUMBER"], ["0,100", "BAD_GROUPING"],
  ];
  for (const [text, fault] of cases) {
    const r = readAmount(text);
    assert.equal("fault" in r ? r.fault : "ok", fault, text);
  }
});

test("short figures are exact or full", () => {
  assert.equal(short(310000000, "zh"), "310万元");
  assert.equal(short(23500000000, "zh"), "2.35亿元");
  assert.equal(short(310005000, "zh"), "3,100,050元");
  assert.equal(short(310000000, "en"), "3.1 million yuan");
  assert.equal(short(310000050, "en"), "3,100,000.50 yuan");
  assert.equal(short(9900000, "en"), "99,000 yuan");
  assert.equal(sign(310000005), "¥3,100,000.05");
  assert.equal(axis(310000000, "zh"), "310万");
  assert.equal(axis(310000000, "en"), "3.1m");
});

test("capitals", () => {
  const cases: [number, string][] = [
    [310000000, "叁佰壹拾万元整"], [140950, "壹仟肆佰零玖元伍角整"], [607, "陆元零柒分"], [10700000, "壹拾万柒仟元整"],
    [1000000001, "壹仟万元零壹分"], [0, "零元整"], [10, "壹角整"], [100000000000, "壹拾亿元整"], [2000500, "贰万零伍元整"],
  ];
  for (const [fen, text] of cases) assert.equal(capital(fen), text, String(fen));
});

test("English words", () => {
  assert.equal(words(310000000), "three million one hundred thousand yuan");
  assert.equal(words(607), "six yuan and seven fen");
  assert.equal(words(2100), "twenty-one yuan");
});
