// Times as the house shows them: microseconds since 1970 in, Asia/Shanghai out.

const ZONE = "Asia/Shanghai";
const seconds = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** 10:03:12 */
export function clockTime(us: number): string {
  return seconds.format(us / 1000);
}

/** 10:03:12.345 */
export function preciseTime(us: number): string {
  return clockTime(us) + "." + String(Math.floor(us / 1000) % 1000).padStart(3, "0");
}

/** 2026-11-23 */
export function day(us: number): string {
  return days.format(us / 1000);
}

/** The time alone on the day of now, else with its date. */
export function whenSeen(us: number, now: number): string {
  return day(us) === day(now) ? clockTime(us) : day(us) + " " + clockTime(us);
}

const TENTHS_BELOW = 10_000_000;

const DAYS = typeof document !== "undefined" && document.documentElement.lang.startsWith("zh") ? "天" : "d";

/** A remaining span as 1:02:03, 02:03, and 9.4 in the last ten seconds; never below zero. */
export function countdown(us: number): string {
  if (us <= 0) return "0.0";
  if (us < TENTHS_BELOW) return (Math.floor(us / 100_000) / 10).toFixed(1);
  const s = Math.floor(us / 1_000_000);
  const two = (n: number) => String(n).padStart(2, "0");
  const d = Math.floor(s / 86_400);
  const h = Math.floor((s % 86_400) / 3600);
  const tail = two(Math.floor((s % 3600) / 60)) + ":" + two(s % 60);
  if (d > 0) return `${d}${DAYS} ${two(h)}:${tail}`;
  return h > 0 ? `${h}:${tail}` : tail;
}

/** How long until the text of countdown changes, in milliseconds. */
export function untilChange(us: number): number {
  if (us <= 0) return 1000;
  const unit = us < TENTHS_BELOW ? 100_000 : 1_000_000;
  return Math.max(16, Math.ceil((us % unit) / 1000) + 1);
}
