import { because, Failure, minutes, seconds, stepName } from '@pileus/model';
import { defineRun, type Json, type RunDefinition } from '@pileus/engine';
import { verbs, type Verb } from '@pileus/provider';
import { z } from 'zod';
import { seen, type World } from './world.ts';

const wanted: Readonly<Record<Verb, 'running' | 'stopped'>> = { start: 'running', stop: 'stopped', reboot: 'running' };

/** Starts, stops or reboots one server. */
export function operateRun(world: World): RunDefinition<{ resource: string; verb: Verb }> {
  return defineRun({
    name: 'instance.operate',
    input: z.object({ resource: z.string(), verb: z.enum(verbs) }),
    async tell(run, { resource: id, verb }) {
      const { connection, kind, ref, name, deployment, step } = await world.resource(id);
      const driver = connection.drivers[kind];
      const act = driver?.[verb]?.bind(driver);
      if (!driver || !act) throw new Failure('not-supported', { provider: name, what: because(`do-${verb}`) });
      await run.step({ key: verb, name: stepName(verb, { name }) }, (call) => act(ref, call));
      await run.until<Json & object>(
        {
          key: 'settled',
          name: stepName(wanted[verb], { name }),
          within: minutes(10),
          pause: seconds(0.5),
          record: (observed) => [seen(deployment, step, observed as never)],
        },
        async ({ signal }) => {
          const observed = await driver.read(ref, signal);
          if (!observed) throw new Failure('not-found', { kind, id: ref });
          return observed.state === wanted[verb] ? (JSON.parse(JSON.stringify(observed)) as Json & object) : undefined;
        },
      );
    },
  });
}
