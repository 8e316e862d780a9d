import type { Command, CommanderError } from 'commander';
import { nearest } from './nearest.ts';
import type { Say } from './texts/texts.ts';

/** What commander found wrong with the command line, in the person's language and with the nearest right word. */
export function usageSentence(error: CommanderError, program: Command, words: readonly string[], say: Say): string {
  const what = /['‘]([^']+)['’]/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return withGuess(say('usage.unknownOption', { what }), what, optionsOf(reached(program, words)), say);
    case 'commander.unknownCommand':
      return withGuess(
        say('usage.unknownCommand', { what }),
        what,
        reached(program, words).commands.map((command) => command.name()),
        say,
      );
    case 'commander.missingArgument':
      return say('usage.missingArgument', { what: `<${what}>` });
    case 'commander.optionMissingArgument':
      return say('usage.missingValue', { what });
    case 'commander.missingMandatoryOptionValue':
      return say('usage.missingOption', { what });
    case 'commander.excessArguments':
      return say('usage.tooMany');
    case 'commander.invalidArgument':
      return invalidChoice(error.message, say);
    default:
      return error.message.replace(/^error: /, '');
  }
}

/** The command that the words lead to, as far as they do. */
export function reached(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((below) => below.name() === word);
    if (next) command = next;
  }
  return command;
}

export function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => (long ? [long] : []));
  return [...(command.parent ? optionsOf(command.parent) : ['--help']), ...own];
}

/** commander writes: error: option '-o, --output <format>' argument 'x' is invalid. Allowed choices are a, b. */
function invalidChoice(message: string, say: Say): string {
  const [, what = '', value = '', choices = ''] =
    /'([^']+)' argument '([^']*)' is invalid\. Allowed choices are (.*)\./.exec(message) ?? [];
  return what ? say('usage.badValue', { what, value, choices }) : message.replace(/^error: /, '');
}

/** Adds the nearest right word, where one is near. */
export function withGuess(sentence: string, given: string, known: readonly string[], say: Say): string {
  const what = nearest(given, known);
  return what === undefined ? sentence : `${sentence}. ${say('usage.didYouMean', { what })}`;
}
