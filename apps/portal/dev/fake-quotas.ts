import type { Plan, Quota } from '../src/api/types.ts';

const nothing = { servers: 0, cores: 0, megabytes: 0, volumes: 0, gigabytes: 0, addresses: 0, deployments: 0 };

/** One limit that is reached, one that was lowered below what there is, and money. */
export const quota: Quota = {
  limits: { servers: 20, cores: 40, gigabytes: 500, addresses: 4, money: { currency: 'CNY', perMonth: '5000' } },
  used: {
    servers: 9,
    cores: 40,
    megabytes: 81920,
    volumes: 4,
    gigabytes: 220,
    addresses: 5,
    deployments: 3,
    money: [
      {
        currency: 'CNY',
        perMonth: '3120.50',
      },
    ],
  },
};

/** A plan as it is seen where its project has a quota. */
export function withQuota(plan: Plan): Plan {
  const made = (kind: string) => plan.steps.filter((step) => step.action === 'create' && step.what === kind).length;
  const asked = { ...nothing, servers: made('server'), addresses: made('address'), money: [] };
  return {
    ...plan,
    quotas: [
      {
        of: { kind: 'project', id: 'prj-shop0000001', name: '网上商城' },
        limits: { servers: 20, addresses: 8 },
        used: quota.used,
        asked,
      },
    ],
  };
}
