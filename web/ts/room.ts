// The live room: joins the socket, the state of the lot and the views.
import { Announcer } from "./announcer.ts";
import { Bidding, randomKey } from "./bidding.ts";
import { Chart, course } from "./chart.ts";
import { Clock } from "./clock.ts";
import { Connection, type Socket } from "./connection.ts";
import { short, type Language } from "./money.ts";
import { data, maybePart, part, show, write } from "./page.ts";
import { undecided, Waiting } from "./pending.ts";
import type { Frame, Holding, OwnRow, PendingBid, Row, ServerMessage } from "./protocol.ts";
import { Signal } from "./signal.ts";
import { money } from "./say.ts";
import { barOf, isOpen, leadOf, newRoom, receive, trustOf, type BidRules, type Lead } from "./store.ts";
import { Texts } from "./text.ts";
import { ClockView } from "./view-clock.ts";
import { PadView } from "./view-pad.ts";
import { PendingView } from "./view-pending.ts";
import { StandingView } from "./view-standing.ts";
import { OwnView, TapeView } from "./view-tape.ts";

interface RoomData {
  lang: Language;
  title: string;
  frame: Frame;
  earlier: Row[];
  holding: Holding | null;
  own: OwnRow[];
  pending: PendingBid[];
  rules: BidRules & { cycleS: number };
  notes: Record<string, string>;
  texts: Record<string, string>;
}

const page = data<RoomData>("room-data");
const t = new Texts(page.lang, page.texts);
const localMS = () => performance.now();
const localUS = () => Math.round(performance.now() * 1000);
const clock = new Clock(localUS);
const room = newRoom(page.frame, page.earlier, page.holding ?? undefined, page.own);
clock.hint(page.frame.now_us);

const announcer = new Announcer((text) => (part("announcer").textContent = text), localMS);
const signal = new Signal(t);
const chart = new Chart(part("chart"), page.lang);
const standing = new StandingView(t, page.notes);
const tape = new TapeView(t);
const ownRows = new OwnView(t);
const time = new ClockView(t, clock, page.rules.cycleS * 1e6, (left) => {
  announcer.left(left, room.view.deadline_us, t);
  if (left <= 0) render(); // bidding ends here, whatever the server says a moment later
});

const connection = new Connection({
  dial: () => new WebSocket(new URL("/live", location.href.replace(/^http/, "ws")), "corridor.v1") as Socket,
  clock, local: localUS, onMessage, onLine,
});

const bidding = new Bidding({
  lot: room.lot, local: localUS, newKey: randomKey, send: (m) => connection.send(m),
  onChange: (p, ending) => {
    pad?.follow(p, ending);
    if (ending?.end === "answered") receive(room, { t: "answer", lot: room.lot, row: ending.row });
    render();
  },
});
const pad = maybePart("pad-body") ? new PadView(t, page.rules, bidding, localMS) : undefined;

const waiting = new Waiting(page.pending);
const band = maybePart("pending") ? new PendingView(t, waiting, (id, what) => {
  const name = waiting.ask(id, what);
  if (name === undefined) return;
  band?.fault("");
  if (!connection.send({ t: what, lot: room.lot, id: name, pending: id })) waiting.failed(name);
  render();
}) : undefined;

/** Takes what is said of bids that wait for a second person, and tells what is new. */
function onPending(m: ServerMessage): void {
  const before = new Map(waiting.bids.map((b) => [b.id, b.state]));
  if (m.t === "error") {
    if (waiting.failed(m.id)) band?.fault(m.message);
    else return;
  } else if (!("lot" in m) || m.lot !== room.lot) return;
  else if (m.t === "pending") waiting.list(m.bids);
  else if (m.t === "held" || m.t === "decided") {
    waiting.one(m.bid);
    if (m.t === "held") bidding.held(m.bid);
    if (m.bid.row) bidding.receipt(m.bid.row);
  } else return;
  for (const b of waiting.bids) {
    if (before.get(b.id) === b.state || !before.has(b.id) && !undecided(b)) continue;
    const args = { Amount: short(b.amount_fen, page.lang), Name: (page.lang === "zh" ? b.proposer.zh : b.proposer.en) || b.proposer.zh };
    if (b.state === "WAITING" && b.mine) announcer.say(t.say("pending_said_held", args));
    else if (b.state === "WAITING" && !b.bar) {
      announcer.say(t.say("pending_said_asks", args));
      signal.asked(t.say("pending_said_asks", args));
    } else if (t.has("pending_said_" + b.state)) announcer.say(t.say("pending_said_" + b.state, args));
  }
  if (!waiting.bids.some((b) => b.mine && b.state === "WAITING")) pad?.settled();
  render();
}

function watch(): void {
  connection.send({ t: "watch", lot: room.lot, cursor: room.cursor, own: room.own[0]?.own ?? 0 });
}

function onMessage(m: ServerMessage): void {
  if (m.t === "hello") watch();
  const before = { lead: leadOf(room.view, room.holding, room.own), price: room.view.price_fen, phase: room.view.phase };
  const hadHolding = room.holding !== undefined;
  const effect = receive(room, m);
  if (effect === "watch") watch();
  if (m.t === "own") for (const row of m.rows) bidding.receipt(row);
  if (m.t === "answer") bidding.receipt(m.row);
  if (m.t === "error") bidding.failed(m.id, m.code, m.message);
  onPending(m);
  if (!hadHolding && room.holding) admitted(room.holding);
  if (effect === "changed") {
    bidding.line(trustOf(room, connection.line).trusted);
    render();
    if (m.t === "frame") tell(before.lead, before.price, before.phase);
  } else if (m.t === "pong") renderLine();
}

