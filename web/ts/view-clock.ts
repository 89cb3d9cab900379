// The time left, by the server's clock. It redraws when its text changes and at no other time.
import type { Clock } from "./clock.ts";
import { flash, part, write } from "./page.ts";
import type { Room, Trust } from "./store.ts";
import type { Texts } from "./text.ts";
import { clockTime, countdown, day, untilChange, whenSeen } from "./time.ts";

export class ClockView {
  private readonly f = { block: part("clock"), label: part("clock-label"), left: part("left"), bar: part("bar"), note: part("deadline") };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shownDeadline = 0;
  private room: Room | undefined;
  private trusted = false;

  /** cycleUS is how long a full bar is; onMoment is told the time left whenever it is drawn. */
  constructor(
    private readonly t: Texts, private readonly clock: Pick<Clock, "now">, private readonly cycleUS: number,
    private readonly onMoment: (leftUS: number) => void,
  ) {}

  show(room: Room, trust: Trust): void {
    this.room = room;
    this.trusted = trust.trusted;
    const deadline = room.view.deadline_us;
    if (deadline > this.shownDeadline && this.shownDeadline > 0 && trust.trusted) flash(this.f.block);
    this.shownDeadline = deadline;
    this.draw();
  }

  private draw(): void {
    clearTimeout(this.timer);
    const v = this.room?.view;
    if (!v) return;
    const { f, t } = this;
    const now = this.clock.now();
    const counting = v.phase === "ANNOUNCED" ? v.opens_at_us : v.pause ? v.pause.resume_at_us : v.deadline_us;
    const left = counting > 0 ? counting - now : 0;
    let label = t.say("room_left");
    let text = "—";
    let note = v.deadline_us > 0 ? t.say("room_deadline", { Time: whenSeen(v.deadline_us, now) }) : t.say("room_deadline_none");
    if (v.extended > 0 && v.deadline_us > 0 && !v.result) note += " · " + t.say("room_extended", { Count: v.extended });
    let state = "running";
    if (v.result) {
      label = t.say("room_closed_at");
      text = clockTime(v.result.at_us);
      note = day(v.result.at_us);
      state = "over";
    } else if (v.pause) {
      label = t.say("room_clock_stopped");
      text = countdown(v.pause.left_us);
      note = left > 0 ? t.say("room_resumes_in", { Left: countdown(left) }) : "";
      state = "stopped";
    } else if (v.phase === "ANNOUNCED") {
      label = t.say("room_opens_in");
      text = v.opens_at_us > 0 ? countdown(left) : "—";
      note = left <= 0 && v.opens_at_us > 0 ? t.say("room_waiting_open") : v.opens_at_us > 0 ? whenSeen(v.opens_at_us, now) : t.say("room_opens_by_hand");
    } else if (v.deadline_us > 0) {
      text = countdown(left);
      if (left <= 0) {
        note = t.say("room_deadline_passed");
        state = "passed";
      } else if (left < 10_000_000) state = "last";
    }
    if (!this.trusted && state !== "over") label += t.say("room_as_known");
    write(f.label, label);
    write(f.left, text);
    f.block.dataset["size"] = text.length > 8 ? "l" : "s";
    write(f.note, note);
    f.block.dataset["state"] = this.trusted || v.result ? state : "unknown";
    const cycle = this.cycleUS > 0 && (v.phase === "LIMITED" || v.phase === "SINGLE") && v.deadline_us > 0;
    f.block.dataset["bar"] = cycle ? "yes" : "no";
    if (cycle) f.bar.style.setProperty("--left", String(Math.max(0, Math.min(1, left / this.cycleUS))));
    if (this.trusted && v.deadline_us > 0) this.onMoment(v.deadline_us - now);
    if (left > 0 || (counting > 0 && left > -3_000_000)) this.timer = setTimeout(() => this.draw(), untilChange(left));
  }
}
