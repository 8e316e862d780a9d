type Awaited = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

const space = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings, so they are looked for
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Where a text stops being JSON (RFC 8259), counted from 1. `JSON.parse` itself tells the place of some errors only.
 * A text that merely ends too early breaks after its last character.
 */
export function whereJsonBreaks(text: string): { line: number; column: number } {
  const before = text.slice(0, breakingOffset(text)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Walks the text token by token with a stack of its own, so that depth cannot exhaust ours. */
function breakingOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let awaited: Awaited = 'value';
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const after = (): Awaited => (open.length === 0 ? 'nothing' : 'comma or end');
  const closes = (mark: string | undefined) =>
    (mark === '}' && open.at(-1) === '{') || (mark === ']' && open.at(-1) === '[');

  for (;;) {
    take(space);
    const mark = text[at];
    if (mark === undefined || awaited === 'nothing') return at;
    if (awaited.endsWith('or end') && closes(mark)) {
      open.pop();
      at++;
      awaited = after();
    } else if (awaited.startsWith('comma')) {
      if (mark !== ',') return at;
      at++;
      awaited = open.at(-1) === '{' ? 'key' : 'value';
    } else if (awaited === 'colon') {
      if (mark !== ':') return at;
      at++;
      awaited = 'value';
    } else if (awaited.startsWith('key')) {
      if (!take(string)) return at;
      awaited = 'colon';
    } else if (mark === '{' || mark === '[') {
      open.push(mark);
      at++;
      awaited = mark === '{' ? 'key or end' : 'value or end';
    } else if (take(string) || take(literal)) {
      awaited = after();
    } else return at;
  }
}
