import type { PolicyDocument, Question, Vocabulary } from '@pileus/policy';

/** A rule of somebody who has ten thousand of them, in no engine's language. */
export interface Rule {
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  /** A resource by its id, those whose ids begin alike, or those of a project. */
  readonly on: { readonly id: string } | { readonly beginning: string } | { readonly project: string };
}

const actions = ['server.read', 'server.start', 'server.stop'] as const;

/** Of 100 rules 70 are about one server, 20 about a project, 9 about servers that are called alike, and one denies. */
export function rulesOf(count: number): Rule[] {
  return Array.from({ length: count }, (_, index): Rule => {
    const action = actions[index % actions.length] ?? 'server.read';
    const place = index % 100;
    if (place === 99) return { effect: 'Deny', action, on: { id: `s-${index - 1}` } };
    if (place >= 90) return { effect: 'Allow', action, on: { beginning: `team-${index}-` } };
    if (place >= 70) return { effect: 'Allow', action, on: { project: `p-${index}` } };
    return { effect: 'Allow', action, on: { id: `s-${index}` } };
  });
}

/** Questions spread over the rules; somewhat more than half of them are allowed. */
export function questionsOf(rules: readonly Rule[], count: number): Question[] {
  return Array.from({ length: count }, (_, index) => {
    const at = (index * 7_919) % rules.length;
    const rule = rules[at];
    const action = index % 3 === 2 ? 'server.stop' : (rule?.action ?? 'server.read');
    const id = rule && 'beginning' in rule.on ? `${rule.on.beginning}${index}` : `s-${at}`;
    return { action, resource: { kind: 'server', id, keys: { project: `p-${at}` } }, request };
  });
}

export const request = { 'principal.id': 'u-1', 'principal.name': 'zhang' };

const title = { en: 'Bench', 'zh-CN': '测试' };
export const vocabulary = {
  actions: Object.fromEntries(actions.map((action) => [action, { kind: 'server' as const, title }])),
  kinds: { server: { title, keys: ['project'] } },
  resourceKeys: { project: { type: 'string', title } },
  requestKeys: { 'principal.id': { type: 'string', title }, 'principal.name': { type: 'string', title } },
} as const satisfies Vocabulary;

/** A hundred policies of a hundred statements. */
export function documentsOf(rules: readonly Rule[]): PolicyDocument[] {
  const statements = rules.map(({ effect, action, on }) => ({
    Effect: effect,
    Action: action,
    Resource: 'id' in on ? `server/${on.id}` : 'beginning' in on ? `server/${on.beginning}*` : '*',
    ...('project' in on && { Condition: { StringEquals: { project: on.project } } }),
  }));
  return Array.from({ length: Math.ceil(statements.length / 100) }, (_, page) => ({
    Version: '2026-11-01',
    Statement: statements.slice(page * 100, page * 100 + 100),
  }));
}
