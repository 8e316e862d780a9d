import { exitCodes, Stop } from '../exit.ts';
import type { Say } from '../texts/texts.ts';
import type { Doubt } from './meet.ts';

/** Nothing is sent to a server that may be another one. */
export class Doubted extends Stop {
  constructor(message: string) {
    super(exitCodes.error, message);
    this.name = 'Doubted';
  }
}

/** Says why, and what to do. */
export function doubted(server: string, doubt: Doubt, say: Say): Doubted {
  switch (doubt) {
    case 'unknown':
      return new Doubted(say('trust.unknown', { server }));
    case 'changed':
      return new Doubted(say('trust.changed', { server }));
    case 'ended':
      return new Doubted(say('trust.ended', { server }));
    case 'early':
      return new Doubted(say('trust.early', { server }));
    case 'other-name':
      return new Doubted(say('trust.otherName', { server }));
    default:
      return new Doubted(say('trust.other', { server, detail: doubt }));
  }
}
