import { isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Data } from '../topology.ts';
import { EditRefused, type EditPath } from './edit-refused.ts';
import { openText, type OpenText } from './open-text.ts';
import { inBlock, inFlow, keyText, scalarLike } from './render.ts';

/** A change of a text: what stands from `from` up to `to` (offsets in UTF-16 units) becomes `text`. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edits that do not overlap, carried out together. Without edits the text is the same, byte by byte. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let edited = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    if (edit.from < at) throw new EditRefused('Two edits change the same place; carry them out one after the other');
    edited += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return edited + text.slice(at);
}

/**
 * Sets what stands at a path; the last key is added where it is not there yet. Only the value's own text changes: comments,
 * order, quotes and indentation of everything else stay. Throws EditRefused where the path leads nowhere.
 */
export function setValue(text: string, path: EditPath, value: Data): TextEdit {
  const open = openText(text);
  const last = path.at(-1);
  if (last === undefined) return replaceRoot(open, value);
  const parent = open.find(path.slice(0, -1));
  const before = isMap(parent) || isSeq(parent) ? open.find(path) : undefined;
  if (before && !isEmptyNode(before) && isSame(open.dataOf(before), value)) return { from: 0, to: 0, text: '' };
  open.refuseShared(path);
  if (isSeq(parent) && typeof last === 'number') {
    if (last === parent.items.length) return addItemTo(open, parent, last, value);
    const item = parent.items[last];
    if (item === undefined) throw nowhere(path);
    return replaceNode(open, parent, item as Node, value, itemStart(parent, last) + 1); // A parsed list holds nodes.
  }
  if (isMap(parent)) {
    const pair = open.pairOf(parent, last);
    return pair ? replacePairValue(open, parent, pair, value) : addPair(open, parent, String(last), value);
  }
  if (parent === undefined || isEmptyScalar(parent))
    return setValue(text, path.slice(0, -1), { [String(last)]: value });
  throw nowhere(path);
}

/** Puts an item into a list before the one at `index`; at the end unless told. */
export function addItem(text: string, path: EditPath, value: Data, index?: number): TextEdit {
  const open = openText(text);
  const list = open.find(path);
  open.refuseShared(path.length > 0 && isSeq(list) ? [...path, list.items.length] : path);
  if (isSeq(list)) return addItemTo(open, list, index ?? list.items.length, value);
  if (list === undefined || isEmptyScalar(list)) return setValue(text, path, [value]);
  throw new EditRefused(`At ${shown(path)} stands no list`);
}

/** Takes out a key with its value, or an item of a list. What is then empty stays, as `{}` or `[]`. */
export function removeAt(text: string, path: EditPath): TextEdit {
  const open = openText(text);
  const last = path.at(-1);
  const parent = last === undefined ? undefined : open.find(path.slice(0, -1));
  open.refuseShared(path);
  if ((isSeq(parent) || isMap(parent)) && !parent.flow && parent.items.length === 1 && open.find(path) !== undefined) {
    return setValue(text, path.slice(0, -1), isSeq(parent) ? [] : {});
  }
  if (isSeq(parent) && typeof last === 'number' && last < parent.items.length) {
    const starts = parent.items.map((_, index) => itemStart(parent, index));
    return removePart(open, parent, starts, parent.items.map(endOf), last, '[]');
  }
  if (isMap(parent) && last !== undefined) {
    const index = parent.items.findIndex((pair) => pair === open.pairOf(parent, last));
    if (index === -1) throw nowhere(path);
    return removePart(open, parent, parent.items.map(pairStart), parent.items.map(pairEnd), index, '{}');
  }
  throw nowhere(path);
}

/** Gives a key another name; its place and value stay. */
export function renameKey(text: string, path: EditPath, name: string): TextEdit {
  const open = openText(text);
  const last = path.at(-1);
  const parent = last === undefined ? undefined : open.find(path.slice(0, -1));
  const pair = isMap(parent) && last !== undefined ? open.pairOf(parent, last) : undefined;
  open.refuseShared(path.slice(0, -1));
  if (!isMap(parent) || !pair) throw nowhere(path);
  if (open.pairOf(parent, name)) throw new EditRefused(`There is a key ${name} already; choose another name`);
  const [from, to] = rangeOf(pair.key as Node); // The key of a parsed pair is a node.
  return { from, to, text: keyText(name) };
}

