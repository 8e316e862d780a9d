import { type Counter, Failure, type Histogram, type Metrics } from '@pileus/model';
import type { Connection } from '@pileus/provider';

interface Counting {
  readonly calls: Counter;
  readonly times: Histogram;
}

/** What is asked of clouds, as metrics. */
export function cloudMetrics(metrics: Metrics): Counting {
  return {
    calls: metrics.counter(
      'pileus_cloud_calls_total',
      'What drivers were asked for, by provider, kind, call and result',
    ),
    times: metrics.histogram('pileus_cloud_call_seconds', 'How long drivers took, by provider and kind'),
  };
}

/** The same connection; what its drivers are asked for is counted, by what came of it. */
export function countedConnection(connection: Connection, provider: string, counting: Counting): Connection {
  const drivers = Object.fromEntries(
    Object.entries(connection.drivers).map(([kind, driver]) => [kind, counted(driver, { provider, kind }, counting)]),
  );
  return new Proxy(connection, {
    // Functions of the connection are called on the connection itself.
    get: (target, name) => {
      if (name === 'drivers') return drivers;
      const part: unknown = Reflect.get(target, name);
      return typeof part === 'function' ? part.bind(target) : part;
    },
  });
}

function counted<T extends object>(
  driver: T,
  labels: { provider: string; kind: string },
  { calls, times }: Counting,
): T {
  const note = (call: string, began: number, thrown?: unknown): void => {
    const result = thrown === undefined ? 'ok' : thrown instanceof Failure ? thrown.code : 'bug';
    calls.add({ ...labels, call, result });
    times.observe(labels, (performance.now() - began) / 1_000);
  };
  return new Proxy(driver, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name);
      if (typeof part !== 'function' || typeof name !== 'string') return part;
      return (...given: unknown[]): unknown => {
        const began = performance.now();
        const answer: unknown = Reflect.apply(part, target, given);
        if (isList(answer)) return told(answer, (thrown) => note(name, began, thrown));
        if (!(answer instanceof Promise)) return answer;
        return answer.then(
          (value: unknown) => {
            note(name, began);
            return value;
          },
          (error: unknown) => {
            note(name, began, error);
            throw error;
          },
        );
      };
    },
  });
}

const isList = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;

/** A list, and what came of it once it has been read or has broken off. */
async function* told<T>(list: AsyncIterable<T>, end: (thrown?: unknown) => void): AsyncGenerator<T> {
  let thrown: unknown;
  try {
    yield* list;
  } catch (error) {
    thrown = error;
    throw error;
  } finally {
    end(thrown);
  }
}
