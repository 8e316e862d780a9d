import { makePlan, noSecrets, nothingThere, type Plan } from '@pileus/orchestrator';
import { simulated, SimulatedAccount } from '@pileus/provider';
import { surroundings, virtualClock } from '@pileus/provider/testing';
import { readTemplate, type ServiceTemplate } from '@pileus/tosca';

export interface Subject {
  readonly template: ServiceTemplate;
  readonly plan: Plan;
}

/** So many different topologies there are; seeds share them, because reading a template takes longer than a history. */
export const topologies = 400;
const known = new Map<number, Promise<Subject>>();

/** A topology of 3 to 12 nodes with its plan. */
export function subjectOf(number: number, roll: (...about: (string | number)[]) => number): Promise<Subject> {
  let subject = known.get(number);
  if (!subject) known.set(number, (subject = planned(textOf((...about) => roll('topology', number, ...about)))));
  return subject;
}

async function planned(text: string): Promise<Subject> {
  const texts = new Map([
    ['template.yaml', text],
    [scriptFile, script],
  ]);
  const { template, problems } = readTemplate(texts, 'template.yaml');
  if (!template) throw new Error(`${JSON.stringify(problems)} in\n${text}`);
  const calm = SimulatedAccount.parse({ latencyMilliseconds: 0, listLagSeconds: 0, keep: false, callsPerSecond: 1e6 });
  const connection = simulated.connect(calm, surroundings({ clock: virtualClock({ auto: true }) }));
  const signal = new AbortController().signal;
  const desired = { template, files, inputs: {}, counts: {}, choices: {} };
  const nothing = { survey: nothingThere, revisions: new Map(), secrets: noSecrets() };
  return {
    template,
    plan: await makePlan({ desired, ...nothing, name: 'sim', connection, provider: simulated, signal }),
  };
}

const scriptFile = 'set-up.sh';
const script = 'echo done\n';
/** Beside the template; what it does there is its host's matter. */
export const files: ReadonlyMap<string, Uint8Array> = new Map([[scriptFile, Buffer.from(script)]]);

function scripted(isIdempotent: boolean): string {
  const metadata = isIdempotent ? `, metadata: { idempotent: 'true' }` : '';
  return `${metadata}, interfaces: { Standard: { operations: { configure: ${scriptFile} } } }`;
}

/** Servers on ports in networks; some with a volume, an address, a security group, some with a script, after one another. */
function textOf(roll: (...about: (string | number)[]) => number): string {
  const nodes: string[] = [];
  const happens = (rate: number, ...about: (string | number)[]) => roll(...about) < rate;
  const size = 3 + Math.floor(10 * roll('size'));
  const networks = size > 6 && happens(0.5, 'two networks') ? 2 : 1;
  for (let n = 0; n < networks; n++)
    nodes.push(`    net${n}: { type: pileus.nodes.Network, properties: { cidr: 10.${n}.0.0/24 } }`);
  if (happens(0.5, 'router'))
    nodes.push(
      `    router: { type: pileus.nodes.Router, properties: { external_network: '' }, requirements: [{ network: net0 }] }`,
    );
  const hasGroup = happens(0.5, 'group');
  if (hasGroup)
    nodes.push(
      `    group: { type: pileus.nodes.SecurityGroup, properties: { rules: [{ protocol: tcp, ports: [80, 80] }] } }`,
    );
  for (let n = 0; nodes.length < size; n++) {
    const group = hasGroup && happens(0.5, 'grouped', n) ? ', { security_group: group }' : '';
    nodes.push(
      `    port${n}: { type: pileus.nodes.Port, requirements: [{ link: net${n % networks} }, { binding: server${n} }${group}] }`,
    );
    const needs = n > 0 && happens(0.3, 'after', n) ? [`{ dependency: server${n - 1} }`] : [];
    if (nodes.length < size - 1 && happens(0.4, 'volume', n)) {
      nodes.push(`    volume${n}: { type: pileus.nodes.Volume, properties: { size: 10 GB } }`);
      needs.push(
        `{ local_storage: { node: volume${n}, relationship: { type: tosca.relationships.AttachesTo, properties: { location: /dev/vdb } } } }`,
      );
    }
    const script = happens(0.25, 'script', n) ? scripted(happens(0.3, 'idempotent', n)) : '';
    nodes.push(
      `    server${n}: { type: pileus.nodes.Server${script}, properties: { flavor: 2核4G }, requirements: [${needs.join(', ')}] }`,
    );
    if (nodes.length < size && happens(0.3, 'address', n))
      nodes.push(`    address${n}: { type: pileus.nodes.Address, requirements: [{ port: port${n} }] }`);
  }
  return `tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: sim, template_version: 1.0.0, template_author: faults }
imports: [pileus_types_1_0]
topology_template:
  node_templates:
${nodes.join('\n')}
`;
}
