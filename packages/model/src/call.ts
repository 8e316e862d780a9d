/** What a step hands to the code that touches the world outside. */
export interface Call {
  /** Names this attempt's effect: the same token twice must make one thing. At most 64 ASCII characters. */
  readonly token: string;
  /**
   * Until when an earlier attempt under this token, whose outcome is not known (a crash, a lost reply), may still have
   * sent its request, by the clock of this process as it goes now.
   */
  readonly unclearSince?: Date | undefined;
  /**
   * Set where what is known may be of an earlier time than what was done (the database was restored): an attempt may have
   * been made under a later token too, of which nothing is known any more.
   */
  readonly isStale?: true | undefined;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /**
   * Aborted when the run is cancelled, its time is up, or this worker has lost the run. Take it anew before each request:
   * that is when it is seen whether the process was stopped for longer than its lease.
   */
  readonly signal: AbortSignal;
  /** Adds a line to the run's log; it is shown live. */
  log(line: string, stream?: LogStream): void;
}

/** `out` and `err` are what a script printed; `note` is what the platform itself has to say. */
export type LogStream = 'out' | 'err' | 'note';

/** A call for use outside a run (tests, an account check, a button's direct action). */
export function plainCall(token: string, signal: AbortSignal = new AbortController().signal): Call {
  return { token, attempt: 1, signal, log: () => {} };
}
