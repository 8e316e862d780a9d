import { because, Failure, sealedAs, sealedId, type Call } from '@pileus/model';
import type { Data } from '@pileus/tosca';
import { Mask } from './mask.ts';

/** Where the secrets of a deployment are kept. */
export interface SecretKeeping {
  /** A name for a value that nobody can make without the key: 32 characters of base64url, the same for the same value. */
  nameOf(value: string): string;
  /** What is kept already, by name; a failure for what cannot be read. */
  readonly held: ReadonlyMap<string, Data | Failure>;
  /** Keeps what was sealed since. Absent where whoever asked for it does so. */
  keep?(made: ReadonlyMap<string, Data>): Promise<void>;
}

/**
 * The secrets of one deployment, while it is planned or changed. Everything that is kept or answered holds them sealed;
 * they are opened by {@link withOpen} for a cloud's call or a script, and where the language computes with them.
 */
export class Secrets {
  readonly #keeping: SecretKeeping;
  readonly #known: Map<string, Data | Failure>;
  readonly #made = new Map<string, Data>();
  readonly #mask = new Mask();

  constructor(keeping: SecretKeeping) {
    this.#keeping = keeping;
    this.#known = new Map(keeping.held);
  }

  /** Seals every text and number in a value. */
  readonly close = (value: Data): Data => {
    if (value === null || value === '' || typeof value === 'boolean' || sealedId(value) !== undefined) return value;
    if (Array.isArray(value)) return (value as readonly Data[]).map(this.close); // isArray forgets readonly arrays.
    if (typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, one]): [string, Data] => [name, this.close(one)]));
    }
    return this.#seal(value);
  };

  #seal(value: string | number): string {
    const name = this.#keeping.nameOf(JSON.stringify(value));
    if (!this.#known.has(name)) this.#made.set(name, value);
    this.#known.set(name, value);
    return sealedAs(name);
  }

  /** What is sealed in a value, opened; the value itself where nothing is. Throws `conflict` for what cannot be read. */
  readonly open = <T>(value: T): T => {
    const opened = mapped(value, (name) => this.#reveal(name));
    return opened === value ? value : (opened as T); // Of the same shape, with other texts in it.
  };

  /** The same, except that what cannot be read is empty: for looking at what there is, and for taking it away. */
  readable<T>(value: T): T {
    const readable = mapped(value, (name) => (this.#known.get(name) instanceof Failure ? '' : undefined));
    return readable === value ? value : (readable as T); // Of the same shape.
  }

  #reveal(name: string): Data {
    const value = this.#known.get(name);
    if (value instanceof Failure) throw value;
    if (value === undefined)
      throw new Failure('conflict', { what: because('a-secret'), reason: because('secret-gone') });
    this.#mask.add(typeof value === 'string' ? value : JSON.stringify(value));
    return value;
  }

  /** What a name stands for; undefined for what is not known here, or cannot be read. */
  named(name: string): Data | undefined {
    const value = this.#known.get(name);
    return value instanceof Failure ? undefined : value;
  }

  /** Seals what in a value from outside is one of these secrets, as a whole. */
  closeKnown(value: Data): Data {
    if (Array.isArray(value)) return (value as readonly Data[]).map((one) => this.closeKnown(one)); // isArray forgets readonly arrays.
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, one]): [string, Data] => [name, this.closeKnown(one)]),
      );
    if ((typeof value !== 'string' && typeof value !== 'number') || this.#known.size === 0) return value;
    const name = this.#keeping.nameOf(JSON.stringify(value));
    return this.#known.has(name) ? sealedAs(name) : value;
  }

  /** Whether something is sealed in a value. */
  isIn(value: unknown): boolean {
    if (sealedId(value) !== undefined) return true;
    if (Array.isArray(value)) return value.some((one) => this.isIn(one));
    return isPlain(value) && Object.values(value).some((one) => this.isIn(one));
  }

  /** A text from outside as it may be kept: sealed when it holds what was opened. */
  closeTelling(text: string): string {
    if (this.#mask.finds(text)) return this.#seal(text);
    // One that is too short to be looked for in a text may be the whole of it; a number is told as a text.
    const [known, number] = [this.closeKnown(text), Number(text)];
    if (known !== text) return known as string; // A sealed one is a text.
    return String(number) === text && this.closeKnown(number) !== number ? this.#seal(text) : text;
  }

  /** Masks what was opened. */
  readonly hide = (text: string): string => this.#mask.hide(text);

  /** Masks it in the log of a call. */
  lines(call: Call): ReturnType<Mask['lines']> {
    return this.#mask.lines(call);
  }

  /** Keeps what was sealed since. What is written down must be kept before. */
  async keep(): Promise<void> {
    if (this.#made.size === 0 || !this.#keeping.keep) return;
    const made = new Map(this.#made);
    await this.#keeping.keep(made);
    for (const name of made.keys()) this.#made.delete(name);
  }
}

/** A value with something else in place of what is sealed in it, where there is; itself where that is nothing. */
function mapped(value: unknown, other: (name: string) => unknown): unknown {
  const name = sealedId(value);
  if (name !== undefined) return other(name) ?? value;
  if (Array.isArray(value)) {
    const list = value.map((one: unknown) => mapped(one, other));
    return list.some((one, index) => one !== value[index]) ? list : value;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, mapped(one, other)] as const);
  return entries.some(([key, one]) => one !== value[key]) ? Object.fromEntries(entries) : value;
}

/** For what has no secrets. */
export const noSecrets = (): Secrets =>
  new Secrets({
    nameOf: () => {
      throw new Error('there is nowhere to keep a secret');
    },
    held: new Map(),
  });

/**
 * Does something outside with what is sealed in a value opened, and hides that in what comes back: lines of the log and
 * failures. The one place where secrets leave.
 */
export async function withOpen<T, R>(
  secrets: Secrets,
  value: T,
  call: Call,
  act: (open: T, call: Call) => Promise<R>,
): Promise<R> {
  const open = secrets.open(value);
  const lines = secrets.lines(call);
  try {
    return await act(open, lines.call);
  } catch (error) {
    throw hidden(error, secrets.hide);
  } finally {
    lines.end();
  }
}

/** An error without what was opened: a failure's facts and problems, and the words of any other. */
export function hidden(error: unknown, hide: (text: string) => string): unknown {
  if (error instanceof Failure) {
    const text = JSON.stringify(error);
    const shown = hideIn(error.toJSON(), hide);
    const { cause } = error;
    if (cause !== undefined) error.cause = hidden(cause, hide);
    return JSON.stringify(shown) === text ? error : Failure.from(shown, { cause: error.cause, unclear: error.unclear });
  }
  if (!(error instanceof Error)) return typeof error === 'string' ? hide(error) : error;
  const { message, stack, cause } = error;
  if (hide(message) !== message) error.message = hide(message);
  if (stack !== undefined && hide(stack) !== stack) error.stack = hide(stack);
  if (cause !== undefined) error.cause = hidden(cause, hide);
  return error;
}

/** The same with every text in it masked. */
export function hideIn<T>(value: T, hide: (text: string) => string): T {
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return hide(one);
    if (Array.isArray(one)) return one.map(walk);
    if (!isPlain(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T; // Of the same shape, with other texts in it.
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
