import type { TLSSocket } from 'node:tls';
import type { Say } from '../texts/texts.ts';
import { doubted } from './doubted.ts';
import { doubtAbout } from './meet.ts';
import type { Trust } from './trusts.ts';

/** A `fetch` that sends nothing to a server before it is known to be the one that is trusted. */
export async function fetchTrusting(server: string, trust: Trust, say: Say): Promise<typeof fetch> {
  const { Agent, buildConnector, fetch: send } = await import('undici');
  // Nobody's word is taken for it but that of who was told to be trusted, on every connection anew.
  const connect = buildConnector({
    maxCachedSessions: 0,
    ...('authority' in trust ? { ca: trust.authority } : { rejectUnauthorized: false }),
  });
  const dispatcher = new Agent({
    connect: (options, done) =>
      connect(options, (error, socket) => {
        if (error) return done(error, null);
        // Without TLS there is nobody to know: it is asked for by https:// alone.
        const doubt = doubtAbout(socket as TLSSocket, trust);
        if (doubt === undefined) return done(null, socket);
        socket.destroy();
        done(doubted(server, doubt, say), null);
      }),
  });
  // Node's own fetch is this one, of another version: the types differ in name only.
  const sending = send;
  return (input, init) => sending(input, { ...init, dispatcher });
}
