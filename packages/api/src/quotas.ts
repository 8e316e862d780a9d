import { measures, millionths, type Measure } from '@pileus/model';
import { z } from 'zod';
import { endpoint, id } from './endpoint.ts';

const shapeOf = <S extends z.ZodType>(schema: S) =>
  Object.fromEntries(measures.map((measure) => [measure, schema])) as Record<Measure, S>; // one for each, by construction

const count = z.number().int();
const limit = z.number().int().min(0).max(1_000_000_000);
const Money = z.object({ currency: z.string(), perMonth: z.string() });
const MoneyLimit = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/, 'A currency is three capital letters: CNY'),
  /** Digits, and at most six after the point, as text. */
  perMonth: z
    .string()
    .refine((text) => (millionths(text) ?? -1n) >= 0n, 'An amount is digits and at most six after the point: 1000.50'),
});

/** How much there is. Memory is `megabytes` (MiB), volumes come to `gigabytes` (GiB); money by currency. */
const Used = z.object({ ...shapeOf(count), money: z.array(Money) });
/** How much there may be; what is absent has no limit. */
const Limits = z.object({ ...shapeOf(limit.optional()), money: Money.optional() });

export const QuotaView = z.object({ limits: Limits, used: Used });

/** What a plan asks of a quota: `asked` is added to `used`, or given back where it is less than nothing. */
export const AskedQuotaView = QuotaView.extend({
  of: z.object({ kind: z.enum(['organization', 'project']), id, name: z.string() }),
  asked: Used,
});

/** Limits that are not given stay; null takes one away. */
const Changes = z.object({ ...shapeOf(limit.nullable().optional()), money: MoneyLimit.nullable().optional() });

const project = z.object({ project: id });
const organization = z.object({ organization: id });

export const quotas = [
  endpoint({
    method: 'get',
    path: '/projects/{project}/quota',
    summary: 'How much a project has, and how much it may have',
    permission: 'project.read',
    params: project,
    answer: QuotaView,
    versioned: { besides: ['used'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/projects/{project}/quota',
    summary: 'Set how much a project may have. Below what it has, nothing goes away, and nothing more comes',
    permission: 'project.quota',
    action: 'QUOTA_UPDATE',
    params: project,
    body: Changes,
    answer: QuotaView,
    dryRun: true,
    fails: ['invalid', 'not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/organizations/{organization}/quota',
    summary: 'How much all projects of an organization have together, and how much they may have',
    permission: 'organization.read',
    params: organization,
    answer: QuotaView,
    versioned: { besides: ['used'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/organizations/{organization}/quota',
    summary: 'Set how much an organization may have: for those who run the platform',
    permission: 'organization.quota',
    action: 'QUOTA_UPDATE',
    params: organization,
    body: Changes,
    answer: QuotaView,
    dryRun: true,
    fails: ['invalid', 'not-found', 'not-allowed'],
  }),
] as const;
