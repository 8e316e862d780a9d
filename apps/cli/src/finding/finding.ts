import type { AnswerOf } from '@pileus/api';
import { kindNames } from '@pileus/model/step-name';
import type { Context } from '../context.ts';
import { findAccount } from '../find.ts';
import { facts } from '../output/table.ts';
import { elapsed, moment, plain, stateWord } from '../output/values.ts';
import { isFollowed, watchRun, type WaitOptions } from '../run/watch.ts';
import { confirm } from '../values/ask.ts';

type Finding = AnswerOf<'get /accounts/{account}/findings'>['items'][number];
type Looked = AnswerOf<'get /findings/{finding}'>;

/** What sweeps of an account have found; only what a person has to decide about, unless all is asked for. */
export async function listFindings(context: Context, given: string, options: { readonly all?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findAccount(context, given);
  const { items } = await client.call('get /accounts/{account}/findings', { params: { account: id }, signal });
  const shown = options.all ? items : items.filter(isOpen);
  if (shown.length === 0) out.message(say(options.all ? 'finding.none' : 'finding.noneOpen', { name }));
  await out.list(
    shown,
    [
      { title: say('word.finding'), value: (finding) => finding.id },
      {
        title: say('word.found'),
        value: ({ is }) => say(`finding.is.${is}`),
        style: (finding) => (isOpen(finding) ? 'yellow' : 'gray'),
      },
      { title: say('word.kind'), value: ({ kind }) => kindNames[kind][context.language] },
      { title: say('word.name'), value: (finding) => finding.name },
      { title: say('word.ref'), value: ({ ref }) => ref },
      { title: say('word.deployment'), value: ({ deployment }) => deployment?.name ?? '' },
      { title: say('word.since'), value: ({ firstSeen }) => moment(firstSeen) },
      { title: say('word.outcome'), value: (finding) => outcome(context, finding) },
    ],
    (finding) => finding.id,
  );
  if (out.format === 'table' && shown.some(isOpen)) out.message(say('finding.next'));
}

/** Compares the cloud with what is written down, now. */
export async function sweepAccount(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findAccount(context, given);
  const swept = await client.call('post /accounts/{account}/sweep', { params: { account: id }, signal });
  await out.one(
    swept,
    () => name,
    ({ adopted, removed, reported }) => say('finding.swept', { adopted, removed, reported }),
  );
  if (out.format === 'table' && swept.reported > 0) out.message(say('finding.look', { name }));
}

export async function getFinding(context: Context, finding: string): Promise<void> {
  await context.out.one(
    await look(context, finding),
    ({ id }) => id,
    (shown) => drawFinding(context, shown),
  );
}

export async function ignoreFinding(
  context: Context,
  finding: string,
  options: { readonly note?: string; readonly undo?: true },
): Promise<void> {
  const { client, out, say, signal } = context;
  const body = { ignored: options.undo !== true, note: options.note ?? '' };
  const changed = await client.call('patch /findings/{finding}', { params: { finding }, body, signal });
  out.message(say(body.ignored ? 'finding.ignored' : 'finding.heeded', { name: changed.name }));
  await out.one(
    changed,
    ({ id }) => id,
    ({ id }) => id,
  );
}

/** Shows what the cloud has of it now, asks, and deletes exactly that. */
export async function deleteFinding(
  context: Context,
  finding: string,
  options: WaitOptions & { readonly yes?: true },
): Promise<void> {
  const { client, out, say, signal } = context;
  const found = await look(context, finding);
  out.message(`${drawFinding(context, found)}\n`);
  const name = found.resource?.name ?? found.name;
  const kind = kindNames[found.kind][context.language];
  if (!options.yes && !(await confirm(context, say('finding.askDelete', { kind, name }))))
    return out.message(say('plan.left'));
  const { run } = await client.call('post /findings/{finding}/delete', { params: { finding }, body: { name }, signal });
  if (!isFollowed(context, options)) out.message(say('instance.started', { run }));
  else await watchRun(context, run, options.timeout);
  await out.one(
    { run },
    () => run,
    () => run,
  );
}

function look({ client, signal }: Context, finding: string): Promise<Looked> {
  return client.call('get /findings/{finding}', { params: { finding }, signal });
}

/** Whether a person has to decide about it. */
function isOpen({ is, removedAt, ignored }: Finding): boolean {
  return is !== 'adopted' && removedAt === undefined && ignored === undefined;
}

function outcome({ say }: Context, { removedAt, removedBy, ignored, is }: Finding): string {
  if (removedAt !== undefined)
    return removedBy === undefined
      ? say('finding.deletedAgain', { at: moment(removedAt) })
      : say('finding.deletedBy', { at: moment(removedAt), by: removedBy });
  if (ignored) return say('finding.ignoredBy', { by: ignored.by, note: ignored.note });
  return is === 'adopted' ? '' : say('finding.open');
}

function drawFinding(context: Context, finding: Looked): string {
  const { language, out, say } = context;
  const { resource } = finding;
  return facts(
    [
      [say('word.finding'), finding.id],
      [say('word.found'), say(`finding.is.${finding.is}`)],
      [say('word.kind'), kindNames[finding.kind][language]],
      [say('word.name'), resource?.name ?? finding.name],
      [say('word.ref'), finding.ref],
      [say('word.deployment'), finding.deployment?.name],
      [say('word.since'), `${moment(finding.firstSeen)} (${elapsed(Date.now() - Date.parse(finding.firstSeen))})`],
      [say('word.outcome'), outcome(context, finding)],
      [say('word.atCloud'), resource ? stateWord(say, resource.state) : say('finding.gone')],
      ...Object.entries(resource?.details ?? {}).map(([name, value]) => [`  ${name}`, plain(value)] as const),
    ],
    out.colours,
  );
}
