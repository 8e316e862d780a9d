import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { optionsOf, reached } from '../usage-error.ts';
import type { Say } from '../texts/texts.ts';

/** Scripts that hand the words typed so far to `pileus complete` and offer what it prints. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_pileus() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(pileus complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pileus pileus`,
  zsh: `#compdef pileus
_pileus() {
  local -a found
  found=("\${(@f)$(pileus complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _pileus pileus`,
  fish: `complete -c pileus -f -a '(pileus complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

export function printScript(shell: string, say: Say): void {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (!script)
    throw usage(say('usage.badValue', { what: '<shell>', value: shell, choices: Object.keys(scripts).join(', ') }));
  process.stdout.write(`${script}\n`);
}

/** Prints what may come next, one a line: commands, options, or names the server knows. The last word is being typed. */
export async function printCandidates(context: Context, program: Command, words: readonly string[]): Promise<void> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const candidates = await candidatesFor(context, reached(program, before), before, typed);
  for (const candidate of candidates) if (candidate.startsWith(typed)) context.out.line(candidate);
}

async function candidatesFor(
  context: Context,
  command: Command,
  before: readonly string[],
  typed: string,
): Promise<string[]> {
  const last = before.at(-1) ?? '';
  const option = command.options.find(({ short, long }) => last !== '' && (short === last || long === last));
  if (option?.required) return option.argChoices ? [...option.argChoices] : names(context, option.attributeName());
  if (typed.startsWith('-')) return optionsOf(command);
  if (command.commands.length > 0)
    return command.commands.map((below) => below.name()).filter((name) => name !== 'complete');
  const given = argumentsGiven(command, before);
  const next = command.registeredArguments[Math.min(given.length, command.registeredArguments.length - 1)];
  return names(context, next?.name() ?? '', given[0]);
}

/** The words that are arguments of the command: neither its name nor an option nor an option's value. */
function argumentsGiven(command: Command, before: readonly string[]): string[] {
  const words = before.slice(before.indexOf(command.name()) + 1);
  const takesValue = (word: string | undefined) =>
    command.options.some(
      ({ short, long, required }) => required && word !== undefined && (short === word || long === word),
    );
  return words.filter((word, at) => !word.startsWith('-') && !takesValue(words[at - 1]));
}

/** Names for an argument or option that is called after a kind of thing. `first` is the argument before it. */
async function names(context: Context, kind: string, first?: string): Promise<string[]> {
  const { client, signal } = context;
  const query = { limit: 200 };
  try {
    switch (kind) {
      case 'account':
        return (await client.call('get /accounts', { query, signal })).items.map(({ name }) => name);
      case 'template':
        return (await client.call('get /templates', { query, signal })).items.map(({ name }) => name);
      case 'deployment':
        return (await client.call('get /deployments', { query, signal })).items.map(({ name }) => name);
      case 'node=count': {
        const { findDeployment } = await import('../find.ts');
        const { id: deployment } = await findDeployment(context, first ?? '');
        const { scaling } = await client.call('get /deployments/{deployment}', { params: { deployment }, signal });
        return scaling.map(({ node, count }) => `${node}=${count}`);
      }
      case 'workflow': {
        const { findDeployment } = await import('../find.ts');
        const { id: deployment } = await findDeployment(context, first ?? '');
        const answer = await client.call('get /deployments/{deployment}/workflows', { params: { deployment }, signal });
        return answer.items.map(({ name }) => name);
      }
      case 'node': {
        const { findDeployment } = await import('../find.ts');
        const { id: deployment } = await findDeployment(context, first ?? '');
        const found = await client.call('get /deployments/{deployment}', { params: { deployment }, signal });
        return found.nodeInstances.filter(({ state }) => state !== 'deleted').map(({ node }) => node);
      }
      case 'provider':
        return (await client.call('get /providers', { signal })).items.map(({ id }) => id);
      case 'run':
        return (await client.call('get /runs', { query, signal })).items.map(({ id }) => id);
      case 'instance':
        return (await client.call('get /instances', { query, signal })).items.map(({ nodeInstance }) => nodeInstance);
      case 'shell':
        return Object.keys(scripts);
      default:
        return [];
    }
  } catch {
    // No server, or not signed in: there is nothing to offer, and a completion must stay silent.
    return [];
  }
}