function replaceRoot(open: OpenText, value: Data): TextEdit {
  const root = open.root;
  if (root === null)
    return { from: open.text.length, to: open.text.length, text: `${inBlock(value, 0, open.eol)}${open.eol}` };
  const [from, to] = rangeOf(root);
  return { from, to: trimmedEnd(open.text, from, to), text: inBlock(value, 0, open.eol) };
}

function replacePairValue(open: OpenText, parent: YAMLMap, pair: Pair, value: Data): TextEdit {
  const key = pair.key as Node; // The key of a parsed pair is a node.
  const colon = open.colonAfter(rangeOf(key)[1]);
  const node = pair.value as Node | null;
  if (node === null || isEmptyNode(node)) {
    const isOneLine = isInFlow(parent) || hasCommentBehind(open, colon);
    const text = isOneLine ? ` ${inFlow(value)}` : afterColon(value, open.columnOf(rangeOf(key)[0]), open.eol);
    return { from: colon, to: colon, text };
  }
  return replaceNode(open, parent, node, value, colon);
}

/** `after` is where the colon or the dash before the value ends. */
function replaceNode(open: OpenText, parent: YAMLMap | YAMLSeq, node: Node, value: Data, after: number): TextEdit {
  const [from, end] = rangeOf(node);
  const to = trimmedEnd(open.text, from, end);
  const between = open.text.slice(after, from);
  const isBlock = isCollection(node) && !node.flow;
  if (isPlainData(value)) {
    const text = scalarLike(node, value);
    if (isBlock) return besideKey(between, after, to, text);
    // What stood on the next line comes to that of its key.
    const isOnNextLine = between.includes('\n') && !between.includes('#');
    return { from: isOnNextLine ? after : from, to, text: `${isOnNextLine ? ' ' : ''}${text}` };
  }
  if (isInFlow(parent) || (isCollection(node) && node.flow && !open.text.slice(from, to).includes('\n'))) {
    return { from, to, text: inFlow(value) };
  }
  // Between an anchor and a comment there is room for one line only.
  if (between.trim() !== '') return besideKey(between, after, to, inFlow(value));
  if (hasCommentBehind(open, to)) return besideKey(between, after, to, inFlow(value));
  const column = isMap(parent) ? open.columnOf(open.lineKeyBefore(parent, node)) : open.columnOf(after - 1);
  return {
    from: after,
    to,
    text: isMap(parent) ? afterColon(value, column, open.eol) : ` ${inBlock(value, column + 2, open.eol)}`,
  };
}

