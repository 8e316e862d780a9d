import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds, systemClock } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { supportMatrix, type Provider, type Support } from '@pileus/provider';
import { providers } from '../../apps/server/src/providers.ts';
import { z } from 'zod';
import { code, markdownTable } from './markdown.ts';

/** Accounts good enough to connect with, where an empty one is not; connecting asks nothing of the cloud yet. */
const accounts: Readonly<Record<string, object>> = {
  openstack: { url: 'http://127.0.0.1:5000/v3', user: 'u', password: 'p', project: 'p' },
  hosts: { hosts: [{ address: '192.0.2.1' }], password: 'p' },
};
const outbound = createOutbound();
const samples = providers.map((provider) => ({ provider, account: accounts[provider.id] ?? {} }));

/** What each provider can do, read off the drivers it has. */
export async function providerSupportPage(): Promise<string> {
  const matrices = await Promise.all(samples.map(async (sample) => ({ ...sample, support: await supportOf(sample) })));
  const titles = ['kind', ...samples.map(({ provider }) => provider.title.en)];
  const rows = kinds.map((kind) => [
    code(kind),
    ...matrices.map(({ support }) => cell(support.find((row) => row.kind === kind))),
  ]);
  const changes = kinds.flatMap((kind) => {
    const fields = matrices.map(({ support }) => support.find((row) => row.kind === kind)?.changeable ?? []);
    return fields.flat().length > 0 ? [[code(kind), ...fields.map((its) => its.map(code).join(', ') || '–')]] : [];
  });
  return `# Provider support

What a provider can do is what its drivers have: this page is read off them, and the conformance kit in
\`packages/provider\` tries each promise against each provider.

*Once* says how creating twice makes one: by the cloud's own **token**, by a **claim** that can exist only once, or by a
**look-up** after the time in which the cloud's lists may lag.

${markdownTable(titles, rows)}

## What is changed in place

Fields of the spec that a driver changes in the resource that is there. Where another one differs, a new resource is made.

${markdownTable(titles, changes)}

${samples.map(({ provider }) => accountSection(provider)).join('\n\n')}`;
}

async function supportOf({ provider, account }: (typeof samples)[number]): Promise<Support[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pileus-docs-'));
  const connection = provider.connect(provider.account.parse(account), { clock: systemClock, directory, outbound });
  try {
    return supportMatrix(connection);
  } finally {
    await connection.close?.();
    await rm(directory, { recursive: true, force: true });
  }
}

function cell(support: Support | undefined): string {
  if (!support) return '–';
  const once =
    support.once === undefined ? '' : `; once by ${support.once}${support.lag ? ` after ${support.lag / 1000} s` : ''}`;
  return support.operations.join(', ') + once;
}

interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly title?: string | { readonly en: string; readonly 'zh-CN': string };
  readonly help?: string | { readonly en: string };
}

function accountSection({ id, title, account }: Provider): string {
  // What zod makes is JSON Schema, with the form's own keywords beside it.
  const schema = z.toJSONSchema(account, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Readonly<Record<string, Field>>;
    required?: readonly string[];
  };
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    code(name) + (field.secret ? ' (secret)' : ''),
    code(field.enum?.join(' | ') ?? field.type ?? 'string'),
    schema.required?.includes(name) ? 'yes' : field.default === undefined ? '' : code(JSON.stringify(field.default)),
    [text(field.title), text(field.help)].filter(Boolean).join(': '),
  ]);
  const heading = `## An account of ${title.en} (\`${id}\`)`;
  return rows.length === 0
    ? `${heading}\n\nNeeds no settings.`
    : `${heading}\n\n${markdownTable(['setting', 'type', 'needed, or default', 'meaning'], rows)}`;
}

const text = (value: Field['title'] | Field['help']): string => (typeof value === 'string' ? value : (value?.en ?? ''));
