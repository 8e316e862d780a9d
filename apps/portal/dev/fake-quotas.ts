import type { BodyOf } from '@pileus/api';
import type { Plan, Quota } from '../src/api/types.ts';

const nothing = { servers: 0, cores: 0, megabytes: 0, volumes: 0, gigabytes: 0, addresses: 0, deployments: 0 };

/** One limit that is reached, one that was lowered below what there is, and money. */
const quota: Quota = {
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

const unlimited = 'org-acme00000001';

/** What make-believe projects and organizations have and may have; one of them has no limit yet. */
export class FakeQuotas {
  readonly #limits = new Map<string, Quota['limits']>();

  of(scope: string): Quota {
    const first = scope === unlimited ? {} : quota.limits;
    return { ...quota, limits: this.#limits.get(scope) ?? first };
  }

  set(scope: string, changes: BodyOf<'patch /projects/{project}/quota'>): Quota {
    const next = Object.entries({ ...this.of(scope).limits, ...changes }).filter(([, limit]) => limit !== null);
    this.#limits.set(scope, Object.fromEntries(next));
    return this.of(scope);
  }
}

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