/** One line behind a key or a dash: after an anchor or tag that stands there, before a comment. */
function besideKey(between: string, after: number, to: number, text: string): TextEdit {
  const beside = between.trimEnd();
  if (beside === '') return { from: after, to, text: ` ${text}` };
  if (!/(?:^|\s)#/.test(beside)) return { from: after, to, text: `${beside} ${text}` };
  if (!/^\s*#/.test(beside))
    throw new EditRefused('An anchor or a tag and a comment stand before the value; move the comment first');
  return { from: after, to, text: ` ${text}${beside}` };
}

function addPair(open: OpenText, map: YAMLMap, key: string, value: Data): TextEdit {
  const name = keyText(key);
  const last = map.items.at(-1);
  if (map.flow || !last)
    return addToFlow(open, map, last ? pairEnd(last) : undefined, `${name}: ${inFlow(value)}`, ['{', '}']);
  const start = pairStart(last);
  if (/:\s/.test(open.text.slice(open.lineStart(start), start)))
    throw new EditRefused('The map begins on the line of another key; give it lines of its own first');
  const column = open.columnOf(start);
  const at = open.lineEnd(pairEnd(last));
  return { from: at, to: at, text: `${open.eol}${' '.repeat(column)}${name}:${afterColon(value, column, open.eol)}` };
}

function addItemTo(open: OpenText, list: YAMLSeq, index: number, value: Data): TextEdit {
  const before = list.items[index - 1];
  if (index < 0 || index > list.items.length)
    throw new EditRefused(`The list has ${list.items.length} items, so none can stand at ${index}`);
  if (list.flow || list.items.length === 0) {
    if (before !== undefined || list.items.length === 0) {
      return addToFlow(open, list, before === undefined ? undefined : endOf(before), inFlow(value), ['[', ']']);
    }
    const at = rangeOf(list.items[0] as Node)[0]; // A parsed list holds nodes.
    return { from: at, to: at, text: `${inFlow(value)}, ` };
  }
  const column = open.columnOf(itemStart(list, 0));
  const item = `- ${inBlock(value, column + 2, open.eol)}`;
  if (before === undefined) {
    const at = itemStart(list, 0);
    return { from: at, to: at, text: `${item}${open.eol}${' '.repeat(column)}` };
  }
  const at = open.lineEnd(endOf(before));
  return { from: at, to: at, text: `${open.eol}${' '.repeat(column)}${item}` };
}

function addToFlow(
  { text }: OpenText,
  node: YAMLMap | YAMLSeq,
  end: number | undefined,
  added: string,
  [open, close]: readonly [string, string],
): TextEdit {
  const [from, to] = rangeOf(node);
  if (end === undefined) return { from, to, text: `${open} ${added} ${close}` };
  // `[ host: web ]` holds a map without braces.
  if (text[from] !== open) return { from, to, text: `${open} ${text.slice(from, to)}, ${added} ${close}` };
  return { from: end, to: end, text: `, ${added}` };
}

function removePart(
  open: OpenText,
  node: YAMLMap | YAMLSeq,
  starts: readonly number[],
  ends: readonly number[],
  index: number,
  empty: string,
): TextEdit {
  const from = starts[index] ?? 0;
  const end = ends[index] ?? 0;
  if (starts.length === 1) {
    const range = rangeOf(node);
    return { from: range[0], to: trimmedEnd(open.text, range[0], range[1]), text: empty };
  }
  const next = starts[index + 1];
  if (node.flow) {
    return next === undefined ? { from: ends[index - 1] ?? from, to: end, text: '' } : { from, to: next, text: '' };
  }
  // What shares its line with something before it (`- name: x`) leaves the place to the next one.
  if (!open.isFirstOnLine(from) && next !== undefined) return { from, to: next, text: '' };
  const lineStart = open.lineStart(from);
  const lineEnd = open.lineEnd(end);
  if (lineEnd < open.text.length) return { from: lineStart, to: open.afterNewline(lineEnd), text: '' };
  return { from: open.beforeNewline(lineStart), to: lineEnd, text: '' };
}

/** What follows a colon: a word on the same line, or a block below, two columns further in. */
function afterColon(value: Data, column: number, eol: string): string {
  if (isPlainData(value)) return ` ${inBlock(value, column + 2, eol)}`;
  const block = inBlock(value, column + 2, eol);
  return block === '{}' || block === '[]' ? ` ${block}` : `${eol}${' '.repeat(column + 2)}${block}`;
}

function hasCommentBehind({ text }: OpenText, offset: number): boolean {
  return /^[ \t]*#/.test(text.slice(offset, offset + 200));
}

/** Whether a value stands there already. */
function isSame(one: unknown, other: Data): boolean {
  if (typeof other !== 'object' || other === null) return one === other;
  if (typeof one !== 'object' || one === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  if (left.length !== right.size) return false;
  return left.every(([key, value]) => {
    const wanted = right.get(key);
    return wanted !== undefined && isSame(value, wanted);
  });
}

function isPlainData(value: Data): value is string | number | boolean | null {
  return value === null || typeof value !== 'object';
}

function isInFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** Nothing behind the colon: a value without a text. */
function isEmptyNode(node: Node): boolean {
  const [from, to] = rangeOf(node);
  return from === to;
}

function pairStart(pair: Pair): number {
  return rangeOf(pair.key as Node)[0]; // The key of a parsed pair is a node.
}

function pairEnd(pair: Pair): number {
  const value = pair.value as Node | null;
  return value === null ? rangeOf(pair.key as Node)[1] : endOf(value);
}

function endOf(node: unknown): number {
  return rangeOf(node as Node)[1]; // A parsed collection holds nodes.
}

/** Where the dash of a block list's item stands; in `[a, b]` where the item begins. */
function itemStart(list: YAMLSeq, index: number): number {
  const token = list.srcToken;
  if (token?.type === 'block-seq') {
    const dash = token.items[index]?.start.find(({ type }) => type === 'seq-item-ind');
    if (dash) return dash.offset;
  }
  return rangeOf(list.items[index] as Node)[0]; // A parsed list holds nodes.
}

function rangeOf(node: Node): readonly [start: number, end: number] {
  const { range } = node;
  if (!range) throw new EditRefused('This value has no place in the text');
  return [range[0], range[1]];
}

/** The end of a block reaches over the line breaks behind it. */
function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end;
}

function nowhere(path: EditPath): EditRefused {
  return new EditRefused(`There is nothing at ${shown(path)}`);
}

function shown(path: EditPath): string {
  return path.length === 0 ? 'the root' : path.join('.');
}
