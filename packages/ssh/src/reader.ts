import type { Readable } from 'node:stream';

/** Reads lines and counted bytes off a stream, in turn. */
export interface Reader {
  /** The next line without its end; undefined at the end of the stream. */
  line(): Promise<string | undefined>;
  /** The next bytes as they come, `count` of them in all; fewer when the stream ends first. */
  bytes(count: number): AsyncGenerator<Buffer>;
  /** Reads on without looking: a channel is closed only when all has been read. */
  drain(): void;
}

/** What may wait to be read, in bytes, before the other side has to wait. */
const enough = 1_000_000;

export function readerOf(stream: Readable): Reader {
  let rest: Buffer = Buffer.alloc(0);
  const waiting: Buffer[] = [];
  let size = 0;
  let isOver = false;
  let isDrained = false;
  let wake = () => {};

  stream.on('data', (chunk: Buffer) => {
    if (isDrained) return;
    waiting.push(chunk);
    size += chunk.length;
    if (size > enough) stream.pause();
    wake();
  });
  for (const event of ['end', 'close'])
    stream.once(event, () => {
      isOver = true;
      wake();
    });

  /** False at the end of the stream. */
  const more = async (): Promise<boolean> => {
    while (waiting.length === 0 && !isOver) await new Promise<void>((next) => (wake = next));
    if (waiting.length === 0) return false;
    rest = Buffer.concat([rest, ...waiting.splice(0)]);
    size = 0;
    stream.resume();
    return true;
  };

  return {
    async line() {
      for (let from = 0; ;) {
        const end = rest.indexOf(0x0a, from);
        if (end >= 0) {
          const line = rest.toString('utf8', 0, end);
          rest = rest.subarray(end + 1);
          return line;
        }
        from = rest.length;
        if (!(await more())) return undefined;
      }
    },
    async *bytes(count) {
      for (let left = count; left > 0;) {
        if (rest.length === 0 && !(await more())) return;
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
    drain() {
      isDrained = true;
      stream.resume();
    },
  };
}
