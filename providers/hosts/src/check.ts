import { Failure, sentence, type Clock, type Text } from '@pileus/model';
import type { Check } from '@pileus/provider';
import type { Fleet, Machine, Survey } from './fleet.ts';

/** Tries the hosts side by side and says of each that fails what is wrong with it. */
export async function* check(fleet: Fleet, clock: Clock, signal: AbortSignal): AsyncGenerator<Check> {
  signal.throwIfAborted();
  const checks = fleet.machines.map((machine) => tryOne(fleet, machine, clock, signal));
  // All have begun; one that fails before its turn is not to count as nobody's.
  for (const one of checks) one.catch(() => {});
  for (const one of checks) yield await one;
}

async function tryOne(fleet: Fleet, machine: Machine, clock: Clock, signal: AbortSignal): Promise<Check> {
  const { name, host } = machine;
  const { user } = host.credential;
  const startedAt = clock.now();
  const { ok, detail } = await fleet.survey(machine, signal).then(
    (survey) => ({ ok: true, detail: found(survey) }),
    (error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      return { ok: false, detail: { en: sentence(error), 'zh-CN': sentence(error, 'zh-CN') } };
    },
  );
  const endpoint = `ssh://${user}@${host.address}:${host.port}`;
  return { service: name, ok, endpoint, detail, milliseconds: clock.now() - startedAt };
}

function found({ facts, claim }: Survey): Text {
  const gigabytes = Math.round(facts.megabytes / 1024);
  return {
    en: `${facts['os-name']}, ${facts.cores} cores, ${gigabytes} GB of memory, ${facts.gigabytes} GB of disk; scripts run as ${facts.user}; ${claim ? `taken by ${claim.name}` : 'free'}`,
    'zh-CN': `${facts['os-name']}，${facts.cores} 核，内存 ${gigabytes} GB，磁盘 ${facts.gigabytes} GB；脚本以 ${facts.user} 运行；${claim ? `已被 ${claim.name} 占用` : '空闲'}`,
  };
}
