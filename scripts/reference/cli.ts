import type { Command } from 'commander';
import { makeProgram } from '../../apps/cli/src/program.ts';
import { code, markdownTable } from './markdown.ts';

/** Every command, from the command tree that `--help` prints. */
export function cliPage(): string {
  const program = makeProgram('en', '', new AbortController().signal);
  const commands = leaves(program).filter((command) => !['help', 'complete'].includes(command.name()));
  const common = program.options.filter(({ long }) => long !== '--version');
  return `# Command line

From a checkout: \`npm run --silent pileus -- <command>\`. The same pages in the terminal, in English and Chinese: \`pileus <command> --help\`.

Data goes to standard output and messages to standard error; with \`-o json\`, standard output is JSON and nothing else.
Wherever a name is taken, an id is taken too.

What changes a deployment is planned and shown first. On a terminal you are asked whether to go ahead, unless ${code('--yes')} is given; in a
script the command itself is the word to go ahead, and only a new deployment (${code('deployment create')}) needs ${code('--yes')}.
With ${code('-o json')} the answer is ${code('{ deployment, run, plan }')}, after ${code('--wait')} with ${code('ended')}, the run as it ended; without a run there was
nothing to do.

Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 run failed, 124 timeout.

Sign-ins are kept in \`$XDG_CONFIG_HOME/pileus/contexts.json\` (readable by their owner only). ${code('PILEUS_SERVER')} and
${code('PILEUS_TOKEN')} go before them; ${code('PILEUS_PASSWORD')} is the password of \`pileus login --name\` where there is no terminal.
By what servers are known whose certificates no authority of this machine vouches for stands in \`servers.json\` beside it, and stays after a sign-out.

Options of every command:

${optionTable(common)}

${commands.map(section).join('\n\n')}`;
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function section(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name());
  const words = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const described = command.registeredArguments.map((argument) => [code(argument.name()), argument.description]);
  const parts = [`## ${names.join(' ')}`, `\`${[...names, ...words].join(' ')}\`: ${command.description()}`];
  if (described.length > 0) parts.push(markdownTable(['argument', 'meaning'], described));
  if (command.options.length > 0) parts.push(optionTable(command.options));
  return parts.join('\n\n');
}

function optionTable(options: Command['options']): string {
  const rows = options.map(({ flags, description, mandatory, argChoices, defaultValue }) => [
    code(flags) + (mandatory ? ' (needed)' : ''),
    description +
      (argChoices ? `: ${argChoices.map(code).join(' ')}` : '') +
      (defaultValue === undefined ? '' : `; ${code(String(defaultValue))} unless told`),
  ]);
  return markdownTable(['option', 'meaning'], rows);
}
