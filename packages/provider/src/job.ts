import { normalize } from 'node:path';
import { because, Failure, type Call } from '@pileus/model';
import type { Job } from './provider.ts';

/** What every shell that really runs scripts makes of a job. */
export interface Prepared {
  /** The program and its arguments, to be run in the directory of the files. */
  readonly command: readonly [program: string, ...words: string[]];
  /** By path relative to that directory. */
  readonly files: ReadonlyMap<string, PreparedFile>;
}

export interface PreparedFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Throws `invalid` for a job that makes no sense. */
export function prepareJob(job: Job): Prepared {
  const script = job.files.get(job.script);
  if (!script) throw invalid(job, `${job.script} is not among its files`);
  const path = pathInside(job.script, job);
  const { program, withInputs } = interpreterOf(path, script);
  const files = new Map<string, PreparedFile>();
  for (const [name, content] of job.files) {
    const mode = name === job.script || startsWithShebang(content) ? 0o755 : 0o644;
    files.set(pathInside(name, job), { content, mode });
  }
  if (!withInputs) return { command: [...program, `./${path}`], files };
  const content = new TextEncoder().encode(JSON.stringify(job.environment));
  files.set(inputsFile, { content, mode: 0o600 });
  return { command: [...program, '--extra-vars', `@${inputsFile}`, `./${path}`], files };
}

/** A path of a job's file, made sure to lead nowhere else. */
function pathInside(path: string, job: Job): string {
  const clean = normalize(path);
  if (clean.startsWith('/') || clean === '..' || clean.startsWith('../') || clean.includes('\0'))
    throw invalid(job, `${path} leads out of its directory`);
  return clean;
}

/** A playbook finds its inputs as variables; a file, since arguments can be seen by everybody on the host. */
const inputsFile = '.pileus-inputs.json';

type Interpreter = { readonly program: readonly [] | readonly [string, ...string[]]; readonly withInputs?: true };

const byExtension: Readonly<Record<string, Interpreter>> = {
  sh: { program: ['sh'] },
  bash: { program: ['bash'] },
  py: { program: ['python3'] },
  pl: { program: ['perl'] },
  yml: { program: ['ansible-playbook', '-i', 'localhost,', '-c', 'local'], withInputs: true },
  yaml: { program: ['ansible-playbook', '-i', 'localhost,', '-c', 'local'], withInputs: true },
};

/**
 * What runs a script: its first line (`#!…`), else its extension; anything else is run as a program. The interpreter is
 * called by its name rather than by the kernel, so that scripts also run from a disk that is mounted `noexec`.
 */
function interpreterOf(path: string, content: Uint8Array): Interpreter {
  const shebang = shebangOf(content);
  if (shebang) return { program: shebang };
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return byExtension[extension] ?? { program: [] };
}

function shebangOf(content: Uint8Array): [string, ...string[]] | undefined {
  if (!startsWithShebang(content)) return undefined;
  const [line = ''] = Buffer.from(content.subarray(2, 258)).toString().split('\n');
  // As in execve(2): what follows the interpreter is one argument.
  const [, program, argument] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  if (!program) return undefined;
  return argument ? [program, argument] : [program];
}

function startsWithShebang(content: Uint8Array): boolean {
  return content[0] === 0x23 && content[1] === 0x21; // #!
}

/** The outputs a script wrote, `name=value` a line. */
export function parseOutputs(text: string, call: Call): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) outputs[line.slice(0, equals).trim()] = line.slice(equals + 1);
    else if (line.trim()) call.log(`Not an output (name=value): ${line}`, 'note');
  }
  return outputs;
}

/**
 * Whether an abort says that the script should end, by cancelling or by a time limit. It should not when the run has
 * only left this worker: the next one joins the script.
 */
export function endsScript(reason: unknown): boolean {
  if (reason instanceof Failure) return reason.code === 'cancelled' || reason.code === 'timed-out';
  return reason instanceof DOMException;
}

/** What a script needs is not installed on its host. */
export function lacksInterpreter(job: Job, host: string, program: string): Failure {
  const what = because('run-without', { script: job.script, program });
  return new Failure('not-supported', { provider: host, what });
}

export function scriptTimedOut(job: Job): Failure {
  return new Failure('timed-out', { what: job.name, limit: `${Math.round(job.within / 100) / 10} s` });
}

function invalid(job: Job, reason: string): Failure {
  return new Failure('invalid', { what: job.name, reason });
}
