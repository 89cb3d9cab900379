// Sound and notifications when something happens to the bidder. Both are off until asked for, and remembered.
import { maybePart } from "./page.ts";
import type { Texts } from "./text.ts";

const SOUND = "corridor.sound";
const NOTIFY = "corridor.notify";

function remembered(key: string): boolean {
  try {
    return localStorage.getItem(key) === "on";
  } catch {
    return false;
  }
}

function remember(key: string, on: boolean): void {
  try {
    localStorage.setItem(key, on ? "on" : "off");
  } catch { /* a browser that keeps nothing: asked again next time */ }
}

export class Signal {
  private sound = remembered(SOUND);
  private notify = remembered(NOTIFY) && "Notification" in window && Notification.permission === "granted";
  private audio: AudioContext | undefined;

  constructor(private readonly t: Texts) {
    const sound = maybePart<HTMLButtonElement>("sound");
    const notify = maybePart<HTMLButtonElement>("notify");
    if (sound && "AudioContext" in window) {
      sound.hidden = false;
      this.press(sound, this.sound);
      sound.addEventListener("click", () => {
        this.sound = !this.sound;
        remember(SOUND, this.sound);
        this.press(sound, this.sound);
        if (this.sound) this.play([660]);
      });
    }
    if (notify && "Notification" in window) {
      notify.hidden = false;
      this.press(notify, this.notify);
      notify.addEventListener("click", () => void this.toggleNotify(notify));
    }
  }

  /** The bidder was outbid. */
  outbid(body: string): void {
    if (this.sound) this.play([587, 440]);
    this.show(this.t.say("room_notice_outbid"), body);
  }

  /** A colleague asks to confirm a bid. */
  asked(body: string): void {
    if (this.sound) this.play([523, 659]);
    this.show(this.t.say("pending_title"), body);
  }

  /** The sale is over. */
  over(won: boolean, body: string): void {
    if (this.sound) this.play(won ? [523, 659, 784] : [440, 440]);
    this.show(this.t.say(won ? "room_notice_won" : "room_notice_ended"), body);
  }

  private async toggleNotify(button: HTMLButtonElement): Promise<void> {
    if (this.notify) this.notify = false;
    else this.notify = (await Notification.requestPermission()) === "granted";
    if (!this.notify && Notification.permission === "denied") button.title = this.t.say("room_notify_denied");
    remember(NOTIFY, this.notify);
    this.press(button, this.notify);
  }

  private press(button: HTMLButtonElement, on: boolean): void {
    button.setAttribute("aria-pressed", String(on));
  }

  private show(title: string, body: string): void {
    if (!this.notify || !document.hidden) return;
    try {
      new Notification(title, { body, tag: "corridor-room", lang: this.t.language });
    } catch { /* phones allow notifications from service workers only */ }
  }

  private play(tones: number[]): void {
    try {
      this.audio ??= new AudioContext();
      const audio = this.audio;
      void audio.resume();
      for (const [i, hz] of tones.entries()) {
        const at = audio.currentTime + i * 0.16;
        const tone = audio.createOscillator();
        const gain = audio.createGain();
        tone.type = "sine";
        tone.frequency.value = hz;
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(0.16, at + 0.02);
        gain.gain.exponentialRampToValueAtTime(0.001, at + 0.28);
        tone.connect(gain).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 0.3);
      }
    } catch { /* no sound is no fault of the sale */ }
  }
}
