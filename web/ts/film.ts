// The film of a sale: the record is read, played through, and shown with the same views as the live room.
import { Chart, course } from "./chart.ts";
import { short, type Language } from "./money.ts";
import { data, part, show, write } from "./page.ts";
import { filmOf, parseRecord, sceneAt, type Film, type FilmRow } from "./record.ts";
import { money, rowSays } from "./say.ts";
import type { Room } from "./store.ts";
import { Texts } from "./text.ts";
import { clockTime, day, preciseTime } from "./time.ts";
import { ClockView } from "./view-clock.ts";
import { StandingView } from "./view-standing.ts";
import { TapeView } from "./view-tape.ts";

interface FilmData {
  lang: Language;
  lot: number;
  record: string;
  cycleS: number;
  notes: Record<string, string>;
  texts: Record<string, string>;
}

const page = data<FilmData>("film-data");
const t = new Texts(page.lang, page.texts);
const LENGTH_MS = 60_000; // about how long a film runs if nobody chooses a speed
const LEAD_IN_MS = 700; // silence before an entry that is kept when silence is skipped
const CHART_EVERY_MS = 100;

const f = {
  root: document.getElementById("room") as HTMLElement, bar: part("film-bar"), play: part<HTMLButtonElement>("play"),
  playWord: part("play-word"), scrub: part<HTMLInputElement>("scrub"), time: part("film-time"), speeds: part("speeds"),
  quiet: part<HTMLButtonElement>("quiet"), notice: part("stale"), say: part("film-say"), retry: part<HTMLButtonElement>("film-retry"),
  entry: part("entry"), entryN: part("entry-n"), entryWhat: part("entry-what"), entryAt: part("entry-at"),
  entryLeaf: part("entry-leaf"), source: part("source"),
};

