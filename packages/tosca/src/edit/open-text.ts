import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { EditRefused, type EditPath } from './edit-refused.ts';

/** A text whose values know where they stand. */
export interface OpenText {
  readonly text: string;
  readonly eol: '\n' | '\r\n';
  readonly root: Node | null;
  find(path: EditPath): Node | undefined;
  /**
   * Refuses to change what stands at a path when aliases would see it too: because it, or something it lies in, bears an
   * anchor that is used, or because an anchor within it is used outside.
   */
  refuseShared(path: EditPath): void;
  /** What stands there, as plain data; undefined where aliases multiply too far. */
  dataOf(node: Node): unknown;
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
  // Of a key that stands there twice, readers take the last.
  const pairOf = (map: YAMLMap, key: string | number) => map.items.findLast((pair) => keyOf(pair) === String(key));
  return {
    text,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    root: document.contents,
    find: (path) => {
      let node: unknown = document.contents;
      for (const step of path) {
        if (isMap(node)) node = pairOf(node, step)?.value;
        else if (isSeq(node) && typeof step === 'number') node = node.items[step];
        else if (isAlias(node)) throw standsElsewhere(node.source);
        else throw new EditRefused(`The path leads into ${String(step)}, which stands in no map and no list`);
      }
      return (node as Node | null | undefined) ?? undefined; // A parsed document holds nodes.
    },
    refuseShared: (path) => refuseShared(document, path, pairOf),
    dataOf: (node) => {
      try {
        return node.toJS(document) as unknown;
      } catch (error) {
        if (error instanceof ReferenceError) return undefined;
        throw error;
      }
    },
    pairOf,
    columnOf: (offset) => offset - lineStart(offset),
    lineStart,
    lineEnd: (offset) => {
      // A block's end lies behind its last line break, or where the next line's text begins.
      let at = offset;
      if (text.slice(lineStart(at), at).trim() === '') at = lineStart(at);
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

function standsElsewhere(anchor: string): EditRefused {
  return new EditRefused(
    `What *${anchor} stands for is written at &${anchor} and used in several places; change it there, or write it out here first`,
  );
}

function refuseShared(document: Document, path: EditPath, pairOf: OpenText['pairOf']): void {
  const used = new Map<string, number>();
  visit(document, { Alias: (_, { source }) => void used.set(source, (used.get(source) ?? 0) + 1) });
  if (used.size === 0) return;
  let node: unknown = document.contents;
  for (const step of [...path, undefined]) {
    const { anchor } = (node ?? {}) as Partial<Node & { anchor: string }>; // Nodes that are no aliases may bear one.
    if (anchor !== undefined && used.has(anchor)) throw standsElsewhere(anchor);
    if (step !== undefined) {
      if (isAlias(node)) throw standsElsewhere(node.source);
      node = isMap(node)
        ? pairOf(node, step)?.value
        : isSeq(node) && typeof step === 'number'
          ? node.items[step]
          : null;
    }
  }
  if (isMap(node) || isSeq(node)) refuseLosing(node, used);
}

/** An anchor within what goes, of which an alias stays. */
function refuseLosing(node: Node, used: Map<string, number>): void {
  const anchors = new Set<string>();
  visit(node, {
    Alias: (_, { source }) => void used.set(source, (used.get(source) ?? 0) - 1),
    Node: (_, inner) => {
      if (!isAlias(inner) && inner.anchor !== undefined) anchors.add(inner.anchor);
    },
  });
  const lost = [...anchors].find((anchor) => (used.get(anchor) ?? 0) > 0);
  if (lost !== undefined) throw standsElsewhere(lost);
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
