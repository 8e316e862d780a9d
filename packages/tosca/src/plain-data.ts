import { emptyRecord } from './record.ts';
import type { Data, Value } from './topology.ts';

/** The data of a value that calls no function. */
export function plainData(value: Value): Data | undefined {
  if (value.is === 'literal') return value.value;
  if (value.is === 'call') return undefined;
  if (value.is === 'list') {
    const items: Data[] = [];
    for (const item of value.items) {
      const data = plainData(item);
      if (data === undefined) return undefined;
      items.push(data);
    }
    return items;
  }
  const record = emptyRecord<Data>();
  for (const name in value.entries) {
    const entry = value.entries[name];
    const data = entry && plainData(entry);
    if (data === undefined) return undefined;
    record[name] = data;
  }
  return record;
}
