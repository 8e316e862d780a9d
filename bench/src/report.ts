/** One comparison: the same work done by us and by a peer, in one run on one machine. */
export interface Row {
  /** What was done; says whether more or less is better. */
  readonly work: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  /** ours / peer */
  readonly ratio: number;
}

export interface Bench {
  /** As in `docs/quality.md`: `B4`. */
  readonly id: string;
  /** Measures; tells its progress through `report`. */
  run(report: (line: string) => void): Promise<readonly Row[]>;
}

export function row(figures: Omit<Row, 'ratio'>): Row {
  return {
    ...figures,
    ours: round(figures.ours),
    peer: round(figures.peer),
    ratio: figures.ours === figures.peer ? 1 : round(figures.ours / figures.peer),
  };
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Three digits that matter. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
