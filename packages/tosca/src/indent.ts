/**
 * The text with more indentation where a quoted text or a flow collection (`[ … ]`, `{ … }`) goes on in a line that stands further
 * left than YAML allows, which other readers accept. Lines stay what they are; columns of such lines move. Undefined where
 * nothing is to be changed.
 */
export function indented(text: string): string | undefined {
  const lines = text.split('\n');
  const scan = new Scan();
  let isChanged = false;
  for (const [index, line] of lines.entries()) {
    const own = line.length - line.trimStart().length;
    if (scan.isOpen && line.trim() !== '' && own <= scan.indent) {
      lines[index] = ' '.repeat(scan.indent + 1 - own) + line;
      isChanged = true;
    }
    scan.line(line);
  }
  return isChanged ? lines.join('\n') : undefined;
}

/** What is open at the end of a line. */
class Scan {
  /** Of the line in which what is open began. */
  indent = 0;
  #depth = 0;
  #quote = '';
  /** The indentation above which everything belongs to a block of text (`|`, `>`). */
  #block: number | undefined;

  get isOpen(): boolean {
    return this.#depth > 0 || this.#quote !== '';
  }

  line(line: string): void {
    const indent = line.length - line.trimStart().length;
    if (this.#block !== undefined) {
      if (line.trim() === '' || indent > this.#block) return;
      this.#block = undefined;
    }
    // A map within a list (`- key: [ …`) stands where its first key does.
    if (!this.isOpen) this.indent = /^\s*(?:- +)*/.exec(line)?.[0].length ?? indent;
    let last = '';
    for (let at = indent; at < line.length; at++) {
      const character = line[at] ?? '';
      const before = at === 0 ? ' ' : (line[at - 1] ?? ' ');
      if (this.#quote !== '') {
        if (character === '\\' && this.#quote === '"') at += 1;
        else if (character === this.#quote) this.#quote = '';
        continue;
      }
      if (character === '#' && /\s/.test(before)) return;
      const begins = last === '' || last === ':' || last === '-' || this.#depth > 0;
      if ((character === '"' || character === "'") && begins && /[\s[{,]/.test(before)) this.#quote = character;
      else if ((character === '[' || character === '{') && begins) this.#depth += 1;
      else if ((character === ']' || character === '}') && this.#depth > 0) this.#depth -= 1;
      if (!/\s/.test(character)) last = character;
    }
    if (!this.isOpen && /(?:^|[\s:-])[|>][-+\d]*\s*$/.test(line)) this.#block = indent;
  }
}