function onLine(): void {
  if (connection.line.state !== "live") {
    room.awaiting = true;
    waiting.cut();
  }
  bidding.line(trustOf(room, connection.line).trusted);
  render();
}

/** Somebody who watched has been let in: the page that he has holds no bid pad yet. */
function admitted(h: Holding): void {
  const door = maybePart("door");
  if (!door) return;
  const again = document.createElement("a");
  again.className = "button";
  again.href = location.href;
  again.textContent = t.say("room_admitted_reload");
  const p = document.createElement("p");
  p.textContent = t.say("room_admitted", { Code: h.paddle });
  door.replaceChildren(p, again);
}

/** Says what changed, to whoever does not see it. */
function tell(lead: Lead, price: number, phase: string): void {
  const v = room.view;
  const now = leadOf(v, room.holding, room.own);
  const args = { Price: short(v.price_fen, page.lang), Code: v.leader };
  if (v.phase === "CLOSED" && phase !== "CLOSED") {
    const note = part("result-word").textContent + " " + part("result-note").textContent;
    announcer.say(note);
    signal.over(v.result?.winner !== "" && v.result?.winner === room.holding?.paddle, page.title + ": " + note);
  } else if (v.phase !== phase) {
    announcer.say(v.pause ? part("pause-text").textContent ?? "" : t.say("phase_" + v.phase));
  } else if (lead === "you" && now === "outbid") {
    announcer.say(t.say("room_said_outbid", args));
    signal.outbid(t.say("room_notice_outbid_body", { ...args, Title: page.title }));
  } else if (v.price_fen !== price || lead !== now) {
    announcer.say(t.say(now === "you" ? "room_said_you" : "room_said_price", args));
  }
}

let wasTrusted = false;

function render(): void {
  const trust = trustOf(room, connection.line);
  const bar = barOf(room, connection.line, clock.now(), bidding.pending !== undefined);
  standing.show(room, trust);
  tape.show(room);
  ownRows.show(room);
  pad?.show(room, bar);
  band?.show(room, clock.now(), trust.trusted);
  const door = maybePart("door");
  if (door && room.view.phase === "CLOSED") show(door, false);
  renderLine();
  drawChart();
  if (trust.trusted && !wasTrusted && heardBefore) announcer.say(t.say("room_said_back"));
  if (trust.trusted) heardBefore = true;
  wasTrusted = trust.trusted;
  document.title = tabTitle(trust.trusted);
  connection.pingEveryMS = room.holding && isOpen(room.view) ? 2500 : 5000;
  if (clockDue(trust.trusted)) time.show(room, trust);
}

let heardBefore = false;
let clockShown = "";

/** The clock redraws itself; it only has to be told when its deadline, its phase or its worth changes. */
function clockDue(trusted: boolean): boolean {
  const v = room.view;
  const now = [v.phase, v.deadline_us, v.opens_at_us, v.pause?.resume_at_us, v.extended, trusted, clock.known].join();
  const due = now !== clockShown;
  clockShown = now;
  return due;
}

function tabTitle(trusted: boolean): string {
  const v = room.view;
  const price = money(v.price_fen, page.lang);
  if (!trusted && v.phase !== "CLOSED") return "… " + page.title;
  const mark = { you: "● ", outbid: "▽ ", other: "", none: "" }[leadOf(v, room.holding, room.own)];
  return mark + price + " · " + page.title;
}

function renderLine(): void {
  const trust = trustOf(room, connection.line);
  const line = part("line");
  show(line, true);
  line.dataset["state"] = trust.why;
  write(part("line-word"), t.say("room_line_" + trust.why));
  const ms = trust.trusted ? clock.latencyMS : undefined;
  write(part("line-ms"), ms === undefined ? "" : t.say("room_line_ms", { MS: Math.max(1, Math.round(ms)) }));
}

let charted = "";

function drawChart(): void {
  const v = room.view;
  const until = v.result ? v.result.at_us : room.knownAt;
  const key = [room.cursor, Math.floor(until / 5e6), room.holding?.paddle].join();
  if (key === charted) return;
  charted = key;
  const points = course(room.rows, v.start_fen, room.holding?.paddle ?? "");
  const first = points[0];
  write(part("chart-said"), v.has_bid && first
    ? t.say("room_chart_said", { From: money(first.fen, page.lang), To: money(v.price_fen, page.lang), Count: v.bids })
    : t.say("room_chart_wait"));
  if (points.length > 0) chart.show(points, until);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    connection.prod();
    render();
  }
});
window.addEventListener("online", () => connection.prod());
window.addEventListener("pageshow", (e) => {
  if (e.persisted) location.reload(); // a page from the browser's cache is old in every respect
});

// A computer that slept: the monotone clock may have stood still meanwhile.
let wall = Date.now();
let monotone = localMS();
setInterval(() => {
  const slept = Math.abs(Date.now() - wall - (localMS() - monotone)) > 1500;
  wall = Date.now();
  monotone = localMS();
  if (slept) {
    clock.reset();
    room.awaiting = true;
    render();
    connection.prod();
    watch();
  }
}, 2000);

document.getElementById("room")?.setAttribute("data-script", "");
if (pad && matchMedia("(min-width: 60rem)").matches) part<HTMLDetailsElement>("more").open = true;
render();
connection.start();
