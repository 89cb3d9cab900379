// When to save: after a pause in writing, one save at a time, again after a failure, and never after a conflict.

export type Outcome = "saved" | "kept" | "again" | "stop"; // kept: the server named faults, and waits for better
export type State = "waiting" | "saving" | "offline" | "stopped";

export interface SaverOptions {
  save: () => Promise<Outcome>;
  pauseMS: number;
  retryMS: number;
  onState?: (s: State) => void;
}

export class Saver {
  #o: SaverOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving = false;
  #stopped = false;
  #touched = 0; // counts what was written
  #saved = 0; // up to which it is saved

  constructor(o: SaverOptions) {
    this.#o = o;
  }

  get unsaved(): boolean {
    return this.#saved < this.#touched;
  }

  /** Something was written. */
  touch(): void {
    this.#touched++;
    this.#plan(this.#o.pauseMS);
  }

  /** The line may be back. */
  prod(): void {
    if (this.unsaved) this.#plan(0);
  }

  /** The form is posted by its button: nothing is unsaved any more, and nothing else may be under way. */
  leave(): void {
    this.#stopped = true;
    this.#saved = this.#touched;
    clearTimeout(this.#timer);
  }

  #plan(ms: number): void {
    if (this.#stopped || this.#saving) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), ms);
  }

  async #run(): Promise<void> {
    this.#saving = true;
    this.#o.onState?.("saving");
    const upTo = this.#touched;
    let outcome: Outcome;
    try {
      outcome = await this.#o.save();
    } catch {
      outcome = "again";
    }
    this.#saving = false;
    if (outcome === "saved") this.#saved = upTo;
    if (outcome === "stop" || this.#stopped) {
      this.#stopped = true;
      this.#o.onState?.("stopped");
      return;
    }
    if (outcome === "again") {
      this.#o.onState?.("offline");
      this.#plan(this.#o.retryMS);
    } else if (this.#touched > upTo) this.#plan(this.#o.pauseMS);
    else this.#o.onState?.("waiting");
  }
}
