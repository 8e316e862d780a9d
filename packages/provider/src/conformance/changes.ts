import { differences, plainCall, type ManagedKind, type Ref, type Specs } from '@pileus/model';
import { expect } from 'vitest';
import { newToken, type Sample, type Workbench } from './bench.ts';

/** Changes one field after the other in place. What is not as asked stands out before, and nothing does afterwards. */
export async function changesInPlace<K extends ManagedKind>(
  bench: Workbench,
  kind: K,
  ref: Ref,
  sample: Sample<K>,
  asked: Specs[K],
): Promise<void> {
  const { changeable = [], update } = bench.driver(kind);
  const values: Readonly<Record<string, unknown>> = (await sample.changes?.(bench, asked)) ?? {};
  expect(Object.keys(values).toSorted(), 'fields that the sample changes').toEqual(changeable.toSorted());
  let spec = asked;
  for (const [field, value] of Object.entries(values)) {
    spec = { ...spec, [field]: value };
    await differsIn(bench, kind, ref, spec, [field]);
    const call = plainCall(newToken(), bench.signal);
    for (const time of ['once', 'again']) {
      await bench.patiently(`changing ${field} of the ${kind} ${ref} ${time}`, async () =>
        update?.(ref, spec, [field], call),
      );
      await differsIn(bench, kind, ref, spec, []);
    }
  }
}

/** Waits until it is ready and shows these fields, and no others, otherwise than they were asked for. */
export async function differsIn<K extends ManagedKind>(
  bench: Workbench,
  kind: K,
  ref: Ref,
  spec: Specs[K],
  fields: readonly string[],
): Promise<void> {
  let found: unknown[] | undefined;
  const isSo = async () => {
    const { shown } = await bench.ready(kind, ref);
    const different = differences(kind, spec, shown ?? {});
    found = shown && different;
    return shown && JSON.stringify(different.map(({ field }) => field)) === JSON.stringify(fields);
  };
  const what = `${kind} ${ref} being as asked but for ${fields.join(', ') || 'nothing'}`;
  await bench.eventually(what, isSo).catch((error: unknown) => {
    throw new Error(`${what}: what differs is ${JSON.stringify(found)}`, { cause: error });
  });
}
