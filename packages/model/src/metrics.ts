/** What tells one series of a metric from another: `{ route: '/accounts', status: '200' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Only ever grows. */
export interface Counter {
  add(labels: Labels, by?: number): void;
}

/** How long things take. */
export interface Histogram {
  observe(labels: Labels, seconds: number): void;
}

export type Sample = readonly [labels: Labels, value: number];

/** What a process counts and measures, to be read in Prometheus' text format (version 0.0.4). */
export interface Metrics {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string): Histogram;
  /** Measured when somebody reads it; where that fails, it is left out. */
  gauge(name: string, help: string, measure: () => Promise<readonly Sample[]> | readonly Sample[]): void;
  text(): Promise<string>;
}

/** Upper bounds in seconds, from what a browser does not notice to what somebody gives up on. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

interface Family {
  readonly lines: () => Promise<readonly string[]> | readonly string[];
}

/** A registry of one process. A name is declared once. */
export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  const declare = (
    name: string,
    help: string,
    type: 'counter' | 'gauge' | 'histogram',
    lines: Family['lines'],
  ): void => {
    if (families.has(name)) throw new Error(`The metric ${name} is declared twice`);
    const head = [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`];
    families.set(name, { lines: async () => [...head, ...(await lines())] });
  };
  return {
    counter: (name, help) => {
      const series = new Map<string, number>();
      declare(name, help, 'counter', () => [...series].map(([labels, value]) => `${name}${labels} ${value}`));
      return { add: (labels, by = 1) => void series.set(written(labels), (series.get(written(labels)) ?? 0) + by) };
    },
    histogram: (name, help) => {
      const series = new Map<
        string,
        { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }
      >();
      declare(name, help, 'histogram', () =>
        [...series.values()].flatMap(({ labels, counts, sum, count }) => [
          ...bounds.map(
            (bound, index) => `${name}_bucket${written({ ...labels, le: String(bound) })} ${counts[index]}`,
          ),
          `${name}_bucket${written({ ...labels, le: '+Inf' })} ${count}`,
          `${name}_sum${written(labels)} ${sum}`,
          `${name}_count${written(labels)} ${count}`,
        ]),
      );
      return {
        observe: (labels, seconds) => {
          const key = written(labels);
          const one = series.get(key) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
          series.set(key, one);
          one.sum += seconds;
          one.count += 1;
          for (const [index, bound] of bounds.entries())
            if (seconds <= bound) one.counts[index] = (one.counts[index] ?? 0) + 1;
        },
      };
    },
    gauge: (name, help, measure) =>
      declare(name, help, 'gauge', async () =>
        (await measure()).map(([labels, value]) => `${name}${written(labels)} ${value}`),
      ),
    text: async () => {
      // One after the other, so that whoever reads takes no more than one connection, and does not measure itself.
      const all: string[] = [];
      for (const { lines } of families.values())
        all.push(...(await Promise.resolve(lines()).catch((): readonly string[] => [])));
      return `${all.join('\n')}\n`;
    },
  };
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
