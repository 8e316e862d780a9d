import { eventKindNames } from '@pileus/api/kinds';
import { Option, type Command } from 'commander';
import { collecting, doing, limit, type Surroundings } from '../declare.ts';
import type { AddOptions, ListOptions, UpdateOptions } from './webhook.ts';

const webhooks = () => import('./webhook.ts');

/** Who is told by a request of ours when something has happened. */
export function addWebhooks(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('webhook').description(say('webhook.help'));
  noun
    .command('list')
    .description(say('webhook.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).listWebhooks(context)),
    );
  noun
    .command('add')
    .description(say('webhook.add'))
    .argument('<url>', say('webhook.url'))
    .requiredOption('--name <name>', say('webhook.name'))
    .requiredOption('--event <kind>', say('webhook.event', { kinds: eventKindNames.join(', ') }), collecting)
    .option('--project <project>', say('webhook.project'))
    .addOption(new Option('--format <format>', say('webhook.format')).choices(['standard', 'cloudevents']))
    .option('--in-order', say('webhook.inOrder'))
    .action((url: string, options: AddOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).addWebhook(context, url, options)),
    );
  noun
    .command('update')
    .description(say('webhook.update'))
    .argument('<webhook>', say('argument.webhook'))
    .option('--new-name <name>', say('webhook.newName'))
    .option('--url <url>', say('webhook.url'))
    .option('--event <kind>', say('webhook.event', { kinds: eventKindNames.join(', ') }), collecting)
    .option('--enable', say('webhook.enable'))
    .option('--disable', say('webhook.disable'))
    .action((webhook: string, options: UpdateOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).updateWebhook(context, webhook, options)),
    );
  noun
    .command('delete')
    .description(say('webhook.delete'))
    .argument('<webhook>', say('argument.webhook'))
    .option('-y, --yes', say('option.yes'))
    .action((webhook: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).deleteWebhook(context, webhook, options)),
    );
  noun
    .command('rotate')
    .description(say('webhook.rotate'))
    .argument('<webhook>', say('argument.webhook'))
    .action((webhook: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).rotateSecret(context, webhook)),
    );
  noun
    .command('test')
    .description(say('webhook.test'))
    .argument('<webhook>', say('argument.webhook'))
    .action((webhook: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).testWebhook(context, webhook)),
    );
  noun
    .command('deliveries')
    .description(say('webhook.deliveries'))
    .argument('<webhook>', say('argument.webhook'))
    .argument('[delivery]', say('argument.delivery'))
    .addOption(new Option('--state <state>', say('webhook.state')).choices(['waiting', 'delivered', 'failed']))
    .addOption(limit(say).default(50))
    .action((webhook: string, delivery: string | undefined, options: ListOptions, command: Command) =>
      doing(here, command, {}, async (context) =>
        delivery === undefined
          ? (await webhooks()).listDeliveries(context, webhook, options)
          : (await webhooks()).getDelivery(context, webhook, delivery),
      ),
    );
  noun
    .command('resend')
    .description(say('webhook.resend'))
    .argument('<webhook>', say('argument.webhook'))
    .argument('<delivery>', say('argument.delivery'))
    .action((webhook: string, delivery: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await webhooks()).resend(context, webhook, delivery)),
    );
}
