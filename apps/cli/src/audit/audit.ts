import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { findProject } from '../find.ts';
import { moment, stateStyle, stateWord } from '../output/values.ts';
import { collect } from '../pages.ts';
import { instant } from '../values/instant.ts';

export interface AuditFilter {
  readonly user?: string;
  readonly action?: string;
  readonly result?: 'ok' | 'refused' | 'failed';
  readonly project?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
}

export interface AuditOptions extends AuditFilter {
  readonly limit: number;
}

export async function listAudit(context: Context, options: AuditOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const filter = await filterOf(context, options);
  const { items, more } = await collect(
    (cursor, limit) => client.call('get /audit', { query: { ...filter, cursor, limit }, signal }),
    options.limit,
  );
  await out.list(
    items,
    [
      { title: say('word.user'), value: ({ user }) => user },
      { title: say('word.action'), value: ({ action }) => action },
      { title: say('word.ip'), value: ({ ip }) => ip },
      { title: say('word.time'), value: ({ at }) => moment(at) },
      {
        title: say('word.result'),
        value: ({ result }) => stateWord(say, result),
        style: ({ result }) => stateStyle(result),
      },
      { title: say('word.subject'), value: ({ target, subject }) => target?.name ?? target?.id ?? subject ?? '' },
      { title: say('word.reason'), value: ({ reason }) => reason ?? '' },
    ],
    ({ id }) => id,
  );
  if (more) out.message(say('list.more'));
}

/** As the API takes it. */
export async function filterOf(context: Context, options: AuditFilter) {
  const { say } = context;
  return {
    user: options.user,
    action: options.action,
    result: options.result,
    project: options.project && (await projectId(context, options.project)),
    target: options.target,
    from: instant(options.from, say),
    to: instant(options.to, say),
    q: options.search,
  };
}

/** What was done in a project that is gone is found by its id. */
async function projectId(context: Context, given: string): Promise<string> {
  return given.startsWith('prj-') ? given : (await findProject(context, given)).id;
}

/** Whether the operation log is as it was written; ends with 1 when it is not. */
export async function verifyAudit({ client, out, say, signal }: Context): Promise<void> {
  const found = await client.call('get /audit/verify', { signal });
  await out.one(
    found,
    ({ ok }) => String(ok),
    ({ rows, ok, broken, head }) =>
      ok
        ? say('audit.whole', { rows, number: head.number, digest: head.digest.slice(0, 16) })
        : broken.map(({ number, is }) => say(`audit.${is}`, { number })).join('\n'),
  );
  if (!found.ok) throw new Stop(exitCodes.error, say('audit.broken', { rows: found.rows, count: found.broken.length }));
}
