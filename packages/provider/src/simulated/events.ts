import { appendFileSync, mkdirSync, openSync, closeSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { managedKinds } from '@pileus/model';
import { z } from 'zod';

const time = z.number();
const named = { kind: z.enum(managedKinds), ref: z.string() };

/** Everything that ever changes in a simulated cloud. */
export const Event = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('made'),
    ...named,
    token: z.string(),
    spec: z.unknown(),
    addresses: z.array(z.string()),
    createdAt: time,
    readyAt: time,
    fault: z.string().optional(),
  }),
  z.object({ is: z.literal('switched'), ref: z.string(), at: time, until: time, to: z.enum(['running', 'stopped']) }),
  z.object({
    is: z.literal('changed'),
    ...named,
    spec: z.unknown(),
    addresses: z.array(z.string()),
    at: time,
    until: time,
  }),
  z.object({ is: z.literal('deleted'), ...named, at: time, goneAt: time }),
]);
export type Event = z.infer<typeof Event>;

/** Where the events are. What counts is their order there, so several processes can share one cloud. */
export interface Events {
  append(event: Event): void;
  /** Tells what is new since the last look; everything again, after `startOver`, when the file was replaced. */
  catchUp(tell: (event: Event) => void, startOver: () => void): void;
  /** Whether they have become so many that it is worth to {@link compact} them. */
  readonly areMany: boolean;
  /** Replaces what is past by what it came to. What another process appends in this very instant is lost. */
  compact(events: readonly Event[]): void;
}

export function eventsInMemory(): Events {
  const unread: Event[] = [];
  return {
    append: (event) => void unread.push(event),
    catchUp(tell) {
      for (const event of unread.splice(0)) tell(event);
    },
    areMany: false,
    compact: () => {},
  };
}

/**
 * Events in a file, one JSON a line. A line is appended by a single write, so other processes see it whole, and a killed
 * one leaves it whole or leaves none. Synchronous, because the file is small and nothing may come in between.
 */
export function eventsInFile(path: string): Events {
  let inode = 0;
  let offset = 0;
  mkdirSync(dirname(path), { recursive: true });

  return {
    append: (event) => appendFileSync(path, `${JSON.stringify(event)}\n`),
    catchUp(tell, startOver) {
      const { ino, size } = statSync(path, { throwIfNoEntry: false }) ?? { ino: 0, size: 0 };
      if (ino !== inode || size < offset) {
        inode = ino;
        offset = 0;
        startOver();
      }
      if (size === offset) return;
      const text = readFrom(path, offset, size - offset);
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      offset += Buffer.byteLength(whole);
      for (const line of whole.split('\n')) {
        const event = parse(line);
        if (event) tell(event);
      }
    },
    get areMany() {
      return offset > 1_000_000;
    },
    compact(events) {
      const unfinished = `${path}.${process.pid}`;
      writeFileSync(unfinished, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      renameSync(unfinished, path);
    },
  };
}

function readFrom(path: string, offset: number, length: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const read = readSync(file, buffer, 0, length, offset);
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(file);
  }
}

/** A line torn by a power cut says nothing. */
function parse(line: string): Event | undefined {
  try {
    return Event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
