// The server's clock, estimated over the socket. The local clock used is monotone, so that setting the computer's
// clock changes nothing.

const KEPT = 8;

interface Sample { offset: number; rtt: number }

export class Clock {
  private samples: Sample[] = [];
  private hinted: number | undefined;

  /** local gives microseconds of a clock that never jumps. */
  constructor(private readonly local: () => number) {}

  /** A message that the server stamped when it sent it: it can only be older than it says. */
  hint(serverUS: number): void {
    const offset = serverUS - this.local();
    if (this.hinted === undefined || offset > this.hinted) this.hinted = offset;
  }

  /** An answer to a ping: sent and received on the local clock, serverUS between the two. */
  sample(sent: number, received: number, serverUS: number): void {
    const rtt = received - sent;
    if (rtt < 0) return;
    this.samples.push({ offset: serverUS - (sent + rtt / 2), rtt });
    if (this.samples.length > KEPT) this.samples.shift();
  }

  /** Forget everything: the local clock may have stood still, as during sleep. */
  reset(): void {
    this.samples = [];
    this.hinted = undefined;
  }

  /** Whether there is anything to go by. */
  get known(): boolean {
    return this.samples.length > 0 || this.hinted !== undefined;
  }

  /** The server's time in microseconds. The sample with the shortest round trip is the most exact. */
  now(): number {
    return Math.round(this.local() + this.offset());
  }

  /** The latest round trip in milliseconds. */
  get latencyMS(): number | undefined {
    const last = this.samples.at(-1);
    return last && last.rtt / 1000;
  }

  private offset(): number {
    let best: Sample | undefined;
    for (const s of this.samples) if (!best || s.rtt <= best.rtt) best = s;
    return best?.offset ?? this.hinted ?? 0;
  }
}
