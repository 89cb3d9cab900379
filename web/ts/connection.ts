// The socket: opened, watched for silence, opened again with growing pauses, and pinged for the clock. It knows
// nothing of lots; whoever uses it watches again when it is back.
import type { Clock } from "./clock.ts";
import { parseMessage, type ClientMessage, type ServerMessage } from "./protocol.ts";

/** How the line stands. since is on the server's clock, when it was last heard; 0 if never. */
export type Line =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "silent"; since: number }
  | { state: "cut"; since: number; retryAt: number }
  | { state: "ended"; since: number }; // signed out elsewhere: only signing in again helps

/** What a browser's WebSocket and one made for a test have in common. */
export interface Socket {
  readyState: number;
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
}

export interface ConnectionOptions {
  dial: () => Socket;
  clock: Clock;
  local: () => number; // the clock's local time, microseconds
  random?: () => number;
  onMessage: (m: ServerMessage) => void;
  onLine: (line: Line) => void;
}

const OPEN = 1;
const ANSWER_WITHIN_MS = 3000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8000;
const SIGNED_OUT = 4001;
const FLOOD = 4008;

export class Connection {
  line: Line = { state: "connecting" };
  pingEveryMS = 2500;

  private socket: Socket | undefined;
  private failures = 0;
  private heardAt = 0; // server's clock
  private pings = 0;
  private waiting = new Map<string, number>();
  private timers: { ping?: Timer; silence?: Timer; retry?: Timer; dial?: Timer } = {};

  constructor(private readonly o: ConnectionOptions) {}

  start(): void {
    this.dial();
  }

  /** Sends if the line is open; false if it is not. */
  send(m: ClientMessage): boolean {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(m));
    return true;
  }

  /** Asks for a sign of life now: the page was hidden, the computer slept, the network came back. */
  prod(): void {
    if (this.line.state === "ended") return;
    if (this.line.state === "cut") {
      this.failures = 0;
      this.dial();
    } else if (this.socket?.readyState === OPEN) this.ping();
  }

  private dial(): void {
    this.clear();
    this.drop();
    const socket = this.o.dial();
    this.socket = socket;
    this.timers.dial = setTimeout(() => { // a handshake that hangs
      if (this.socket === socket && socket.readyState !== OPEN) this.lost(0);
    }, 3 * ANSWER_WITHIN_MS);
    socket.onopen = () => {
      if (this.socket !== socket) return;
      clearTimeout(this.timers.dial);
      this.ping();
    };
    socket.onmessage = (e) => {
      if (this.socket !== socket || typeof e.data !== "string") return;
      const m = parseMessage(e.data);
      if (m) this.heard(m);
    };
    socket.onclose = (e) => {
      if (this.socket === socket) this.lost(e.code);
    };
  }

  private heard(m: ServerMessage): void {
    if ("now_us" in m && m.t !== "pong") this.o.clock.hint(m.now_us);
    if (m.t === "pong") {
      const sent = this.waiting.get(m.id ?? "");
      if (sent !== undefined) this.o.clock.sample(sent, this.o.local(), m.now_us);
      this.waiting.clear();
    }
    this.heardAt = this.o.clock.now();
    clearTimeout(this.timers.silence);
    delete this.timers.silence;
    if (this.line.state !== "live") {
      this.failures = 0;
      this.set({ state: "live" });
    }
    this.o.onMessage(m);
  }

  private ping(): void {
    clearTimeout(this.timers.ping);
    const id = "p" + ++this.pings;
    this.waiting.set(id, this.o.local());
    this.send({ t: "ping", id });
    // What comes in after the ping is a sign of life too; total silence is not.
    this.timers.silence ??= setTimeout(() => {
      delete this.timers.silence;
      if (this.line.state === "live") this.set({ state: "silent", since: this.heardAt });
      else this.lost(0); // still silent after another period: the line is dead, whatever the socket believes
    }, ANSWER_WITHIN_MS);
    this.timers.ping = setTimeout(() => this.ping(), this.pingEveryMS);
  }

  private lost(code: number): void {
    this.clear();
    this.drop();
    if (code === SIGNED_OUT) {
      this.set({ state: "ended", since: this.heardAt });
      return;
    }
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
    const random = (this.o.random ?? Math.random)();
    const pause = (code === FLOOD ? LONGEST_PAUSE_MS : longest / 2) + (random * longest) / 2;
    this.timers.retry = setTimeout(() => this.dial(), pause);
    if (this.line.state !== "connecting" || this.failures > 1) {
      this.set({ state: "cut", since: this.heardAt, retryAt: this.o.local() + pause * 1000 });
    }
  }

  private drop(): void {
    const s = this.socket;
    this.socket = undefined;
    this.waiting.clear();
    if (!s) return;
    s.onopen = s.onmessage = s.onclose = null;
    s.close();
  }

  private clear(): void {
    for (const t of Object.values(this.timers)) clearTimeout(t);
    this.timers = {};
  }

  private set(line: Line): void {
    this.line = line;
    this.o.onLine(line);
  }
}

type Timer = ReturnType<typeof setTimeout>;
