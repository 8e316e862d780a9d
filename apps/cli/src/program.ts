import { Command, Option } from 'commander';
import type { Language } from '@pileus/model';
import { addCommands } from './commands.ts';
import { formats } from './output/output.ts';
import { width } from './output/width.ts';
import { sayIn, type Say } from './texts/texts.ts';

/**
 * The whole command tree, in one language. Building it loads no command: each loads its own code when it is called,
 * so that `--help` and completion answer at once.
 */
export function makeProgram(language: Language, version: string, signal: AbortSignal): Command {
  const say = sayIn(language);
  const program = new Command('pileus')
    .description(say('help.program'))
    .version(version, '-V, --version', say('help.version'))
    .addOption(new Option('-o, --output <format>', say('option.output')).choices([...formats]).default('table'))
    .option('--server <url>', say('option.server'))
    .option('--context <name>', say('option.context'))
    .option('--certificate-authority <file>', say('option.certificateAuthority'))
    .option('--because <reason>', say('option.because'))
    .addHelpText('after', `\n${say('help.environment')}`);
  addCommands(program, { language, say, signal });
  everywhere(program, (command) => inLanguage(command, say));
  return program;
}

function everywhere(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const below of command.commands) everywhere(below, change);
}

function inLanguage(command: Command, say: Say): void {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': say('help.usage'),
    'Arguments:': say('help.arguments'),
    'Options:': say('help.options'),
    'Commands:': say('help.commands'),
    'Global Options:': say('help.globalOptions'),
  };
  command
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .helpOption('-h, --help', say('help.help'))
    .configureHelp({ showGlobalOptions: true, displayWidth: width, styleTitle: (title) => titles[title] ?? title });
  if (command.commands.length > 0) command.helpCommand('help [command]', say('help.helpCommand'));
}
