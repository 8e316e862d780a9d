import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';
import type { Yaml } from './yaml-tree.ts';

/** Reports those of the names written in a list (or alone) that nothing bears. */
export function checkNames(
  { report }: Reading,
  given: readonly string[],
  yaml: Yaml | undefined,
  known: ReadonlySet<string>,
  noun: string,
): void {
  for (const [index, name] of given.entries()) {
    if (known.has(name) || !yaml) continue;
    report.error(
      positionOf(yaml, index, yaml.at),
      `unknown-${noun.split(' ')[0]}`,
      `There is no ${noun} ${name}${didYouMean(name, known)}`,
    );
  }
}

export function positionOf(yaml: Yaml | undefined, index: number, otherwise: Position): Position {
  return yaml?.is === 'list' ? (yaml.items[index]?.at ?? otherwise) : (yaml?.at ?? otherwise);
}
