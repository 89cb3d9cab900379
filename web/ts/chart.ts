// Price over time. uPlot draws it and is fetched only when there is something to draw.
import type uPlot from "uplot";
import { axis, type Language } from "./money.ts";
import type { Row } from "./protocol.ts";
import { clockTime, day } from "./time.ts";

export interface Point { atUS: number; fen: number; mine: boolean }

/** The price's course: the start price when bidding opened, then each bid. */
export function course(rows: Row[], startFen: number, own: string): Point[] {
  const points: Point[] = [];
  for (const r of rows) {
    if (r.type === "LotOpened") points.push({ atUS: r.at_us, fen: startFen, mine: false });
    else if (r.paddle && r.price_fen) points.push({ atUS: r.at_us, fen: r.price_fen, mine: r.paddle === own });
  }
  return points;
}

type Library = typeof uPlot;

export class Chart {
  private plot: uPlot | undefined;
  private drawing: Promise<Library> | undefined;
  private points: Point[] = [];
  private until = 0;
  private fixed: [number, number] | undefined;
  private heights: [number, number] | undefined;
  private readonly observer: ResizeObserver;

  constructor(private readonly host: HTMLElement, private readonly language: Language) {
    this.observer = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.observer.observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.plot?.destroy();
      this.plot = undefined;
      void this.draw();
    });
  }

  /** Shows the course so far; until is now, the end of the last step. between and heights fix the axes' spans. */
  show(points: Point[], until: number, between?: [number, number], heights?: [number, number]): void {
    this.points = points;
    this.until = until;
    this.fixed = between;
    this.heights = heights;
    void this.draw();
  }

  private async draw(): Promise<void> {
    if (this.points.length === 0) return;
    this.drawing ??= import("uplot").then((m) => m.default);
    const drawing = await this.drawing;
    const data = this.data();
    if (this.plot) this.plot.setData(data);
    else {
      this.plot = new drawing(this.options(drawing), data, this.host);
      this.host.querySelector("canvas")?.setAttribute("aria-hidden", "true");
    }
  }

  private data(): uPlot.AlignedData {
    const xs: number[] = [];
    const ys: number[] = [];
    const mine: (number | null)[] = [];
    for (const p of this.points) {
      xs.push(p.atUS / 1e6);
      ys.push(p.fen);
      mine.push(p.mine ? p.fen : null);
    }
    const last = this.points.at(-1);
    if (last && this.until > last.atUS) {
      xs.push(this.until / 1e6);
      ys.push(last.fen);
      mine.push(null);
    }
    return [xs, ys, mine];
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(200, this.host.clientWidth), height: Math.max(120, this.host.clientHeight) };
  }

  private options(drawing: Library): uPlot.Options {
    const css = getComputedStyle(this.host);
    const colour = (name: string) => css.getPropertyValue(name).trim() || css.color;
    const font = `12px ${css.fontFamily}`;
    const ink = resolve(this.host, "color", colour("--ink"));
    const quiet = resolve(this.host, "color", colour("--ink-3"));
    const rule = resolve(this.host, "color", colour("--rule"));
    const accent = resolve(this.host, "color", colour("--accent"));
    const paper = resolve(this.host, "color", colour("--paper"));
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [10, 30, 0, 4],
      scales: {
        x: { time: true, range: (_u, min, max) => this.fixed ? [this.fixed[0] / 1e6, this.fixed[1] / 1e6] : [min, Math.max(max, min + 30)] },
        y: { range: (_u, least, most) => {
          const [min, max] = this.heights ?? [least, most];
          const room = Math.max((max - min) * 0.12, max * 0.01);
          return [Math.max(0, min - room), max + room];
        } },
      },
      axes: [
        { stroke: quiet, font, grid: { show: false }, ticks: { stroke: rule, width: 1, size: 4 }, space: 84,
          values: (_u, ticks) => ticks.map((s) => this.tick(s, ticks)) },
        { stroke: quiet, font, grid: { stroke: rule, width: 1 }, ticks: { show: false }, size: 64, space: 36, gap: 8,
          values: (_u, ticks) => ticks.map((fen) => axis(fen, this.language)) },
      ],
      series: [
        {},
        { stroke: ink, width: 2, paths: drawing.paths.stepped!({ align: 1 }), points: { show: true, size: 5, fill: ink, stroke: ink, filter: () => this.points.map((_, i) => i) } },
        { stroke: accent, width: 0, paths: () => null, points: { show: true, size: 11, width: 2, fill: paper, stroke: accent } },
      ],
    };
  }

  private tick(s: number, all: number[]): string {
    const first = all[0] ?? s;
    const last = all.at(-1) ?? s;
    if (last - first > 2 * 86_400) return day(s * 1e6).slice(5);
    const time = clockTime(s * 1e6);
    return last - first > 900 ? time.slice(0, 5) : time;
  }
}

/** Custom properties may hold light-dark(): let the browser compute the colour. */
function resolve(host: HTMLElement, property: "color", value: string): string {
  const probe = document.createElement("span");
  probe.style.setProperty(property, value);
  host.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}
