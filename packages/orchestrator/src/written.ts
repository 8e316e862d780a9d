import { computedNames, functionNames, type Data, type Value } from '@pileus/tosca';

const at = { file: '', line: 0, column: 0 };
const functions = new Map<string, (typeof functionNames)[number] | (typeof computedNames)[number]>(
  [...functionNames, ...computedNames].map((name) => [name, name]),
);

/** A value of data that was kept as it was written: what calls a function of 1.3, or of 2.0 (`$…`), is a call. */
export function written(data: Data): Value {
  if (Array.isArray(data)) return { is: 'list', items: (data as readonly Data[]).map(written), at }; // isArray forgets readonly arrays.
  if (!isRecord(data)) return { is: 'literal', value: data as Exclude<Data, object> | null, at }; // Neither a list nor a map.
  const [[key, given] = ['', null], ...others] = Object.entries(data);
  const name = functions.get(key.replace(/^\$/, ''));
  const isCall =
    others.length === 0 && name !== undefined && (key.startsWith('$') || functionNames.includes(name as never));
  if (isCall) {
    const all: readonly Data[] = Array.isArray(given) ? (given as readonly Data[]) : [given];
    return { is: 'call', name, arguments: all.map(written), at };
  }
  return { is: 'map', entries: Object.fromEntries(Object.entries(data).map(([one, of]) => [one, written(of)])), at };
}

/** Data with the inputs that it names filled in; a name that is none of them is left. */
export function filledIn(data: Data, inputs: Readonly<Record<string, Data>>): Data {
  if (Array.isArray(data)) return (data as readonly Data[]).map((one) => filledIn(one, inputs));
  if (!isRecord(data)) return data;
  const asked = data['get_input'] ?? data['$get_input'];
  const [name, ...path] = Array.isArray(asked) ? (asked as readonly Data[]) : [asked];
  if (Object.keys(data).length === 1 && typeof name === 'string' && name in inputs) {
    let found: Data = inputs[name] ?? null;
    for (const step of path) found = isRecord(found) ? (found[textOf(step)] ?? null) : null;
    return found;
  }
  return Object.fromEntries(Object.entries(data).map(([key, one]) => [key, filledIn(one, inputs)]));
}

/** A name, where data stands that should be one. */
export function textOf(data: Data | undefined): string {
  return typeof data === 'object' || data === undefined ? JSON.stringify(data ?? null) : String(data);
}

export function isRecord(data: Data | undefined): data is Readonly<Record<string, Data>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
