import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { Question } from '@pileus/policy';
import type { Rule } from './world.ts';

/** Has Cedar read policies under a name; what it answers with afterwards is all that is measured. */
export function prepare(name: string, rules: readonly Rule[]): void {
  const answer = preparsePolicySet(name, { staticPolicies: rules.map(policyOf).join('\n') });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
}

export function allows(name: string, { action, resource, request }: Question): boolean {
  const uid = { type: 'server', id: resource.id ?? '' };
  const answer = statefulIsAuthorized({
    principal: { type: 'user', id: request['principal.id'] },
    action: { type: 'Action', id: action },
    resource: uid,
    context: {},
    entities: [{ uid, attrs: { id: uid.id, project: String(resource.keys['project']) }, parents: [] }],
    preparsedPolicySetId: name,
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.response.decision === 'allow';
}

function policyOf({ effect, action, on }: Rule): string {
  const head = `${effect === 'Allow' ? 'permit' : 'forbid'}(principal, action == Action::"${action}", resource`;
  if ('id' in on) return `${head} == server::"${on.id}");`;
  const when = 'project' in on ? `resource.project == "${on.project}"` : `resource.id like "${on.beginning}*"`;
  return `${head}) when { ${when} };`;
}

/** What an application that keeps an index of its own would hand to Cedar: the rules that can matter. */
export function slice(rules: readonly Rule[], { action, resource }: Question): Rule[] {
  return rules.filter(({ action: about, on }) => {
    if (about !== action) return false;
    if ('id' in on) return on.id === resource.id;
    return 'project' in on ? on.project === resource.keys['project'] : resource.id?.startsWith(on.beginning);
  });
}
