/** One thing in an archive, before anyone has looked at whether it may be there. */
export interface ArchiveEntry {
  /** As written in the archive. */
  readonly path: string;
  readonly is: 'file' | 'folder' | 'link' | 'device';
  /** What the archive says the file holds. */
  readonly bytes: number;
  /** What it takes in the archive. */
  readonly packed: number;
  /** At most `most` bytes; more is refused while unpacking. */
  content(most: number): Uint8Array;
}

/** Why an archive, or one file in it, is not taken. */
export class Refusal extends Error {
  readonly path: string;
  readonly rule: 'bad-archive' | 'package-limit' | 'bad-path';

  constructor(rule: Refusal['rule'], message: string, path = '') {
    super(message);
    this.name = 'Refusal';
    this.rule = rule;
    this.path = path;
  }
}

/** The archive ends where it should not, or says what cannot be. */
export function damaged(what: string, path = ''): Refusal {
  return new Refusal('bad-archive', `The archive is damaged: ${what}. Pack it again`, path);
}
