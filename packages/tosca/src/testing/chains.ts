import type { Random } from './random.ts';

/** Templates whose parts lead to one another, often in a circle: what makes readers run for ever or out of their stack. */
export function chained(random: Random): ReadonlyMap<string, string> {
  const length = 1 + random.whole(random.pick([5, 60, 400]));
  const isTwo = random.whole(2) === 0;
  const make = random.pick([
    imports,
    derivations,
    properties,
    hosts,
    substitutions,
    aliases,
    nesting,
    dataTypes,
    copies,
  ]);
  return make(length, random.whole(3) > 0, isTwo);
}

const head = (isTwo: boolean) => `tosca_definitions_version: ${isTwo ? 'tosca_2_0' : 'tosca_simple_yaml_1_3'}\n`;
const section = (isTwo: boolean) => (isTwo ? 'service_template' : 'topology_template');
const profile = (isTwo: boolean) => (isTwo ? 'imports: [ { profile: org.oasis-open.simple:2.0 } ]\n' : '');
/** The name after one; after the last one the first, or none. */
const next = (index: number, length: number, isCircle: boolean) => (index + 1 < length ? index + 1 : isCircle ? 0 : -1);

function numbered(length: number, line: (index: number) => string): string {
  return Array.from({ length }, (_, index) => line(index)).join('');
}

function imports(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length }, (_, index) => {
      const to = next(index, length, isCircle);
      const type = `node_types: { T${index}: { derived_from: ${to < 0 ? 'Root' : `T${to}`} } }\n`;
      return [`f${index}.yaml`, `${head(isTwo)}${to < 0 ? '' : `imports: [ f${to}.yaml ]\n`}${type}`] as const;
    }),
  );
}

function derivations(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const types = numbered(length, (index) => {
    const to = next(index, length, isCircle);
    return `  T${index}: { ${to < 0 ? '' : `derived_from: T${to}, `}properties: { p${index}: { type: string, required: false } } }\n`;
  });
  return one(`${head(isTwo)}node_types:\n${types}${section(isTwo)}: { node_templates: { a: { type: T0 } } }\n`);
}

function properties(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const dollar = isTwo ? '$' : '';
  const nodes = numbered(length, (index) => {
    const to = next(index, length, isCircle);
    return `    n${index}: { type: T, properties: { p: ${to < 0 ? 'x' : `{ ${dollar}get_property: [ n${to}, p ] }`} } }\n`;
  });
  return one(`${head(isTwo)}node_types: { T: { properties: { p: { type: string } } } }
${section(isTwo)}:
  node_templates:
${nodes}  outputs: { o: { value: { ${dollar}concat: [ { ${dollar}get_property: [ n0, p ] } ] } } }
`);
}

function hosts(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const nodes = numbered(length, (index) => {
    const to = next(index, length, isCircle);
    const host = to < 0 ? 'last' : `n${to}`;
    return `    n${index}: { type: T, requirements: [ host: ${host} ], properties: { p: { ${isTwo ? '$' : ''}get_property: [ ${isTwo ? 'SELF, RELATIONSHIP, host, TARGET' : 'HOST'}, q ] } } }\n`;
  });
  return one(`${head(isTwo)}${profile(isTwo)}node_types:
  T:
    derived_from: tosca.nodes.Root
    properties: { p: { type: string }, r: { type: string, required: false } }
    capabilities: { host: tosca.capabilities.Compute }
    requirements: [ host: { capability: tosca.capabilities.Compute, relationship: tosca.relationships.HostedOn } ]
${section(isTwo)}:
  node_templates:
${nodes}    last: { type: tosca.nodes.Compute }
`);
}

function substitutions(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const count = Math.min(length, 40);
  const types = `${head(isTwo)}node_types:\n${numbered(count, (index) => `  T${index}: {}\n`)}`;
  const files = Array.from({ length: count }, (_, index) => {
    const to = next(index, count, isCircle);
    const inner = to < 0 ? '{}' : `{ n: { type: T${to}, directives: [ substitute ] } }`;
    const imported = to < 0 ? '[ types.yaml ]' : `[ types.yaml, f${to}.yaml ]`;
    return [
      `f${index}.yaml`,
      `${head(isTwo)}imports: ${imported}\n${section(isTwo)}: { substitution_mappings: { node_type: T${index} }, node_templates: ${inner} }\n`,
    ] as const;
  });
  return new Map([...files, ['types.yaml', types]]);
}

function aliases(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const levels = numbered(length, (index) =>
    index === 0
      ? '  a0: &a0 [ x, x ]\n'
      : `  a${index}: &a${index} [ *a${index - 1}, *a${isCircle ? index : index - 1} ]\n`,
  );
  return one(`${head(isTwo)}dsl_definitions:\n${levels}metadata: { all: *a${length - 1} }\n`);
}

function nesting(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const inside = isCircle
    ? `${'{ $and: [ '.repeat(length)}true${' ] }'.repeat(length)}`
    : `\n${numbered(length, (index) => `${' '.repeat(4 + index)}a:\n`)}`;
  return one(`${head(isTwo)}data_types:\n  T: { derived_from: string }\nmetadata:\n  a: ${inside}\n`);
}

function dataTypes(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const types = numbered(length, (index) => {
    const to = next(index, length, isCircle);
    return `  D${index}: { properties: { next: { type: ${to < 0 ? 'string' : `D${to}`}, required: false }, many: { type: list, entry_schema: ${to < 0 ? 'string' : `D${to}`}, required: false } } }\n`;
  });
  return one(`${head(isTwo)}data_types:\n${types}${section(isTwo)}:
  inputs: { d: { type: D0, required: false } }
  node_templates: {}
`);
}

function copies(length: number, isCircle: boolean, isTwo: boolean): ReadonlyMap<string, string> {
  const nodes = numbered(length, (index) => {
    const to = next(index, length, isCircle);
    return `    n${index}: { type: T${to < 0 ? '' : `, copy: n${to}`} }\n`;
  });
  return one(`${head(isTwo)}node_types: { T: {} }\n${section(isTwo)}:\n  node_templates:\n${nodes}`);
}

function one(text: string): ReadonlyMap<string, string> {
  return new Map([['chain.yaml', text]]);
}
