// Lots on pages that are not the room: price, bids and deadline follow the socket; when a lot changes its phase, the
// parts of the page that say so are fetched anew from the server, which alone knows how to write them.
import { Clock } from "./clock.ts";
import { Connection, type Socket } from "./connection.ts";
import { short, sign, type Fen, type Language } from "./money.ts";
import { flash, show, write } from "./page.ts";
import type { ServerMessage, View } from "./protocol.ts";
import { fill } from "./text.ts";
import { clockTime, countdown, untilChange } from "./time.ts";

const REFRESH_SPREAD_MS = 1500; // so that not every reader asks in the same moment

const language: Language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const local = () => Math.round(performance.now() * 1000);
const clock = new Clock(local);
readNow(document); // until the socket tells more exactly

const stale = new Set<number>();
const opened = new Set<string>(); // moments of opening that were waited for
let ticking: ReturnType<typeof setTimeout> | undefined;
let refreshing: ReturnType<typeof setTimeout> | undefined;

const connection = new Connection({
  dial: () => new WebSocket(new URL("/live", location.href.replace(/^http/, "ws")), "corridor.v1") as Socket,
  clock, local, onMessage, onLine: showTrust,
});

/** Begins to follow the lots of this page. */
export function follow(): void {
  connection.pingEveryMS = 5000;
  if (panels().length > 0) connection.start();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (panels().length > 0) connection.prod();
    tick();
  });
  tick();
}

/** Takes the server's time from a page that it has made; the reader's own clock may be wrong. */
function readNow(page: Document): void {
  const us = Number(page.body.dataset["now"]);
  if (us > 0) clock.hint(us);
}

const panels = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-live-lot]")];

const lotOf = (panel: HTMLElement): number => Number(panel.dataset["liveLot"]);

const piece = (panel: HTMLElement, name: string): HTMLElement | null => panel.querySelector(`[data-live="${name}"]`);

function watch(): void {
  for (const p of panels()) connection.send({ t: "watch", lot: lotOf(p), cursor: 0, own: 0 });
}

function onMessage(m: ServerMessage): void {
  if (m.t === "hello") watch();
  if (m.t === "stale") stale.add(m.lot);
  if (m.t === "snapshot" || m.t === "frame") {
    stale.delete(m.lot);
    for (const p of panels()) {
      if (lotOf(p) !== m.lot) continue;
      draw(p, m.state);
      if (m.t === "frame" && p.dataset["every"] !== undefined) refreshSoon(); // the page tells what happened, too
    }
  }
  if (m.t === "stale" || m.t === "snapshot" || m.t === "frame") showTrust();
}

function draw(panel: HTMLElement, v: View): void {
  if (v.phase !== panel.dataset["phase"] || (v.has_bid && panel.dataset["bid"] === undefined)) {
    refreshSoon(); // other words are due
  }
  const price = piece(panel, "price");
  if (price && writePrice(price, v.price_fen)) flash(price);
  write(piece(panel, "bids") ?? undefined, String(v.bids));
  const until = panel.querySelector<HTMLElement>("[data-until]");
  if (until && v.deadline_us > 0 && until.dataset["until"] !== String(v.deadline_us)) {
    until.dataset["until"] = String(v.deadline_us);
    write(until.querySelector("time") ?? undefined, clockTime(v.deadline_us));
    tick();
  }
}

/** Writes a price as the server did: digits and unit apart. */
function writePrice(into: HTMLElement, fen: Fen): boolean {
  const digits = into.querySelector(".price-digits");
  const unit = into.querySelector(".price-unit");
  if (!digits || !unit) return false;
  const text = language === "zh" ? short(fen, "zh") : sign(fen);
  const cut = text.search(/[亿万元]/);
  if (language === "zh") write(unit, text.slice(cut));
  return write(digits, language === "zh" ? text.slice(0, cut) : text.replace("¥", ""));
}

/** What may be old must look old, and say since when. */
function showTrust(): void {
  const line = connection.line;
  for (const p of panels()) {
    const note = piece(p, "stale");
    const since = line.state === "silent" || line.state === "cut" ? line.since : 0;
    const old = since > 0 || stale.has(lotOf(p));
    p.toggleAttribute("data-stale", old);
    if (!note) continue;
    show(note, old);
    if (old) write(note, fill(note.dataset["text"] ?? "", { At: clockTime(since > 0 ? since : clock.now()) }));
  }
}

/** Writes what is left until each deadline, as often as the shortest of them needs. */
function tick(): void {
  clearTimeout(ticking);
  let next = 60_000;
  const now = clock.now();
  for (const e of document.querySelectorAll<HTMLElement>("[data-until]")) {
    const span = Number(e.dataset["until"]) - now;
    const shown = e.querySelector<HTMLElement>(".left");
    if (!shown) continue;
    write(shown, countdown(span));
    show(shown, true);
    next = Math.min(next, untilChange(span));
  }
  for (const e of document.querySelectorAll<HTMLElement>("[data-opens]")) {
    const at = e.dataset["opens"] ?? "";
    const span = Number(at) - now;
    if (span > 0) next = Math.min(next, span / 1000 + 1);
    else if (!opened.has(at)) {
      opened.add(at);
      refreshSoon();
    }
  }
  ticking = setTimeout(tick, Math.max(16, next));
}

function refreshSoon(): void {
  refreshing ??= setTimeout(() => void refresh(), 400 + Math.random() * REFRESH_SPREAD_MS);
}

/** Fetches this page and takes over its fresh parts, except one in which the reader is at work. */
async function refresh(): Promise<void> {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    readNow(fresh);
    for (const part of document.querySelectorAll<HTMLElement>("[data-fresh]")) {
      const other = fresh.querySelector<HTMLElement>(`[data-fresh="${part.dataset["fresh"]}"]`);
      if (other && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(other));
    }
  } catch {
    return; // the next change asks again
  } finally {
    refreshing = undefined;
  }
  if (connection.line.state === "live") watch();
  else if (panels().length > 0) connection.start();
  tick();
}
