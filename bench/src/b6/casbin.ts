import type { Question } from '@pileus/policy';
import { newEnforcer, newModelFromString } from 'casbin';
import type { Rule } from './world.ts';

const model = `
[request_definition]
r = act, id, project
[policy_definition]
p = act, id, project, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && keyMatch(r.id, p.id) && (p.project == "*" || p.project == r.project)
`;

/** Casbin with these rules, asked synchronously. */
export async function enforcerOf(rules: readonly Rule[]): Promise<(question: Question) => boolean> {
  const enforcer = await newEnforcer(newModelFromString(model));
  await enforcer.addPolicies(
    rules.map(({ effect, action, on }) => [
      action,
      'id' in on ? on.id : 'beginning' in on ? `${on.beginning}*` : '*',
      'project' in on ? on.project : '*',
      effect.toLowerCase(),
    ]),
  );
  return ({ action, resource }) => enforcer.enforceSync(action, resource.id, resource.keys['project']);
}
