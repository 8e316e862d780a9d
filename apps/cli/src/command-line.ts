import { CommanderError } from 'commander';
import { exitCodes, exitCodeOf, Stop, type ExitCode } from './exit.ts';
import { makeProgram } from './program.ts';
import { languageOf } from './texts/language.ts';
import { sayIn } from './texts/texts.ts';
import manifest from '../package.json' with { type: 'json' };

const language = languageOf(process.env);
const say = sayIn(language);
const interrupted = new AbortController();

process.once('SIGINT', () => interrupted.abort(new Stop(exitCodes.interrupted, '')));
process.once('SIGTERM', () => interrupted.abort(new Stop(exitCodes.interrupted, '')));
// The reader of a pipe may go away early: `pileus audit list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

const words = process.argv.slice(2);
const program = makeProgram(language, manifest.version, interrupted.signal);
try {
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
} catch (error) {
  process.exitCode = await report(error);
}

/** Says on standard error what went wrong, and answers the exit code it deserves. */
async function report(error: unknown): Promise<ExitCode> {
  if (error instanceof CommanderError) return reportUsage(error);
  if (error instanceof Stop) return tell(error.message, error.exitCode);
  if (interrupted.signal.aborted) return exitCodes.interrupted;
  const { ApiProblem } = await import('@pileus/api/client');
  if (error instanceof ApiProblem) {
    const { problemSentence } = await import('./problem.ts');
    return tell(problemSentence(error, language, say), exitCodeOf(error));
  }
  return tell(
    say('message.bug', { detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    exitCodes.error,
  );
}

async function reportUsage(error: CommanderError): Promise<ExitCode> {
  if (error.exitCode === 0) return exitCodes.ok;
  // A noun without a verb: its help was shown.
  if (error.code === 'commander.help') return exitCodes.usage;
  const { reached, usageSentence } = await import('./usage-error.ts');
  const names = [];
  for (let command = reached(program, words); ; command = command.parent) {
    names.unshift(command.name());
    if (!command.parent) break;
  }
  return tell(
    `${usageSentence(error, program, words, say)}\n${say('message.seeHelp', { command: names.join(' ') })}`,
    exitCodes.usage,
  );
}

function tell(message: string, code: ExitCode): ExitCode {
  if (message) process.stderr.write(`${say('message.error')}: ${message}\n`);
  return code;
}
