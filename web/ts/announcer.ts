// What a screen reader is told: the newest fact, politely, and not more often than every few seconds. Facts that were
// overtaken before they were said are never said.
import type { Texts } from "./text.ts";

const EVERY_MS = 4000;

export class Announcer {
  private waiting: string | undefined;
  private saidAt = -EVERY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly told = new Set<number>();
  private deadline = 0;

  /** now gives milliseconds. */
  constructor(private readonly speak: (text: string) => void, private readonly now: () => number) {}

  say(text: string): void {
    this.waiting = text;
    const wait = this.saidAt + EVERY_MS - this.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Tells the time left at one minute, thirty and ten seconds, once for each deadline. */
  left(us: number, deadline: number, t: Texts): void {
    if (deadline !== this.deadline) {
      this.deadline = deadline;
      this.told.clear();
      for (const mark of [60, 30, 10]) if (us < (mark - 2) * 1e6) this.told.add(mark); // passed already: not worth telling
    }
    for (const mark of [60, 30, 10]) {
      if (us > mark * 1e6 || us <= 0 || this.told.has(mark)) continue;
      this.told.add(mark);
      this.say(t.say("room_said_left", { Left: mark === 60 ? t.say("room_said_minute") : t.say("room_said_seconds", { Count: mark }) }));
    }
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting === undefined) return;
    this.saidAt = this.now();
    this.speak(this.waiting);
    this.waiting = undefined;
  }
}
