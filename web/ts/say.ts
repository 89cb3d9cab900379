// Sentences about rows, in the words and by the rules of the server's pages.
import { short, sign, type Fen, type Language } from "./money.ts";
import type { OwnRow, Row } from "./protocol.ts";
import type { FilmRow } from "./record.ts";
import type { Texts } from "./text.ts";
import { preciseTime } from "./time.ts";

/** An amount for tables: 310万元, ¥3,100,000. */
export function money(fen: Fen, language: Language): string {
  return language === "zh" ? short(fen, "zh") : sign(fen);
}

/** A price taken apart for the largest type. */
export function figure(fen: Fen, language: Language): { before: string; digits: string; after: string } {
  if (language === "en") return { before: "¥", digits: sign(fen).slice(1), after: "" };
  const text = short(fen, "zh");
  const unit = text.search(/[亿万元]/);
  return { before: "", digits: text.slice(0, unit), after: text.slice(unit) };
}

export function priceSize(digits: string): string {
  const n = digits.length;
  return n <= 6 ? "s" : n <= 10 ? "m" : n <= 14 ? "l" : "xl";
}

/** A span in words: 0.12 s below ten seconds, else whole seconds, minutes, hours. */
export function span(us: number, language: Language): string {
  const zh = language === "zh";
  if (us < 10_000_000) return (Math.floor(Math.max(0, us) / 10_000) / 100).toFixed(2) + (zh ? "秒" : " s");
  const s = Math.floor(us / 1_000_000);
  const units: [number, string, string][] = [[86_400, "天", "d"], [3600, "小时", "h"], [60, "分", "min"], [1, "秒", "s"]];
  const parts: string[] = [];
  let rest = s;
  for (const [one, han, latin] of units) {
    const n = Math.floor(rest / one);
    if (n > 0 && parts.length < 2) parts.push(n + (zh ? han : " " + latin));
    rest %= one;
  }
  return parts.join(zh ? "" : " ");
}

/** Why a bid did not count, and on which figures that rests. */
export function refusal(r: Pick<OwnRow, "at_us" | "amount_fen" | "reason" | "basis">, t: Texts): string {
  const lang = t.language;
  const b = r.basis ?? { minimum_fen: 0, step_fen: 0, price_fen: 0, price_at: 0, deadline: 0 };
  const args: Record<string, string> = {
    Amount: short(r.amount_fen, lang), Minimum: short(b.minimum_fen, lang), Step: short(b.step_fen, lang),
    Price: short(b.price_fen, lang),
  };
  let key = "reason_" + r.reason;
  if (r.reason === "BELOW_MINIMUM" && b.price_at === 0) key += "_start";
  else if (r.reason === "BELOW_MINIMUM") args["Ago"] = span(r.at_us - b.price_at, lang);
  else if (r.reason === "ALREADY_CLOSED" && b.deadline > 0 && r.at_us >= b.deadline) {
    key += "_late";
    args["Deadline"] = preciseTime(b.deadline);
    args["Late"] = span(r.at_us - b.deadline, lang);
  }
  return t.say(key, args);
}

/** What became of an attempt. */
export function receiptSays(r: OwnRow, t: Texts): string {
  if (!r.accepted) return refusal(r, t);
  const args = { Amount: short(r.amount_fen, t.language), Price: short(r.price_fen, t.language) };
  if (!r.leads) return t.say("room_took_beaten", args);
  return t.say(r.bid_kind === "MAXIMUM" ? "room_took_maximum" : "room_took", args);
}

/** The same in the list of receipts: what was true then is told as past. */
export function receiptSaid(r: OwnRow, t: Texts): string {
  if (!r.accepted) return refusal(r, t);
  return t.say(r.leads ? "room_did_lead" : "room_did_count", { Price: short(r.price_fen, t.language) });
}

/** The note of a pause: the house's own are words, an operator's is what was written. */
export function noteSays(note: string, t: Texts): string {
  return t.has("note_" + note) ? t.say("note_" + note) : note;
}

/** What a line of the history says, and the small print under it. */
export function rowSays(r: Row | FilmRow, t: Texts): { what: string; note: string } {
  if ("reason" in r && r.reason) return refusedRowSays(r, t);
  const lang = t.language;
  const price = money(r.price_fen ?? 0, lang);
  const notes: string[] = [];
  let what: string;
  if (r.paddle) {
    what = r.sealed ? t.say("room_tape_sealed") : money(r.amount_fen ?? 0, lang);
    if (r.sealed) notes.push(t.say("room_tape_price", { Price: price }));
    else if (r.leader !== r.paddle) notes.push(t.say("room_tape_beaten", { Code: r.leader ?? "", Price: price }));
  } else if (r.outcome) {
    what = t.say("outcome_" + r.outcome) + (r.why ? t.say("room_because", { Why: t.say("why_" + r.why) }) : "");
    if (r.outcome === "SOLD") notes.push(t.say("room_sold_note", { Code: r.leader ?? "", Amount: price }));
  } else what = t.say("event_" + r.type);
  if (r.opened_fen) notes.push(t.say("room_tape_opened", { Amount: money(r.opened_fen, lang) }));
  if (r.cause) notes.push(t.say("cause_" + r.cause));
  if (r.note) notes.push(noteSays(r.note, t));
  return { what, note: notes.join(t.say("room_tape_and")) };
}

/** A bid that did not count, as the record tells it once it is public. */
function refusedRowSays(r: FilmRow, t: Texts): { what: string; note: string } {
  const what = r.amount_fen ? money(r.amount_fen, t.language) : t.say("bidkind_MAXIMUM");
  if (!r.amount_fen || !r.basis) return { what, note: t.say("film_refused") };
  return { what, note: refusal({ at_us: r.at_us, amount_fen: r.amount_fen, reason: r.reason ?? "", basis: r.basis }, t) };
}
