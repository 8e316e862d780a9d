import { Failure, milliseconds, type Call, type Clock, type Ref } from '@pileus/model';
import type { Server } from './answers.ts';
import type { Service } from './client.ts';
import { gone, type Collection } from './collection.ts';
import { failure, provider } from './reason.ts';
import { stateOf } from './server-state.ts';

/** What is needed to change a server's flavor. */
export interface Resizing {
  readonly compute: Service;
  readonly all: Collection<Server>;
  readonly clock: Clock;
  flavorOf(server: Server): Promise<Ref | undefined>;
}

/**
 * Gives a server another flavor. Nova does so in two steps: it resizes the server, which then waits in `VERIFY_RESIZE`
 * until somebody confirms. Each look decides anew what is next, so it does not matter where an earlier attempt ended.
 */
export async function resize(resizing: Resizing, ref: Ref, flavor: Ref, call: Call): Promise<void> {
  const { compute, all, clock, flavorOf } = resizing;
  let isAsked = false;
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 5_000)) {
    const server = await all.read(ref, call.signal);
    if (!server) throw gone('server', ref);
    if (server.status === 'ERROR') throw failed(server, server.fault?.message || 'it is in the state ERROR');
    const isSo = (await flavorOf(server)) === flavor;
    if (server.status === 'VERIFY_RESIZE') {
      // One to another flavor, that was cut off: confirmed it makes room for this one.
      if ((await confirm(resizing, ref, call)) && isSo) return;
    } else if (atRest.has(server.status) && !server['OS-EXT-STS:task_state']) {
      if (isSo) return;
      if (isAsked) throw failed(server, 'the cloud has put it back to its former flavor; its log of actions says why');
      await ask(resizing, ref, flavor, call);
      isAsked = true;
    } else if (stateOf(server) === 'stopped') {
      // Paused, suspended, shelved: none of these ends by itself.
      const detail = `${compute.title}: the server is ${server.status}; start it, or stop it, and try again`;
      throw failure('provider-conflict', detail);
    }
    await clock.sleep(milliseconds(pause), call.signal);
  }
}

const atRest = new Set(['ACTIVE', 'SHUTOFF']);

async function ask({ compute }: Resizing, ref: Ref, flavor: Ref, { signal, log }: Call): Promise<void> {
  log(`Asking Nova for another flavor; it copies the disk, which takes its time`, 'note');
  await compute.send('POST', { path: pathOf(ref), body: { resize: { flavorRef: flavor } } }, signal);
}

/** Whether it is confirmed: Nova refuses while the resize is not quite done, and when it was confirmed an instant ago. */
async function confirm({ compute }: Resizing, ref: Ref, { signal }: Call): Promise<boolean> {
  const body = { confirmResize: null };
  const answer = await compute.send('POST', { path: pathOf(ref), body, or: [400, 404, 409] }, signal);
  return answer.status < 400;
}

const pathOf = (ref: Ref): string => `servers/${encodeURIComponent(ref)}/action`;

function failed({ name }: Server, detail: string): Failure {
  const said = `${provider} could not change its flavor: ${detail}`;
  return new Failure('resource-failed', { kind: 'server', name, detail: said });
}
