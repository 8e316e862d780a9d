/** A thing's facts by name, as JSON has them; what must not be read stands there as {@link Hidden}. */
export type State = Readonly<Record<string, unknown>>;

/** A secret: that it has changed can be told, what it is cannot. */
export class Hidden {
  readonly #sealed: string;
  /** `sealed` differs where the secret does; it is never shown. */
  constructor(sealed: string) {
    this.#sealed = sealed;
  }
  isSame(other: Hidden): boolean {
    return this.#sealed === other.#sealed;
  }
  toJSON(): string {
    return '•••';
  }
}

/** What was and what is, of that alone which differs; of lists what is gone and what has come. JSON. */
export interface Difference {
  readonly before?: State | undefined;
  readonly after?: State | undefined;
}

/** Undefined where nothing differs. A thing that was not there, or is not there any more, differs as a whole. */
export function differenceOf(before: State | undefined, after: State | undefined): Difference | undefined {
  const [was, is] = before && after ? both(before, after) : [before, after];
  if (!was && !is) return undefined;
  return { ...(was && { before: shortened(was) }), ...(is && { after: shortened(is) }) };
}

type Pair = readonly [before: State | undefined, after: State | undefined];

function both(before: State, after: State): Pair {
  const was: Record<string, unknown> = {};
  const is: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = parts(before[key], after[key]);
    if (old !== undefined) was[key] = old;
    if (now !== undefined) is[key] = now;
  }
  return [some(was), some(is)];
}

function parts(before: unknown, after: unknown): readonly [unknown, unknown] {
  if (isSame(before, after)) return [undefined, undefined];
  if (isState(before) && isState(after)) return both(before, after);
  if (Array.isArray(before) && Array.isArray(after)) return [without(before, after), without(after, before)];
  return [before, after];
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Hidden || other instanceof Hidden)
    return one instanceof Hidden && other instanceof Hidden && one.isSame(other);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && !without(one, other) && !without(other, one);
  if (!isState(one) || !isState(other)) return one === other;
  const [was, is] = both(one, other);
  return !was && !is;
}

/** What stands in one list and not in the other, in whatever order; undefined where that is nothing. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] | undefined {
  const known = new Set(other.map((item) => JSON.stringify(item)));
  const found = list.filter((item) => !known.has(JSON.stringify(item)));
  return found.length > 0 ? found : undefined;
}

function isState(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Hidden);
}

const some = (state: State): State | undefined => (Object.keys(state).length > 0 ? state : undefined);

/** A fact whose text is longer is told by its beginning and its length. */
const longest = 4_000;

function shortened(state: State): State {
  return Object.fromEntries(
    Object.entries(state).flatMap(([key, value]) => {
      const text: string | undefined = JSON.stringify(value); // it says so itself only of what it is sure of
      if (text === undefined) return [];
      const fact: unknown =
        text.length <= longest ? JSON.parse(text) : `${text.slice(0, 200).toWellFormed()}… (${text.length})`;
      return [[key, fact]];
    }),
  );
}
