import { concealed } from '@pileus/model/sealed';
import type { Plan } from '../../../api/types.ts';
import { plain, quoted } from '../../../format/value.ts';

/** What to type instead; secrets, which nobody is shown, are taken from the environment. */
export function planCli(plan: Plan): string[] {
  const carryOut = `pileus deployment apply --plan ${plan.hash}`;
  if (plan.action !== 'create') return [carryOut];
  const inputs = Object.entries(plan.inputs).map(([name, value]) => {
    const secret = plan.secrets?.[name];
    if (secret) return `--secret ${quoted(`${name}=${secret.name}`)}`;
    if (value === concealed) return `--set-env ${quoted(`${name}=${name.toUpperCase().replaceAll(/\W/g, '_')}`)}`;
    return typeof value === 'object'
      ? `--set-json ${quoted(`${name}=${JSON.stringify(value)}`)}`
      : `--set ${quoted(`${name}=${plain(value)}`)}`;
  });
  const tags = Object.entries(plan.tags ?? {}).map(([key, value]) => `--tag ${quoted(`${key}=${value}`)}`);
  return [
    [
      'pileus deployment create',
      `--name ${quoted(plan.name)}`,
      `--template ${quoted(plan.template.name)}`,
      `--account ${quoted(plan.account.name)}`,
      ...tags,
      ...inputs,
    ].join(' \\\n  '),
  ];
}

/** What to send instead. */
export function planApi(plan: Plan): string[] {
  return [`POST ${location.origin}/api/v1/deployments`, JSON.stringify({ plan: plan.id, hash: plan.hash })];
}
