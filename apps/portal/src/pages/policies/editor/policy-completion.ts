import { operators, policyVersion } from '@pileus/policy';
import type { Words } from '../vocabulary.ts';

/** What may stand at a place of a policy, by the names of the members that lead there. */
export function policyWords({ actions, kinds, keys }: Words) {
  return (path: readonly string[], asValue: boolean): readonly unknown[] => {
    const [top, member, operator, key] = path;
    if (top === undefined) return asValue ? [] : ['Version', 'Statement'];
    if (top === 'Version') return [policyVersion];
    if (top !== 'Statement') return [];
    if (member === undefined)
      return asValue ? [] : ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
    if (member === 'Effect') return ['Allow', 'Deny'];
    if (member === 'Action' || member === 'NotAction') return actionWords({ actions, kinds });
    if (member === 'Resource' || member === 'NotResource') return ['*', ...kinds.map(({ name }) => `${name}/*`)];
    if (member !== 'Condition') return [];
    if (operator === undefined) return asValue ? [] : [...operators.keys()];
    const type = operators.get(operator)?.type;
    if (key === undefined)
      return asValue
        ? []
        : keys.filter((one) => type === undefined || one.type === type).map(({ name }) => name.replace(/\*$/, ''));
    if (operator === 'Null' || type === 'boolean') return [true, false];
    return key === 'environment' ? environmentPurposes : [];
  };
}

export const environmentPurposes = ['development', 'test', 'staging', 'production'] as const;

/** Every action, and the patterns for all, for all that read, and for all of a kind. */
export function actionWords({ actions, kinds }: Pick<Words, 'actions' | 'kinds'>): string[] {
  const areas = new Set(actions.map(({ name }) => name.slice(0, name.indexOf('.'))));
  const ofKinds = kinds.filter(({ name }) => areas.has(name)).map(({ name }) => `${name}.*`);
  return ['*', '*.read', ...ofKinds, ...actions.map(({ name }) => name)];
}
