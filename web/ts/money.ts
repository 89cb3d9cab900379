// Amounts of yuan as whole fen in safe integers: read as people type them, written as Chinese and English print
// them. The rules are those of the server's package money; the server has the last word.

export type Fen = number;
export type Language = "zh" | "en";

/** The largest amount: 10 trillion yuan. */
export const MOST: Fen = 1_000_000_000_000_000;

export type AmountFault =
  | "EMPTY" | "NOT_A_NUMBER" | "FULL_WIDTH" | "EXPONENT" | "NEGATIVE" | "TOO_MANY_DECIMALS" | "TOO_LARGE" | "BAD_GROUPING";

export type Reading = { fen: Fen } | { fault: AmountFault };

const UNITS: [string, number][] = [["千万", 7], ["百万", 6], ["亿", 8], ["万", 4], ["million", 6], ["billion", 9]];

/** Reads 3100000, 3,100,000.50, ¥3,100,000, 310万, 3.1 亿元, 3.1 million yuan. It never guesses. */
export function readAmount(text: string): Reading {
  let s = text.trim();
  if (s === "") return { fault: "EMPTY" };
  s = s.replace(/^[¥￥]/, "").replace(/(元|yuan)$/, "").trim();
  let power = 0;
  for (const [unit, p] of UNITS) {
    if (s.endsWith(unit)) {
      s = s.slice(0, -unit.length).trim();
      power = p;
      break;
    }
  }
  if (/[！-～。]/.test(s)) return { fault: "FULL_WIDTH" };
  if (/^[-−]/.test(s)) return { fault: "NEGATIVE" };
  if (/^\d+(\.\d*)?[eE][+-]*\d+$/.test(s)) return { fault: "EXPONENT" };
  const point = s.indexOf(".");
  let whole = point < 0 ? s : s.slice(0, point);
  const decimals = point < 0 ? "" : s.slice(point + 1);
  if (whole.includes(",")) {
    if (!/^[1-9]\d{0,2}(,\d{3})+$/.test(whole)) return { fault: "BAD_GROUPING" };
    whole = whole.replaceAll(",", "");
  }
  if (decimals.includes(",")) return { fault: "BAD_GROUPING" };
  if (!/^\d+$/.test(whole) || (point >= 0 && !/^\d+$/.test(decimals))) return { fault: "NOT_A_NUMBER" };
  if (decimals.length > power + 2) return { fault: "TOO_MANY_DECIMALS" };
  const digits = (whole + decimals + "0".repeat(power + 2 - decimals.length)).replace(/^0+(?=\d)/, "");
  if (digits.length > 16 || Number(digits) > MOST) return { fault: "TOO_LARGE" };
  return { fen: Number(digits) };
}

function group(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

function cents(fen: Fen): string {
  const rest = fen % 100;
  return rest === 0 ? "" : "." + String(rest).padStart(2, "0");
}

/** ¥3,100,000, with fen only if there are any. */
export function sign(fen: Fen): string {
  return "¥" + grouped(fen);
}

/** 3,100,000, with fen only if there are any. */
export function grouped(fen: Fen): string {
  return group(Math.floor(fen / 100)) + cents(fen);
}

/** 310万元, 2.35亿元; 3.1 million yuan. Never rounded: where the short figure is not exact, the full one stands. */
export function short(fen: Fen, language: Language): string {
  const scales: [number, number, string][] = language === "zh"
    ? [[8, 4, "亿元"], [4, 2, "万元"]]
    : [[9, 4, " billion yuan"], [6, 4, " million yuan"]];
  const yuan = Math.floor(fen / 100);
  for (const [power, decimals, unit] of scales) {
    const one = 10 ** power;
    const grain = 10 ** (power - decimals);
    if (yuan < one || fen % 100 !== 0 || yuan % grain !== 0) continue;
    const rest = (yuan % one) / grain;
    const fraction = rest === 0 ? "" : "." + String(rest).padStart(decimals, "0").replace(/0+$/, "");
    return group(Math.floor(yuan / one)) + fraction + unit;
  }
  return grouped(fen) + (language === "zh" ? "元" : " yuan");
}

/** For axes: 310万, 3.1M. May round; never for an amount that counts. */
export function axis(fen: Fen, language: Language): string {
  const yuan = fen / 100;
  const scales: [number, string][] = language === "zh" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];
  for (const [one, unit] of scales) if (yuan >= one) return String(Number((yuan / one).toFixed(3))) + unit;
  return String(yuan);
}

const CAPITALS = "零壹贰叁肆伍陆柒捌玖";
const CAPITAL_UNITS: [number, string][] = [[1e8, "亿"], [1e4, "万"], [1000, "仟"], [100, "佰"], [10, "拾"]];

function capitalNumber(n: number): string {
  for (const [value, name] of CAPITAL_UNITS) {
    if (n < value) continue;
    const rest = n % value;
    const above = capitalNumber(Math.floor(n / value)) + name;
    return rest === 0 ? above : above + (rest < value / 10 ? "零" : "") + capitalNumber(rest);
  }
  return CAPITALS[n] ?? "";
}

/** 大写: 叁佰壹拾万元整. */
export function capital(fen: Fen): string {
  const yuan = Math.floor(fen / 100);
  const tenth = Math.floor(fen / 10) % 10;
  const cent = fen % 10;
  let s = yuan > 0 ? capitalNumber(yuan) + "元" : "";
  if (tenth > 0) s += CAPITALS[tenth] + "角";
  else if (cent > 0 && yuan > 0) s += "零";
  if (cent > 0) return s + CAPITALS[cent] + "分";
  return s === "" ? "零元整" : s + "整";
}

const SMALL = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
  "sixteen seventeen eighteen nineteen").split(" ");
const TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const ENGLISH_UNITS: [number, string][] = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [1000, "thousand"], [100, "hundred"]];

function spell(n: number): string {
  for (const [value, name] of ENGLISH_UNITS) {
    if (n < value) continue;
    const rest = n % value;
    return spell(Math.floor(n / value)) + " " + name + (rest > 0 ? " " + spell(rest) : "");
  }
  if (n < 20) return SMALL[n] ?? "";
  return TENS[Math.floor(n / 10)] + (n % 10 === 0 ? "" : "-" + SMALL[n % 10]);
}

/** three million one hundred thousand yuan. */
export function words(fen: Fen): string {
  const yuan = Math.floor(fen / 100);
  const cent = fen % 100;
  if (cent === 0) return spell(yuan) + " yuan";
  return (yuan > 0 ? spell(yuan) + " yuan and " : "") + spell(cent) + " fen";
}

/** The read-back of an amount in the reader's language. */
export function readBack(fen: Fen, language: Language): string {
  return language === "zh" ? capital(fen) : words(fen);
}