async function load(): Promise<void> {
  show(f.notice, true);
  show(f.retry, false);
  write(f.say, t.say("film_loading"));
  try {
    const response = await fetch(page.record, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const film = filmOf(parseRecord(await response.text()));
    show(f.notice, false);
    new Player(film).start();
  } catch {
    write(f.say, t.say("film_failed"));
    show(f.retry, true);
  }
}

/** Plays a film. Film time is the sale's own time in microseconds. */
class Player {
  private at: number;
  private playing = false;
  private times = 1;
  private skip = true;
  private drawn = -2;
  private charted = 0;
  private before = 0;
  private readonly chart = new Chart(part("chart"), page.lang);
  private readonly standing: StandingView;
  private readonly tape = new TapeView(t);
  private readonly clock: ClockView;
  private readonly room: Room;

  constructor(private readonly film: Film) {
    this.at = film.fromUS;
    const first = film.scenes[0]!;
    this.room = {
      lot: page.lot, cursor: 0, head: film.head, view: first.view, knownAt: first.atUS, rows: [], gaps: new Map(),
      holding: undefined, own: [], awaiting: false, staleSince: 0,
    };
    part("tape").replaceChildren();
    this.standing = new StandingView(t, page.notes);
    this.clock = new ClockView(t, { now: () => this.at }, page.cycleS * 1e6, () => undefined);
  }

  start(): void {
    const { film } = this;
    const ms = (film.toUS - film.fromUS) / 1000;
    const offered = [...f.speeds.querySelectorAll("button")].map((b) => Number(b.dataset["times"]));
    this.setSpeed(offered.find((n) => ms / n <= LENGTH_MS) ?? offered.at(-1) ?? 1);
    f.scrub.max = String(ms);
    show(f.bar, true);
    show(f.entry, true);
    show(f.source, true);
    write(f.source, t.say("film_from_record", { Count: film.scenes.length, Head: film.head.slice(0, 16) + "…" }));
    f.play.addEventListener("click", () => this.toggle());
    f.quiet.addEventListener("click", () => {
      this.skip = !this.skip;
      f.quiet.setAttribute("aria-pressed", String(this.skip));
    });
    f.scrub.addEventListener("input", () => this.seek(film.fromUS + Number(f.scrub.value) * 1000));
    f.speeds.addEventListener("click", (e) => {
      const times = (e.target as Element).closest("button")?.dataset["times"];
      if (times) this.setSpeed(Number(times));
    });
    document.addEventListener("keydown", (e) => this.key(e));
    this.draw();
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const on = e.target as Element;
    const scrubbing = on === f.scrub;
    if (on.closest("input, textarea, select") && !scrubbing) return;
    const speed = f.speeds.querySelectorAll("button")[Number(e.key) - 1];
    if (e.key === " " && !on.closest("button, a, summary")) this.toggle();
    else if (e.key === "ArrowRight" || (scrubbing && e.key === "ArrowUp")) this.step(1);
    else if (e.key === "ArrowLeft" || (scrubbing && e.key === "ArrowDown")) this.step(-1);
    else if (e.key === "Home") this.seek(this.film.fromUS);
    else if (e.key === "End") this.seek(this.film.toUS);
    else if (/^[1-9]$/.test(e.key) && speed) this.setSpeed(Number(speed.dataset["times"]));
    else return;
    e.preventDefault();
  }

  private setSpeed(times: number): void {
    this.times = times;
    for (const b of f.speeds.querySelectorAll("button")) b.setAttribute("aria-pressed", String(Number(b.dataset["times"]) === times));
  }

  private toggle(): void {
    if (!this.playing && this.at >= this.film.toUS) this.at = this.film.fromUS;
    this.play(!this.playing);
  }

  private play(on: boolean): void {
    if (on === this.playing) return;
    this.playing = on;
    f.root.dataset["playing"] = on ? "yes" : "no";
    f.play.setAttribute("aria-pressed", String(on));
    write(f.playWord, t.say(on ? "film_pause" : "film_play"));
    if (!on) return;
    this.before = performance.now();
    requestAnimationFrame(() => this.tick());
  }

  private tick(): void {
    if (!this.playing) return;
    const now = performance.now();
    this.at += Math.min(250, now - this.before) * 1000 * this.times;
    this.before = now;
    if (this.skip) this.skipSilence();
    if (this.at >= this.film.toUS) {
      this.at = this.film.toUS;
      this.play(false);
    } else requestAnimationFrame(() => this.tick());
    this.draw();
  }

  /** Where nothing happens for long, goes to shortly before the next entry. */
  private skipSilence(): void {
    const next = this.film.scenes[sceneAt(this.film.scenes, this.at) + 1];
    if (!next) return;
    const leadIn = LEAD_IN_MS * 1000 * this.times;
    if (next.atUS - this.at > 2 * leadIn) this.at = next.atUS - leadIn;
  }

  private seek(us: number): void {
    this.at = Math.min(this.film.toUS, Math.max(this.film.fromUS, us));
    this.charted = 0;
    this.draw();
  }

  private step(by: 1 | -1): void {
    this.play(false);
    const { scenes, fromUS, toUS } = this.film;
    const i = sceneAt(scenes, this.at);
    let j = i + by;
    if (by < 0 && i >= 0 && scenes[i]!.atUS < this.at) j = i;
    while (by > 0 && scenes[j] && scenes[j]!.atUS <= this.at) j++;
    this.seek(scenes[j]?.atUS ?? (by > 0 ? toUS : fromUS));
  }

  private draw(): void {
    const { film, room } = this;
    const i = sceneAt(film.scenes, this.at);
    const scene = film.scenes[i];
    const now = performance.now();
    if (scene && i !== this.drawn) {
      room.view = scene.view;
      room.knownAt = scene.atUS;
      room.cursor = scene.entry;
      room.rows = film.rows.slice(0, scene.rows);
      this.standing.show(room, { trusted: true, since: scene.atUS, why: "live" });
      this.tape.show(room);
      this.showEntry(i);
      this.drawn = i;
      this.charted = 0;
    }
    this.clock.show(room, { trusted: true, since: this.at, why: "live" });
    const ms = (this.at - film.fromUS) / 1000;
    f.scrub.value = String(ms);
    f.scrub.style.setProperty("--done", String(ms / Number(f.scrub.max)));
    const time = clockTime(this.at);
    write(f.time, time);
    if (f.scrub.getAttribute("aria-valuetext") !== time) f.scrub.setAttribute("aria-valuetext", time);
    if (now - this.charted < CHART_EVERY_MS) return;
    this.charted = now;
    const points = course(room.rows, room.view.start_fen, "");
    const v = room.view;
    write(part("chart-said"), v.has_bid ? t.say("room_chart_said", {
      From: money(v.start_fen, page.lang), To: money(v.price_fen, page.lang), Count: v.bids,
    }) : "");
    const most = film.rows.reduce((m, r) => Math.max(m, r.price_fen ?? 0), v.start_fen);
    if (points.length > 0) this.chart.show(points, this.at, [film.fromUS, film.toUS], [v.start_fen, most]);
  }

  private showEntry(i: number): void {
    const scene = this.film.scenes[i]!;
    const row = this.rowOf(i);
    write(f.entryN, t.say("film_entry", { N: scene.entry, All: this.film.scenes.length }));
    write(f.entryWhat, row ? entrySays(row) : t.say("film_entry_quiet"));
    write(f.entryAt, day(scene.atUS) + " " + preciseTime(scene.atUS));
    write(f.entryLeaf, scene.leaf);
    f.entryLeaf.setAttribute("title", scene.leaf);
  }

  /** The row that an entry made, if it made one. */
  private rowOf(i: number): FilmRow | undefined {
    const { scenes, rows } = this.film;
    const count = scenes[i]!.rows;
    return count > (scenes[i - 1]?.rows ?? 0) ? rows[count - 1] : undefined;
  }
}

function entrySays(r: FilmRow): string {
  if (!r.paddle) return rowSays(r, t).what;
  if (r.type === "BidRefused") {
    return r.paddle + " · " + (r.amount_fen ? short(r.amount_fen, page.lang) : t.say("bidkind_MAXIMUM")) + " · " + t.say("film_refused");
  }
  return r.paddle + " · " + rowSays(r, t).what;
}

f.retry.addEventListener("click", () => void load());
void load();
