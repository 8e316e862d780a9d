import { isMap, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { EditRefused, type EditPath } from './edit-refused.ts';

/** A text whose values know where they stand. */
export interface OpenText {
  readonly text: string;
  readonly eol: '\n' | '\r\n';
  readonly root: Node | null;
  find(path: EditPath): Node | undefined;
  pairOf(map: YAMLMap, key: string | number): Pair | undefined;
  columnOf(offset: number): number;
  lineStart(offset: number): number;
  /** Where the line of what ends here ends, before its line break; comments behind it belong to it. */
  lineEnd(offset: number): number;
  afterNewline(offset: number): number;
  beforeNewline(offset: number): number;
  isFirstOnLine(offset: number): boolean;
  /** Behind the colon that follows a key. */
  colonAfter(offset: number): number;
  /** Where the key of a value in this map stands. */
  lineKeyBefore(map: YAMLMap, value: Node): number;
}

export function openText(text: string): OpenText {
  const document = parsed(text);
  const [error] = document.errors;
  if (error) throw new EditRefused(`The text is no YAML that can be edited: ${error.message.split('\n')[0]}`);
  const lineStart = (offset: number) => text.lastIndexOf('\n', offset - 1) + 1;
  const pairOf = (map: YAMLMap, key: string | number) => map.items.find((pair) => keyOf(pair) === String(key));
  return {
    text,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    root: document.contents,
    find: (path) => {
      let node: unknown = document.contents;
      for (const step of path) {
        if (isMap(node)) node = pairOf(node, step)?.value;
        else if (isSeq(node) && typeof step === 'number') node = node.items[step];
        else throw new EditRefused(`The path leads into ${String(step)}, which stands in no map and no list`);
      }
      return (node as Node | null | undefined) ?? undefined; // A parsed document holds nodes.
    },
    pairOf,
    columnOf: (offset) => offset - lineStart(offset),
    lineStart,
    lineEnd: (offset) => {
      // A block's end lies behind its last line break.
      let at = offset;
      if (text[at - 1] === '\n') at -= text[at - 2] === '\r' ? 2 : 1;
      const end = text.indexOf('\n', at);
      if (end === -1) return text.length;
      return text[end - 1] === '\r' ? end - 1 : end;
    },
    afterNewline: (offset) => offset + (text[offset] === '\r' ? 2 : 1),
    beforeNewline: (offset) => Math.max(0, offset - (text[offset - 2] === '\r' ? 2 : 1)),
    isFirstOnLine: (offset) => text.slice(lineStart(offset), offset).trim() === '',
    colonAfter: (offset) => {
      const colon = text.indexOf(':', offset);
      if (colon === -1 || text.slice(offset, colon).trim() !== '') {
        throw new EditRefused('The key has no colon; write it as "key: value" first');
      }
      return colon + 1;
    },
    lineKeyBefore: (map, value) => {
      const pair = map.items.find((one) => one.value === value);
      const key = pair?.key as Node | undefined; // The key of a parsed pair is a node.
      return key?.range?.[0] ?? 0;
    },
  };
}

function parsed(text: string) {
  try {
    return parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, logLevel: 'silent' });
  } catch (error) {
    // The library recurses.
    if (error instanceof RangeError) throw new EditRefused('The text nests too deep to be edited');
    throw error;
  }
}

function keyOf({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}
