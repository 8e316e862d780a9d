import { isMap, isPair, isScalar, isSeq, type Document, type Node } from 'yaml';
import { Source } from '../position.ts';
import type { TemplateProblem } from '../problem.ts';
import { openDocument } from './tree.ts';

interface Rewritten {
  readonly document: Document;
  readonly before: Source;
  readonly text: string;
}

/** Finds where something that 2.0 refuses stood before it was rewritten. */
export class PlacesBefore {
  readonly #files = new Map<string, Rewritten>();

  add(file: string, document: Document, before: string, text: string): void {
    this.#files.set(file, { document, before: new Source(file, before), text });
  }

  /** A problem of what came out, at the place of what it was made of. */
  before(problem: TemplateProblem): TemplateProblem {
    const file = this.#files.get(problem.file);
    const message = `TOSCA 2.0 refuses what this becomes: ${problem.message}`;
    if (!file) return { ...problem, message };
    const { line, column } = file.before.position(this.#offset(file, problem));
    return { ...problem, line, column, message };
  }

  /** The same way leads to a node in what was rewritten, which keeps its range, and in what is written. */
  #offset({ document, text }: Rewritten, problem: TemplateProblem): number {
    const after = openDocument(text);
    const source = new Source('', text);
    const wanted = offsetAt(source, problem);
    let [old, now]: [unknown, unknown] = [document.contents, after?.contents];
    let found = rangeOf(old)?.[0] ?? 0;
    for (let depth = 0; depth < 1_000; depth++) {
      const step = stepTo(now, wanted);
      if (step === undefined) return found;
      [old, now] = [childAt(old, step), childAt(now, step)];
      found = rangeOf(old)?.at(0) ?? found;
    }
    return found;
  }
}

function offsetAt(source: Source, { line, column }: TemplateProblem): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = source.text.indexOf('\n', start) + 1;
  return start + column - 1;
}

type Step = { readonly index: number; readonly part: 'key' | 'value' | 'item' };

/** The part of a collection in which an offset lies. */
function stepTo(node: unknown, offset: number): Step | undefined {
  if (isMap(node)) {
    const index = node.items.findLastIndex(({ key }) => (rangeOf(key)?.[0] ?? Infinity) <= offset);
    const pair = node.items[index];
    if (!pair) return undefined;
    const value = rangeOf(pair.value);
    return { index, part: value && (value[0] ?? Infinity) <= offset ? 'value' : 'key' };
  }
  if (isSeq(node)) {
    const index = node.items.findLastIndex((item) => (rangeOf(item)?.[0] ?? Infinity) <= offset);
    return index === -1 ? undefined : { index, part: 'item' };
  }
  return undefined;
}

function childAt(node: unknown, { index, part }: Step): unknown {
  if (part === 'item') return isSeq(node) ? node.items[index] : undefined;
  const pair = isMap(node) ? node.items[index] : undefined;
  return pair && isPair(pair) ? pair[part] : undefined;
}

function rangeOf(node: unknown): readonly number[] | undefined {
  if (isMap(node) || isSeq(node) || isScalar(node)) return node.range ?? undefined;
  return (node as Partial<Node> | null | undefined)?.range ?? undefined; // An alias is a node too.
}
