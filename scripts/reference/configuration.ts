import { Environment, roles, root } from '../../apps/server/src/configuration.ts';
import { z } from 'zod';
import { code, markdownTable } from './markdown.ts';

interface Variable {
  readonly description?: string;
  readonly default?: string | number;
  readonly enum?: readonly string[];
}

/** What an operator can set, from the schema that the server reads its environment with. */
export function configurationPage(): string {
  // What zod makes is JSON Schema; only the keywords above are read.
  const { properties = {} } = z.toJSONSchema(Environment, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Readonly<Record<string, Variable>>;
  };
  const rows = Object.entries(properties).map(([name, variable]) => [
    code(name),
    variable.enum?.map(code).join(' or ') ?? '',
    code(String(variable.default ?? '').replace(root, '<checkout>/')),
    variable.description ?? '',
  ]);
  return `# Configuration

The server reads its environment once, when it starts, and says in one sentence what is wrong with it. An empty variable is
as good as none.

${markdownTable(['variable', 'values', 'unless told', 'meaning'], rows)}

\`npm start -- --role <role>\`: ${roles.map(code).join(', ')}; \`${roles[0]}\` unless told. An \`api\` answers requests, a \`worker\` carries out
runs. Any number of each work on one \`DATABASE_URL\`: [operations](../operations.md).

What the command line reads is on [its own page](cli.md).`;
}
