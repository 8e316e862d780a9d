import type { Answer } from '@pileus/http';
import { stepName } from '@pileus/model';
import type { PlanStep } from '@pileus/orchestrator';
import type { Accounts } from '../clouds/accounts.ts';
import { quoteView } from '../cost/views.ts';
import type { PlanRow } from '../tables.ts';

export type PlanView = Answer<'get /plans/{plan}'>;

/** A plan as it is shown, with what is counted of its steps. */
export function planView(
  row: PlanRow,
  template: string,
  account: { id: string; name: string; provider: string },
  accounts: Accounts,
): PlanView {
  const replaced = new Set(
    row.content.steps.flatMap((step) => (step.action === 'create' ? (step.replaces ?? []) : [])),
  );
  const { quote } = row.content;
  const steps = row.content.steps.map((step): StepView => {
    const price = quote?.steps[step.key];
    return { ...stepView(step, replaced), ...(price && { price }) };
  });
  const selections = Object.entries(row.content.choices).flatMap(([node, { selected }]) =>
    selected
      ? [
          {
            node,
            name: selected.name,
            ...(selected.from && { deployment: { id: selected.from.deployment, name: selected.from.name } }),
            others: selected.others.map((other) => ({ ...other })),
          },
        ]
      : [],
  );
  return {
    id: row.id,
    action: row.action,
    name: row.name,
    hash: row.hash,
    ...(row.deployment !== null && { deployment: row.deployment }),
    template: { id: row.template, name: template, version: row.version, variant: row.variant },
    account: {
      id: account.id,
      name: account.name,
      provider: account.provider,
      simulated: accounts.provider(account.provider).simulated,
    },
    inputs: row.inputs,
    scaling: row.content.scaling.map((group) => ({ ...group, members: [...group.members] })),
    counts: totals(steps),
    steps,
    ...(row.content.called && { called: { ...row.content.called } }),
    ...(selections.length > 0 && { selections }),
    ...(Object.keys(row.tags).length > 0 && { tags: row.tags }),
    ...(quote && { quote: quoteView(quote) }),
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

type StepView = PlanView['steps'][number];

function stepView(step: PlanStep, replaced: ReadonlySet<string>): StepView {
  const { key, node, needs, why } = step;
  const shared = {
    key,
    node,
    needs: [...needs],
    why,
    ...(step.changes && { changes: step.changes.map((change) => ({ ...change })) }),
    ...(step.ifMet !== undefined && { ifMet: step.ifMet }),
    ...(step.onFailureOf && { onFailureOf: [...step.onFailureOf] }),
  };
  if (step.action === 'state') {
    const { state } = step;
    return { ...shared, action: 'state', what: state, title: stepName('state', { name: node, state }), spec: {} };
  }
  if (step.action === 'check') {
    const name = node === '' ? (step.otherwise ?? '') : node;
    const spec = { conditions: [...step.conditions] };
    return { ...shared, action: 'check', what: 'conditions', title: stepName('check', { name }), spec };
  }
  if (step.action === 'run') {
    const what = `${step.interface}.${step.operation}`;
    const title = stepName('run', { node, operation: what });
    return {
      ...shared,
      action: 'run',
      what,
      title,
      spec: { ...step.spec },
      ...(step.ifChanged && { ifChanged: true }),
    };
  }
  const { kind, name } = step;
  switch (step.action) {
    case 'create': {
      const action = (step.replaces ?? []).length > 0 && step.why !== 'unfinished' ? 'replace' : 'create';
      return { ...shared, action, what: kind, title: stepName(action, { kind, name }), spec: { ...step.spec } };
    }
    case 'update':
      return {
        ...shared,
        action: 'update',
        what: kind,
        title: stepName('update', { kind, name }),
        spec: { ...step.spec },
      };
    case 'delete':
      return {
        ...shared,
        action: 'delete',
        what: kind,
        title: stepName('delete', { kind, name }),
        spec: {},
        ...(replaced.has(key) && { isReplaced: true }),
      };
    case 'verb':
      return {
        ...shared,
        action: step.verb === 'stop' ? 'stop' : 'start',
        what: kind,
        title: stepName(step.verb, { name }),
        spec: {},
      };
  }
}

/** How many of each kind are made, changed, replaced or removed, and how many scripts run. */
function totals(steps: readonly StepView[]): PlanView['counts'] {
  const counts = new Map<string, PlanView['counts'][number]>();
  for (const { action, what, isReplaced } of steps) {
    if (isReplaced) continue;
    const counted = action === 'run' ? 'script' : what;
    const key = `${action} ${counted}`;
    const held = counts.get(key);
    if (held) held.count += 1;
    else counts.set(key, { action, what: counted, count: 1 });
  }
  return [...counts.values()];
}
