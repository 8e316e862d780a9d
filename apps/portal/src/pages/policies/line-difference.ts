export interface DifferenceLine {
  readonly is: 'same' | 'removed' | 'added';
  readonly text: string;
}

/**
 * How one JSON text becomes another, line by line, with as few lines removed and added as possible. The comma after a line says
 * only that another one follows: it makes no difference.
 */
export function lineDifference(before: string, after: string): readonly DifferenceLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && isSame(a[start], b[start])) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && isSame(a.at(-1 - end), b.at(-1 - end))) end++;
  const same = (text: string): DifferenceLine => ({ is: 'same', text });
  return [
    ...b.slice(0, start).map(same),
    ...changed(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...b.slice(b.length - end).map(same),
  ];
}

function changed(a: readonly string[], b: readonly string[]): DifferenceLine[] {
  const width = b.length + 1;
  // How many lines the rests from (i, j) on have in common.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = isSame(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, fresh] = [a[i], b[j]];
    if (old !== undefined && fresh !== undefined && isSame(old, fresh)) {
      lines.push({ is: 'same', text: fresh });
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ is: 'removed', text: old });
      i++;
    } else {
      lines.push({ is: 'added', text: fresh ?? '' });
      j++;
    }
  }
  return lines;
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a?.replace(/,$/, '') === b?.replace(/,$/, '');
}
