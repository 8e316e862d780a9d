import type { Data, ServiceTemplate } from '@pileus/tosca';
import { exitCodes, Stop } from '../../exit.ts';
import type { LocalContext } from '../../local-context.ts';
import { facts, table } from '../../output/table.ts';
import { problemLine } from '../problem-line.ts';
import { fromNetwork } from './network.ts';
import { readLocal, type LocalTemplate } from './read.ts';

/** Shows what a template is about: its inputs, nodes and outputs, each variant of a package apart. */
export async function showTemplate(context: LocalContext, path: string, options: Offline): Promise<void> {
  const { templates } = await readWhole(context, path, options);
  await context.out.one(
    templates,
    (all) => all.map(({ name }) => name).join('\n'),
    (all) => all.map(({ entry, template }) => draw(context, entry, template)).join('\n\n'),
  );
}

/** Draws the nodes and what joins them, for Graphviz (`dot -Tsvg`), for Mermaid, or as data. */
export async function graphTemplate(
  context: LocalContext,
  path: string,
  options: { readonly format: 'dot' | 'mermaid' } & Offline,
): Promise<void> {
  const { templates } = await readWhole(context, path, options);
  const graphs = templates.map(({ name, template }) => graphOf(name, template));
  await context.out.one(
    graphs,
    (all) => all.map(({ name }) => name).join('\n'),
    (all) => all.map(options.format === 'dot' ? dot : mermaid).join('\n'),
  );
}

/** Whether the network is to be left alone. */
interface Offline {
  readonly offline?: true;
}

async function readWhole({ out, say }: LocalContext, path: string, { offline }: Offline): Promise<LocalTemplate> {
  const read = await readLocal(path, offline ? undefined : fromNetwork);
  for (const problem of read.problems) out.message(problemLine(problem, say));
  const errors = read.problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) throw new Stop(exitCodes.error, say('template.invalid', { count: errors }));
  return read;
}

function draw({ out, say }: LocalContext, entry: string, template: ServiceTemplate): string {
  const { inputs, topology, name, version, description, toscaVersion } = template;
  const parts = [
    facts(
      [
        [say('word.name'), name ?? ''],
        [say('word.version'), version ?? ''],
        [say('word.description'), description ?? ''],
        [say('word.file'), `${entry} (${toscaVersion})`],
      ],
      out.colours,
    ),
  ];
  if (Object.keys(inputs).length > 0) {
    parts.push(
      table(
        Object.values(inputs),
        [
          { title: say('word.input'), value: (input) => input.name },
          { title: say('word.type'), value: ({ type }) => type },
          { title: say('word.required'), value: ({ required }) => (required ? say('word.yes') : '') },
          { title: say('word.default'), value: (input) => shown(input.default) },
        ],
        out,
      ),
    );
  }
  parts.push(
    table(
      Object.values(topology.nodes),
      [
        { title: say('word.node'), value: (node) => node.name },
        { title: say('word.type'), value: ({ type }) => type },
        {
          title: say('word.requirements'),
          value: ({ requirements, dangling }) =>
            [
              ...requirements.map((one) => `${one.name} → ${one.target}`),
              ...dangling.map((one) => `${one.name} → ?`),
            ].join(', '),
        },
      ],
      out,
    ),
  );
  const outputs = Object.keys(topology.outputs);
  if (outputs.length > 0) parts.push(`${say('word.output')}: ${outputs.join(' ')}`);
  return parts.join('\n\n');
}

function shown(data: Data | undefined): string {
  return data === undefined ? '' : typeof data === 'string' ? data : JSON.stringify(data);
}

interface Graph {
  readonly name: string;
  readonly nodes: readonly { readonly name: string; readonly type: string }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly requirement: string;
    readonly relationship: string;
  }[];
}

function graphOf(name: string, { topology }: ServiceTemplate): Graph {
  const nodes = Object.values(topology.nodes);
  return {
    name,
    nodes: nodes.map((node) => ({ name: node.name, type: node.type })),
    edges: nodes.flatMap((node) =>
      node.requirements.map((requirement) => ({
        from: node.name,
        to: requirement.target,
        requirement: requirement.name,
        relationship: requirement.relationship.type,
      })),
    ),
  };
}

/** Text in double quotes, as the DOT language and Mermaid's labels take it. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const short = (type: string): string => type.slice(type.lastIndexOf('.') + 1);

function dot({ name, nodes, edges }: Graph): string {
  return [
    `digraph ${quoted(name)} {`,
    '  node [shape=box];',
    ...nodes.map(
      (node) =>
        `  ${quoted(node.name)} [label=${quoted(`${node.name}\n${short(node.type)}`).replaceAll('\n', '\\n')}];`,
    ),
    ...edges.map(({ from, to, requirement }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(requirement)}];`),
    '}',
  ].join('\n');
}

/** Mermaid has words of its own, so nodes are numbered and named by their labels. */
function mermaid({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map((node, index) => [node.name, `n${index}`]));
  const label = (text: string) => `"${text.replaceAll('"', '#quot;')}"`;
  return [
    'flowchart TD',
    ...nodes.map((node) => `  ${ids.get(node.name)}[${label(`${node.name}<br/>${short(node.type)}`)}]`),
    ...edges.map(({ from, to, requirement }) => `  ${ids.get(from)} -->|${label(requirement)}| ${ids.get(to)}`),
  ].join('\n');
}
