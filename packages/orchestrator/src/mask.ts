import { concealed, type Call, type LogStream } from '@pileus/model';
import { longestLine } from '@pileus/provider';

/** Shorter secrets are not looked for: they stand in too much that has nothing to do with them. */
const shortest = 6;

/** A shorter line of a secret that has several lines is not looked for by itself. */
const shortestLine = 12;

/** A line of nothing but what encodings write, and how much of a secret's form at its edge is too much. */
const encodedLine = /^[\w+/=-]{16,}$/;
const edge = 8;

/** Finds secrets in what comes back from outside, as they are and as programs commonly write them. */
export class Mask {
  readonly #values = new Set<string>();
  readonly #forms = new Set<string>();
  /** The longest first: what is part of another one does not leave the rest of it. */
  #inOrder: readonly string[] | undefined;
  #longest = 0;

  /** Begins to look for a secret; each line of one that has several is one too. */
  add(secret: string): void {
    if (this.#values.has(secret)) return;
    this.#values.add(secret);
    const lines = secret.split('\n').map((line) => line.trim());
    const parts = [secret.trim(), ...lines.filter(({ length }) => length >= shortestLine)];
    for (const part of parts.filter(({ length }) => length >= shortest)) {
      for (const form of formsOf(part)) this.#forms.add(form);
    }
    this.#inOrder = undefined;
    this.#longest = Math.max(0, ...Array.from(this.#forms, ({ length }) => length));
  }

  finds(text: string): boolean {
    return this.hide(text) !== text;
  }

  hide(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#inOrder ??= [...this.#forms].toSorted((a, b) => b.length - a.length);
    let hidden = this.#withoutPieces(text);
    // Not one expression of them all: that can be too large to be made, and says what it is made of.
    for (const form of this.#inOrder) if (hidden.includes(form)) hidden = hidden.replaceAll(form, () => concealed);
    return hidden;
  }

  /** Programs such as `base64` break what they write into lines: one may hold a piece, or begin or end with one. */
  #withoutPieces(text: string): string {
    const line = text.trim();
    if (!encodedLine.test(line)) return text;
    let [from, to] = [0, line.length];
    for (const form of this.#forms) {
      if (form.includes(line)) return concealed;
      const most = Math.min(form.length, line.length) - 1;
      const lengths = Array.from({ length: Math.max(0, most - edge + 1) }, (_, index) => most - index);
      from = Math.max(from, lengths.find((length) => line.startsWith(form.slice(-length))) ?? 0);
      to = Math.min(to, line.length - (lengths.find((length) => line.endsWith(form.slice(0, length))) ?? 0));
    }
    if (from === 0 && to === line.length) return text;
    if (from >= to) return concealed;
    return `${from > 0 ? concealed : ''}${line.slice(from, to)}${to < line.length ? concealed : ''}`;
  }

  /** The same for the lines of a call's log, where a long one comes in parts. */
  lines(call: Call): { readonly call: Call; end(): void } {
    const held = new Map<LogStream, string>();
    const log = (line: string, stream: LogStream = 'out'): void => {
      const text = this.hide((held.get(stream) ?? '') + line);
      const kept = line.length < longestLine ? 0 : Math.max(0, this.#longest - 1);
      held.set(stream, text.slice(text.length - kept));
      call.log(text.slice(0, text.length - kept), stream);
    };
    return {
      call: {
        token: call.token,
        attempt: call.attempt,
        isStale: call.isStale,
        // Both are to be asked for anew each time.
        get unclearSince() {
          return call.unclearSince;
        },
        get signal() {
          return call.signal;
        },
        log,
      },
      end: () => {
        for (const [stream, rest] of held) if (rest !== '') call.log(rest, stream);
        held.clear();
      },
    };
  }
}

/** A secret as it is, in base64 (wherever in the encoded bytes it begins), percent-encoded, escaped for JSON, in hex. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => inBase64(bytes, before));
  return [
    secret,
    ...base64,
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    json,
    json.replaceAll('/', '\\/'),
    hex,
    hex.toUpperCase(),
  ];
}

/** The characters that are certain when so many bytes stand before the secret in a group of three, in both alphabets. */
function inBase64(bytes: Buffer, before: number): string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const start = Math.ceil((before * 8) / 6);
  const end = Math.floor(((before + bytes.length) * 8) / 6);
  const certain = text.slice(start, end);
  return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
}
