/** Where a cursor stands in a text that need not be finished. */
export interface CursorPlace {
  /** To the map whose key is being written, or to the value; numbers are places in lists. */
  readonly path: readonly (string | number)[];
  /** What stands before the cursor of the word that is being written. */
  readonly prefix: string;
  /** The items before this one in the list between brackets that is being written. */
  readonly before: readonly string[];
}

interface Step {
  readonly column: number;
  readonly name: string | number;
  readonly isItem: boolean;
}

/**
 * The place of a cursor (line and column counted from 1), from the lines above and what stands left of it: what is being
 * written is seldom whole YAML. Brackets must be opened in the cursor's own line.
 */
export function placeAt(text: string, line: number, column: number): CursorPlace {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const steps: Step[] = [];
  let textFrom: number | undefined;
  for (const above of lines.slice(0, line - 1)) {
    const indent = above.search(/\S/);
    if (indent === -1 || above[indent] === '#') continue;
    if (textFrom !== undefined && indent > textFrom) continue;
    textFrom = undefined;
    const value = walk(steps, above);
    if (/^[|>][-+\d]*$/.test(value.trim())) textFrom = indent;
  }
  const own = (lines[line - 1] ?? '').slice(0, column - 1);
  const rest = walk(steps, own);
  const path = steps.map(({ name }) => name);
  if (!isValue(steps, own)) return { path, prefix: rest.trim(), before: [] };
  return inBrackets(path, rest);
}

/** Takes in what a line says about where it stands; answers with what is left: a value, or a word without a colon. */
function walk(steps: Step[], line: string): string {
  let column = Math.max(line.search(/\S/), 0);
  if (line.trim() === '') column = line.length;
  let rest = line.slice(column);
  for (let dash = /^-(?:\s+|$)/.exec(rest); dash; dash = /^-(?:\s+|$)/.exec(rest)) {
    while ((steps.at(-1)?.column ?? -1) > column) steps.pop();
    const last = steps.at(-1);
    const number = last?.isItem && last.column === column && typeof last.name === 'number' ? last.name + 1 : 0;
    if (number > 0) steps.pop();
    steps.push({ column, name: number, isItem: true });
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
  const last = steps.at(-1);
  // Behind a dash the key stands within the item, also where the item has only begun.
  if (!(last?.isItem && column > last.column)) while ((steps.at(-1)?.column ?? -1) >= column) steps.pop();
  const key = /^(["']?)([^"'\s{}[\],][^"':{}[\],]*?|[^"'\s{}[\],])\1\s*:(?=\s|$)\s*/.exec(rest);
  if (!key) return rest;
  steps.push({ column, name: key[2] ?? '', isItem: false });
  return rest.slice(key[0].length);
}

/** Whether the cursor stands behind a key of its line, or in brackets. */
function isValue(steps: readonly Step[], line: string): boolean {
  return (steps.at(-1)?.isItem === false && /:(?=\s|$)/.test(line)) || /[[{]/.test(line);
}

function inBrackets(outer: readonly (string | number)[], value: string): CursorPlace {
  const open: { isList: boolean; key: string | undefined; items: string[] }[] = [];
  let word = '';
  const finish = () => {
    open.at(-1)?.items.push(word.trim());
    word = '';
  };
  for (const character of value) {
    const top = open.at(-1);
    if (character === '[' || character === '{') {
      open.push({ isList: character === '[', key: undefined, items: [] });
      word = '';
    } else if (character === ']' || character === '}') {
      open.pop();
      word = '';
    } else if (character === ',' && top) {
      finish();
      top.key = undefined;
    } else if (character === ':' && top && !top.isList && top.key === undefined && word.trim() !== '') {
      top.key = word.trim();
      word = '';
    } else word += character;
  }
  const inner = open.flatMap(({ isList, key, items }): (string | number)[] =>
    isList ? [items.length] : key === undefined ? [] : [key],
  );
  const last = open.at(-1);
  return { path: [...outer, ...inner], prefix: word.trimStart(), before: last?.isList ? last.items : [] };
}
