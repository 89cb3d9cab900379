// The page's texts, sent along by the server so that both sides speak from the same files.
import type { Language } from "./money.ts";

export type Arguments = Record<string, string | number>;

/** Fills {{.Name}} in a text. A placeholder without a value is left out. */
export function fill(text: string, args: Arguments = {}): string {
  return text.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: string) => String(args[name] ?? ""));
}

/** The texts of one language. */
export class Texts {
  constructor(readonly language: Language, private readonly texts: Record<string, string>) {}

  /** The text of a key; the key itself if there is none, as on the server. */
  say = (key: string, args?: Arguments): string => fill(this.texts[key] ?? key, args);

  has(key: string): boolean {
    return key in this.texts;
  }
}
