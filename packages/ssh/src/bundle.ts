import type { Call } from '@pileus/model';
import type { Job, Prepared } from '@pileus/provider';
import { hostTools } from './programs.ts';
import { quote } from './remote.ts';
import { tarOf } from './tar.ts';

/** Comes last in an archive: where it is, everything is. */
const whole = ['whole', { content: new Uint8Array(), mode: 0o600 }] as const;

/** Everything a job needs on its host: its files, its inputs and our tools, as a tar archive. */
export async function bundleOf(
  job: Job,
  { command, files }: Prepared,
  environment: Readonly<Record<string, string>>,
  call: Call,
  now: number,
): Promise<Buffer> {
  const tools = [...(await hostTools())].map(([name, text]) => [`bin/${name}`, file(text, 0o755)] as const);
  const given = [...assignments(job.environment, call), ...assignments(environment, call)];
  given.push(`set -- ${command.map(quote).join(' ')}`);
  const all = [
    ...[...files].map(([path, each]) => [`files/${path}`, each] as const),
    ...tools,
    ['given', file(given.map((line) => `${line}\n`).join(''), 0o600)] as const,
    ['outputs', file('', 0o600)] as const,
    whole,
  ];
  return tarOf(all, now);
}

/** Files alone. */
export function archiveOf(files: ReadonlyMap<string, Uint8Array>): Buffer {
  return tarOf([...[...files].map(([path, content]) => [`files/${path}`, { content, mode: 0o644 }] as const), whole]);
}

function assignments(environment: Readonly<Record<string, string>>, call: Call): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (/^[A-Za-z_]\w*$/.test(name)) return `export ${name}=${quote(value)}`;
    call.log(`The input ${name} is left out: a variable's name is made of letters, digits and underscores`, 'note');
    return [];
  });
}

function file(text: string, mode: number) {
  return { content: Buffer.from(text), mode };
}
