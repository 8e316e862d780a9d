import type { Source } from './position.ts';
import { resolveScalar } from './scalar.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/**
 * Reads the YAML that nearly all templates are written in, in one pass and some ten times as fast as the `yaml` package:
 * block maps and lists, flow collections, plain, quoted and block scalars, comments. Undefined as soon as anything else
 * turns up (anchors, tags, directives, complex keys, tabs …) or anything that might be a mistake: the package then reads the
 * text and says what is wrong. Whatever is read here, the package reads alike; a test compares the two.
 */
export function readPlainYaml(source: Source, depth: number): Yaml | undefined {
  if (source.text.includes('\r') || source.text.startsWith('\uFEFF')) return undefined;
  try {
    return new PlainYaml(source, depth).document();
  } catch (error) {
    if (error === unusual) return undefined;
    throw error;
  }
}

/** Thrown where the text is not plain. One object: making a stack trace costs more than reading the file. */
const unusual = new Error('Not plain YAML');

const nothing = -1;
const [
  tab,
  newline,
  space,
  quote,
  hash,
  apostrophe,
  comma,
  dash,
  colon,
  question,
  openList,
  closeList,
  openMap,
  closeMap,
  pipe,
  fold,
] = Array.from('\t\n "#\',-:?[]{}|>', (character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]; // Sixteen characters.

/** Characters that begin something other than a plain scalar. */
const indicators = new Set(Array.from('&*!|>\'"%@`#,[]{}', (character) => character.charCodeAt(0)));

class PlainYaml {
  readonly #source: Source;
  readonly #text: string;
  readonly #deepest: number;
  #at = 0;
  /** Of the content at `#at`, once `#next` has found some. */
  #column = nothing;
  #depth = 0;

  constructor(source: Source, deepest: number) {
    this.#source = source;
    this.#text = source.text;
    this.#deepest = deepest;
  }

  document(): Yaml {
    this.#next();
    if (this.#column === 0 && this.#text.startsWith('---', this.#at) && this.#isBreak(this.#at + 3)) {
      this.#at += 3;
      this.#restOfLine();
      this.#next();
    }
    if (this.#column === nothing || marker.test(this.#text.slice(this.#at))) throw unusual;
    const yaml = this.#block();
    if (this.#column !== nothing) throw unusual;
    return yaml;
  }

  /** Goes to the next content that is not on this line's rest: sets its column, or `nothing` at the end. */
  #next(): void {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const start = at === 0 || text.charCodeAt(at - 1) === newline ? at : nothing;
      let from = at;
      while (text.charCodeAt(from) === space) from += 1;
      const character = text.charCodeAt(from);
      if (Number.isNaN(character)) {
        this.#at = from;
        this.#column = nothing;
        return;
      }
      if (character === newline) at = from + 1;
      else if (character === hash) {
        const end = text.indexOf('\n', from);
        at = end === nothing ? text.length : end + 1;
      } else {
        if (character === tab || start === nothing) throw unusual;
        this.#at = from;
        this.#column = from - start;
        return;
      }
    }
  }

  /** After a value only a comment may follow on the line. */
  #restOfLine(): void {
    const text = this.#text;
    let at = this.#at;
    while (text.charCodeAt(at) === space) at += 1;
    const character = text.charCodeAt(at);
    if (character === newline) this.#at = at + 1;
    else if (Number.isNaN(character)) this.#at = at;
    else if (character === hash && at > this.#at) {
      const end = text.indexOf('\n', at);
      this.#at = end === nothing ? text.length : end + 1;
    } else throw unusual;
  }

  /** A map or list at the column found by `#next`, or a scalar on lines of its own; afterwards `#next` has been called. */
  #block(parent = nothing): Yaml {
    if (++this.#depth > this.#deepest) throw unusual;
    const yaml = this.#isDash(this.#at)
      ? this.#list(this.#column)
      : this.#hasKey()
        ? this.#map(this.#column)
        : this.#inline(parent);
    this.#depth -= 1;
    return yaml;
  }

  #map(column: number): Yaml {
    const at = this.#source.position(this.#at);
    const entries = new Map<string, YamlEntry>();
    for (;;) {
      const key = this.#source.position(this.#at);
      const name = this.#key();
      if (entries.has(name) || name === '<<' || name === '__proto__') throw unusual;
      entries.set(name, { at: key, value: this.#mapValue(column) });
      if (this.#column < column) return { is: 'map', entries, at };
      if (this.#column > column || !this.#hasKey()) throw unusual;
    }
  }

  /** What stands behind a key's colon; a list may stand at the column of the key. */
  #mapValue(column: number): Yaml {
    const after = this.#at;
    this.#spaces();
    const end = this.#at;
    if (!this.#isEndOfLine(after)) return this.#inline(column);
    this.#restOfLine();
    this.#next();
    if (this.#column > column || (this.#column === column && this.#isDash(this.#at))) return this.#block(column);
    return this.#empty(end);
  }

  #list(column: number): Yaml {
    const at = this.#source.position(this.#at);
    const items: Yaml[] = [];
    for (;;) {
      const after = this.#at + 1;
      this.#at = after;
      this.#spaces();
      const end = this.#at;
      if (this.#isEndOfLine(after)) {
        this.#restOfLine();
        this.#next();
        items.push(this.#column > column ? this.#block(column) : this.#empty(end));
      } else {
        this.#column = column + (this.#at - after) + 1;
        items.push(this.#isDash(this.#at) || this.#hasKey() ? this.#block(column) : this.#inline(column));
      }
      if (this.#column < column) return { is: 'list', items, at };
      if (this.#column > column) throw unusual;
      // Beside the keys of a map that holds it, a list ends at the next key.
      if (!this.#isDash(this.#at)) return { is: 'list', items, at };
    }
  }

  /** A value that begins on this line; afterwards `#next` has been called. */
  #inline(parent: number): Yaml {
    const character = this.#text.charCodeAt(this.#at);
    if (character === pipe || character === fold) return this.#blockScalar(parent);
    if (character === openList || character === openMap) {
      const yaml = this.#flow(parent);
      this.#restOfLine();
      this.#next();
      return yaml;
    }
    const at = this.#source.position(this.#at);
    if (character === quote || character === apostrophe) {
      const text = this.#quoted();
      this.#restOfLine();
      this.#next();
      return { is: 'scalar', value: text, text, at };
    }
    const text = this.#plainLines(parent);
    const value = resolveScalar(text);
    return { is: 'scalar', value, text, at };
  }

  #empty(offset: number): Yaml {
    return { is: 'scalar', value: null, text: '', at: this.#source.position(offset) };
  }

  /** Whether a key and its colon stand on this line. */
  #hasKey(): boolean {
    const character = this.#text.charCodeAt(this.#at);
    if (character === quote || character === apostrophe) {
      const before = this.#at;
      this.#quoted();
      this.#spaces();
      const isKey = this.#text.charCodeAt(this.#at) === colon && this.#isBreak(this.#at + 1);
      this.#at = before;
      return isKey;
    }
    if (character === openList || character === openMap || character === pipe || character === fold) return false;
    return this.#plainEnd(this.#at, false, true) !== nothing;
  }

  /** Reads a key and goes behind its colon. */
  #key(): string {
    const character = this.#text.charCodeAt(this.#at);
    if (character === quote || character === apostrophe) {
      const text = this.#quoted();
      this.#spaces();
      this.#at += 1;
      return text;
    }
    this.#refuseIndicator(false);
    const end = this.#plainEnd(this.#at, false, true);
    if (end === nothing) throw unusual;
    const text = this.#trimmed(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  /** The offset of the colon that ends a key (`wantsColon`), or of the end of a plain scalar on this line. */
  #plainEnd(from: number, inFlow: boolean, wantsColon: boolean): number {
    const text = this.#text;
    for (let at = from; ; at++) {
      const character = text.charCodeAt(at);
      if (character === newline || Number.isNaN(character)) return wantsColon ? nothing : at;
      if (character === colon && (this.#isBreak(at + 1) || (inFlow && this.#endsFlow(at + 1)))) {
        if (wantsColon || inFlow) return at;
        throw unusual;
      }
      if (character === hash && this.#isBlank(at - 1)) return wantsColon ? nothing : at;
      if (inFlow && this.#endsFlow(at)) return at;
      if (character === tab) throw unusual;
    }
  }

  /** A plain scalar with its continuation lines, folded. */
  #plainLines(parent: number): string {
    this.#refuseIndicator(false);
    let end = this.#plainEnd(this.#at, false, false);
    let text = this.#trimmed(this.#at, end);
    this.#at = end;
    while (this.#text.charCodeAt(end) === newline) {
      const before = this.#at;
      let from = end + 1;
      let breaks = 0;
      let start = from;
      for (; ; from++) {
        const character = this.#text.charCodeAt(from);
        if (character === newline) {
          breaks += 1;
          start = from + 1;
        } else if (character !== space) break;
      }
      if (from >= this.#text.length || from - start <= parent) break;
      if (this.#text.charCodeAt(from) === hash) {
        // A comment ends the scalar; what goes on behind it is a mistake.
        this.#at = before;
        this.#restOfLine();
        this.#next();
        if (this.#column > parent && this.#column !== nothing) throw unusual;
        return text;
      }
      if (this.#text.charCodeAt(from) === tab || parent === nothing) throw unusual;
      end = this.#plainEnd(from, false, false);
      text += (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + this.#trimmed(from, end);
      this.#at = end;
    }
    const hasComment = this.#text.charCodeAt(this.#at) === hash;
    if (hasComment) this.#at -= 1;
    this.#restOfLine();
    this.#next();
    if (hasComment && this.#column > parent && this.#column !== nothing) throw unusual;
    return text;
  }

  #refuseIndicator(inFlow: boolean): void {
    const character = this.#text.charCodeAt(this.#at);
    if (indicators.has(character)) throw unusual;
    if (character === dash || character === question || character === colon) {
      if (this.#isBreak(this.#at + 1) || (inFlow && this.#endsFlow(this.#at + 1))) throw unusual;
    }
  }

  /** A quoted scalar on one line. */
  #quoted(): string {
    const text = this.#text;
    const isDouble = text.charCodeAt(this.#at) === quote;
    let read = '';
    let from = this.#at + 1;
    for (let at = from; ; at++) {
      const character = text.charCodeAt(at);
      if (character === newline || Number.isNaN(character)) throw unusual;
      if (isDouble ? character === quote : character === apostrophe) {
        read += text.slice(from, at);
        if (!isDouble && text.charCodeAt(at + 1) === apostrophe) {
          read += "'";
          at += 1;
          from = at + 1;
          continue;
        }
        this.#at = at + 1;
        return read;
      }
      if (isDouble && text[at] === '\\') {
        const escaped = escapes.get(text[at + 1] ?? '');
        if (escaped === undefined) throw unusual;
        read += text.slice(from, at) + escaped;
        at += 1;
        from = at + 1;
      }
    }
  }

  /** `|` and `>`, with `-` or `+`; no indentation indicator. */
  #blockScalar(parent: number): Yaml {
    const text = this.#text;
    const at = this.#source.position(this.#at);
    const isFolded = text.charCodeAt(this.#at) === fold;
    this.#at += 1;
    const chomp = text[this.#at] === '-' || text[this.#at] === '+' ? text[this.#at] : '';
    if (chomp !== '') this.#at += 1;
    this.#restOfLine();
    const lines: string[] = [];
    let indent = nothing;
    let from = this.#at;
    while (from < text.length) {
      let start = from;
      while (text.charCodeAt(start) === space) start += 1;
      const found = text.indexOf('\n', start);
      const end = found === nothing ? text.length : found;
      if (start === end) {
        if (start - from > Math.max(indent, 0)) {
          if (indent === nothing) throw unusual;
          lines.push(text.slice(from + indent, end));
        } else lines.push('');
      } else {
        if (indent === nothing) {
          if (text.charCodeAt(start) === tab) throw unusual;
          if (start - from <= parent) break;
          indent = start - from;
        }
        if (start - from < indent) {
          if (start - from > parent) throw unusual;
          break;
        }
        lines.push(text.slice(from + indent, end));
      }
      from = end + 1;
    }
    if (indent === nothing) throw unusual;
    // A text that ends without a line break has none to keep.
    if (from > text.length && chomp !== '-') throw unusual;
    this.#at = Math.min(from, text.length);
    let last = lines.length;
    while (last > 0 && lines[last - 1] === '') last -= 1;
    const kept = lines.slice(0, last);
    const read = isFolded ? folded(kept) : kept.join('\n');
    const tail = chomp === '-' ? '' : chomp === '+' ? '\n'.repeat(lines.length - last + 1) : '\n';
    this.#next();
    if (this.#column > parent && this.#column !== nothing) throw unusual;
    return { is: 'scalar', value: read + tail, text: read + tail, at };
  }

  #flow(parent: number): Yaml {
    if (++this.#depth > this.#deepest) throw unusual;
    const yaml = this.#text.charCodeAt(this.#at) === openList ? this.#flowList(parent) : this.#flowMap(parent);
    this.#depth -= 1;
    return yaml;
  }

  #flowList(parent: number): Yaml {
    const at = this.#source.position(this.#at);
    const items: Yaml[] = [];
    this.#at += 1;
    for (;;) {
      this.#flowSpace(parent);
      if (this.#text.charCodeAt(this.#at) === closeList) break;
      const start = this.#at;
      const item = this.#flowValue(parent);
      this.#flowSpace(parent);
      if (this.#text.charCodeAt(this.#at) === colon) items.push(this.#pair(item, start, parent));
      else items.push(item);
      this.#separator(parent, closeList);
    }
    this.#at += 1;
    return { is: 'list', items, at };
  }

  /** `[ name: value ]`, a map of one entry. */
  #pair(key: Yaml, start: number, parent: number): Yaml {
    if (
      key.is !== 'scalar' ||
      key.text === '<<' ||
      key.text === '__proto__' ||
      this.#text.slice(start, this.#at).includes('\n')
    ) {
      throw unusual;
    }
    const at = this.#source.position(start);
    return { is: 'map', entries: new Map([[key.text, { at, value: this.#flowMapValue(parent) }]]), at };
  }

  #flowMap(parent: number): Yaml {
    const at = this.#source.position(this.#at);
    const entries = new Map<string, YamlEntry>();
    this.#at += 1;
    for (;;) {
      this.#flowSpace(parent);
      if (this.#text.charCodeAt(this.#at) === closeMap) break;
      const start = this.#at;
      const key = this.#flowValue(parent);
      if (key.is !== 'scalar' || key.text === '<<' || key.text === '__proto__' || entries.has(key.text)) throw unusual;
      this.#flowSpace(parent);
      if (this.#text.charCodeAt(this.#at) !== colon) throw unusual;
      entries.set(key.text, { at: this.#source.position(start), value: this.#flowMapValue(parent) });
      this.#separator(parent, closeMap);
    }
    this.#at += 1;
    return { is: 'map', entries, at };
  }

  /** Behind the colon. */
  #flowMapValue(parent: number): Yaml {
    this.#at += 1;
    this.#spaces();
    const after = this.#at;
    this.#flowSpace(parent);
    const character = this.#text.charCodeAt(this.#at);
    if (character === comma || character === closeMap || character === closeList) return this.#empty(after);
    return this.#flowValue(parent);
  }

  #flowValue(parent: number): Yaml {
    const character = this.#text.charCodeAt(this.#at);
    if (character === openList || character === openMap) return this.#flow(parent);
    const at = this.#source.position(this.#at);
    if (character === quote || character === apostrophe) {
      const text = this.#quoted();
      return { is: 'scalar', value: text, text, at };
    }
    this.#refuseIndicator(true);
    const end = this.#plainEnd(this.#at, true, false);
    const text = this.#trimmed(this.#at, end);
    if (text === '') throw unusual;
    this.#at = end;
    // A plain scalar may go on in the next line, which is too rare to be read here.
    if (this.#text.charCodeAt(end) === newline || this.#text.charCodeAt(end) === hash) {
      this.#flowSpace(parent);
      if (!this.#endsFlow(this.#at)) throw unusual;
    }
    return { is: 'scalar', value: resolveScalar(text), text, at };
  }

  #separator(parent: number, close: number): void {
    this.#flowSpace(parent);
    const character = this.#text.charCodeAt(this.#at);
    if (character === comma) this.#at += 1;
    else if (character !== close) throw unusual;
  }

  /** Spaces, line breaks and comments inside a flow collection, whose lines stand deeper than what holds it. */
  #flowSpace(parent: number): void {
    const text = this.#text;
    let at = this.#at;
    let line = nothing;
    for (;;) {
      const character = text.charCodeAt(at);
      if (character === space) at += 1;
      else if (character === newline) line = ++at;
      else if (character === hash && this.#isBlank(at - 1)) {
        const end = text.indexOf('\n', at);
        if (end === nothing) throw unusual;
        at = end;
      } else break;
    }
    if (at >= text.length || (line !== nothing && at - line <= Math.max(parent, 0))) throw unusual;
    this.#at = at;
  }

  #spaces(): void {
    while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
    if (this.#text.charCodeAt(this.#at) === tab) throw unusual;
  }

  /** Nothing but a comment to the end of the line; `after` is where the spaces before it begin. */
  #isEndOfLine(after: number): boolean {
    const character = this.#text.charCodeAt(this.#at);
    if (character === newline || Number.isNaN(character)) {
      this.#at = after;
      return true;
    }
    if (character !== hash) return false;
    if (this.#at === after) throw unusual;
    this.#at = after;
    return true;
  }

  #isDash(at: number): boolean {
    return this.#text.charCodeAt(at) === dash && this.#isBreak(at + 1);
  }

  /** A space, a line's end or the text's end. */
  #isBreak(at: number): boolean {
    const character = this.#text.charCodeAt(at);
    if (character === tab) throw unusual;
    return character === space || character === newline || Number.isNaN(character);
  }

  #isBlank(at: number): boolean {
    const character = this.#text.charCodeAt(at);
    return character === space || character === newline || character === tab || Number.isNaN(character);
  }

  #endsFlow(at: number): boolean {
    const character = this.#text.charCodeAt(at);
    return (
      character === comma ||
      character === closeList ||
      character === closeMap ||
      character === openList ||
      character === openMap
    );
  }

  #trimmed(from: number, to: number): string {
    let end = to;
    while (end > from && this.#text.charCodeAt(end - 1) === space) end -= 1;
    return this.#text.slice(from, end);
  }
}

/** `---` or `...`, which end a document. */
const marker = /^(?:---|\.\.\.)(?:\s|$)/m;

const escapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  [' ', ' '],
]);

/** Lines joined by spaces, empty ones kept as breaks. Lines that begin with a space are left to the package. */
function folded(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith(' ') || line.startsWith('\t')) throw unusual;
    if (line === '') breaks += 1;
    else {
      const isFirst = lines.slice(0, index).every((before) => before === '');
      text += (breaks > 0 ? '\n'.repeat(breaks) : isFirst ? '' : ' ') + line;
      breaks = 0;
    }
  }
  return text;
}
