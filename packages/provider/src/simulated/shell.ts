import { because, Failure, milliseconds, type Clock, type Ref } from '@pileus/model';
import type { Shell } from '../provider.ts';
import type { Cloud } from './cloud.ts';

/** Says what it would run, so that a template can be tried; nothing is run and no outputs come back. */
export function pretendedShell(server: Ref, cloud: Cloud, clock: Clock): Shell {
  return {
    async run(job, call) {
      call.signal.throwIfAborted();
      const found = cloud.read('server', server, clock.now());
      if (!found) throw new Failure('not-found', { kind: 'server', id: server });
      if (found.state !== 'running')
        throw new Failure('conflict', { what: found.name, reason: because('in-state', { state: found.state }) });
      const script = new TextDecoder().decode(job.files.get(job.script));
      const inputs = Object.keys(job.environment).toSorted().join(', ') || 'none';
      call.log(
        `Simulated: nothing is run. On ${found.name} this would run ${job.script} with inputs ${inputs}:`,
        'note',
      );
      for (const line of script.trimEnd().split('\n')) call.log(`  ${line}`, 'note');
      await clock.sleep(milliseconds(300), call.signal);
      return {};
    },
  };
}
