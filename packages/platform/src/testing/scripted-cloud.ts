import { Failure } from '@pileus/model';
import { defineProvider, simulated, type Job, type Shell } from '@pileus/provider';

/** What scripts were run, in order: the job's name with its inputs, e.g. `Run Standard.start of web: PORT=80`. */
export interface Scripts {
  readonly ran: string[];
  readonly jobs: Job[];
  /** The inputs of the last script of this name. */
  inputsOf(name: string): Readonly<Record<string, string>> | undefined;
}

/**
 * The simulated cloud, on whose servers scripts answer: a line `name=$INPUT text` sets an output, `fail` fails, `fail once`
 * the first time it is among the jobs, `fail if INPUT` where that input is `yes`.
 */
export function scriptedCloud() {
  const jobs: Job[] = [];
  const shell: Shell = {
    async run(job, call) {
      call.signal.throwIfAborted();
      const isFirst = !jobs.some(({ name }) => name === job.name);
      jobs.push(job);
      const outputs: Record<string, string> = {};
      for (const line of new TextDecoder().decode(job.files.get(job.script)).split('\n')) {
        const [, when] = /^fail(?: (.*))?$/.exec(line) ?? [];
        const asked = when?.startsWith('if ') && job.environment[when.slice(3)] === 'yes';
        if (line === 'fail' || (when === 'once' && isFirst) || asked)
          throw new Failure('script-failed', { script: job.script, code: 1 });
        const [, name, text = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
        if (name) outputs[name] = text.replace(/\$(\w+)/g, (_, input: string) => job.environment[input] ?? '');
      }
      return outputs;
    },
  };
  const provider = defineProvider({
    ...simulated,
    connect: (account, surroundings) => ({ ...simulated.connect(account, surroundings), shell: () => shell }),
  });
  const scripts: Scripts = {
    jobs,
    get ran() {
      return jobs.map(({ name, environment }) => {
        const inputs = Object.entries(environment).map(([key, value]) => ` ${key}=${value}`);
        return `${name.replace(/^Run /, '')}${inputs.join('')}`;
      });
    },
    inputsOf: (name) => jobs.findLast((job) => job.name === `Run ${name}`)?.environment,
  };
  return { provider, scripts };
}
