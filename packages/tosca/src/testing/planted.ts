import { Random } from './random.ts';

/** A template with mistakes in known places. */
export interface Planted {
  readonly text: string;
  /** The line of each mistake with the rule it breaks, from top to bottom. */
  readonly mistakes: readonly { readonly line: number; readonly rule: string }[];
}

/** One node of the template: its lines, and those that a mistake may take the place of. */
interface Kind {
  lines(number: number, random: Random): readonly string[];
  readonly mistakes: readonly { readonly rule: string; readonly line: number; readonly instead: string }[];
}

const kinds: readonly Kind[] = [
  {
    lines: (number, random) => [
      `    host${number}:`,
      '      type: tosca.nodes.Compute',
      '      capabilities:',
      '        host:',
      `          properties: { num_cpus: ${1 + random.whole(8)}, mem_size: { get_input: memory } }`,
    ],
    mistakes: [
      { rule: 'unknown-type', line: 1, instead: '      type: tosca.nodes.Computer' },
      { rule: 'unknown-capability', line: 3, instead: '        hots:' },
      { rule: 'wrong-type', line: 4, instead: '          properties: { num_cpus: several }' },
      { rule: 'unknown-input', line: 4, instead: '          properties: { mem_size: { get_input: size } }' },
      { rule: 'constraint', line: 4, instead: '          properties: { num_cpus: 0 }' },
    ],
  },
  {
    lines: (number, random) => [
      `    service${number}:`,
      '      type: planted.nodes.Service',
      `      properties: { port: ${1024 + random.whole(60_000)} }`,
      '      requirements:',
      '        - host: first',
      '      interfaces:',
      '        Standard:',
      '          operations:',
      `            start: { implementation: start.sh, inputs: { port: { get_property: [ SELF, port ] } } }`,
    ],
    mistakes: [
      { rule: 'unknown-property', line: 2, instead: '      properties: { port: 8080, ports: 1 }' },
      { rule: 'missing-property', line: 2, instead: '      properties: {}' },
      { rule: 'unknown-node', line: 4, instead: '        - host: nowhere' },
      { rule: 'unknown-requirement', line: 4, instead: '        - hosts: first' },
      { rule: 'unknown-interface', line: 6, instead: '        Standards:' },
      { rule: 'unknown-operation', line: 8, instead: '            started: start.sh' },
      {
        rule: 'unknown-property',
        line: 8,
        instead: '            start: { implementation: start.sh, inputs: { port: { get_property: [ SELF, prot ] } } }',
      },
    ],
  },
];

const head = `tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  planted.nodes.Service:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      port: { type: tosca.datatypes.network.PortDef }
topology_template:
  inputs:
    memory: { type: scalar-unit.size, default: 2 GB }
  node_templates:
    first: { type: tosca.nodes.Compute }`;

/** A template of as many nodes, some of them with one mistake each. The same seed gives the same template. */
export function plantedTemplate(nodes: number, mistakes: number, seed: number): Planted {
  const random = new Random(seed);
  const lines = head.split('\n');
  const planted: { line: number; rule: string }[] = [];
  for (let number = 0; number < nodes; number++) {
    const kind = random.pick(kinds);
    const own = [...kind.lines(number, random)];
    // As many of the nodes that are left as mistakes are left.
    if (random.whole(nodes - number) < mistakes - planted.length) {
      const { rule, line, instead } = random.pick(kind.mistakes);
      own[line] = instead;
      planted.push({ line: lines.length + line + 1, rule });
    }
    lines.push(...own);
  }
  return { text: `${lines.join('\n')}\n`, mistakes: planted };
}
