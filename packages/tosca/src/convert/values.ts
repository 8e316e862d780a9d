import { visit, type Node } from 'yaml';
import type { Topology } from '../topology.ts';
import { entriesIn, flowList, isMap, isScalar, isSeq, itemsIn, keyOf, textAt, word, type Rewriting } from './tree.ts';

/** What a path such as `[ SELF, host, port ]` needs to be understood: the nodes as 1.x reads them. */
export interface PathKnowledge {
  readonly topology: Topology | undefined;
  /** The node in whose definition the value stands; undefined in a type. */
  readonly node: string | undefined;
}

const gone = new Map([
  ['get_operation_output', 'map the output into an attribute by "outputs" of the operation, and read that'],
  ['get_nodes_of_type', 'name the nodes'],
]);
const kept = new Set(['get_input', 'get_property', 'get_attribute', 'get_artifact', 'concat', 'join', 'token']);
const listOnly = new Set(['concat', 'join', 'token']);

/** The functions within a value: `{ get_input: x }` becomes `{ $get_input: [ x ] }`; a text that begins with `$` is escaped. */
export function rewriteValue(rewriting: Rewriting, value: Node | null | undefined, known: PathKnowledge): void {
  if (!value) return;
  visit(value, {
    Scalar: (key, node) => {
      if (key !== 'key' && typeof node.value === 'string' && node.value.startsWith('$')) node.value = `$${node.value}`;
    },
    Map: (_, map) => {
      const [entry, ...others] = entriesIn(map);
      if (!entry || others.length > 0) return;
      const name = keyOf(entry);
      const advice = gone.get(name);
      if (advice !== undefined) rewriting.note(map, `2.0 has no ${name}; ${advice}`);
      if (!kept.has(name) || (listOnly.has(name) && !isSeq(entry.value))) return;
      if (isScalar(entry.value)) entry.value = flowList([entry.value]);
      if (name === 'get_property' || name === 'get_attribute') rewritePath(rewriting, entry.value, name, known);
      entry.key.value = `$${name}`;
    },
  });
}

/** 1.3 §4.4.2 names a requirement or capability without saying which; 2.0 §10.3 says it. */
function rewritePath(rewriting: Rewriting, path: Node | null, name: string, known: PathKnowledge): void {
  if (!isSeq(path)) return;
  const words = itemsIn(path).map(textAt);
  const added = steps(words, name, known);
  if (added === 'unknown') {
    rewriting.note(path, `${words.join(', ')}: say in 2.0 whether ${words[1]} is a CAPABILITY or a RELATIONSHIP`);
    return;
  }
  const [entity, ...rest] = path.items;
  if (words[0] === 'HOST') path.items = [word('SELF'), ...['RELATIONSHIP', 'host', 'TARGET'].map(word), ...rest];
  else if (added)
    path.items = [entity, ...added.before.map(word), rest[0], ...added.behind.map(word), ...rest.slice(1)];
}

interface Added {
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

function steps(
  [entity = '', second, third]: readonly (string | undefined)[],
  name: string,
  { topology, node: own }: PathKnowledge,
): Added | 'unknown' | undefined {
  if (second === undefined || third === undefined || entity === 'HOST') return undefined;
  const node = topology?.nodes[entity === 'SELF' ? (own ?? '') : entity];
  if (!node)
    return commonRequirements.has(second)
      ? viaRequirement
      : entity === 'SELF' && own === undefined
        ? 'unknown'
        : undefined;
  const schemas = name === 'get_property' ? node.schemas.properties : node.schemas.attributes;
  if (schemas[second]) return undefined;
  const requirement = node.requirements.find((one) => one.name === second);
  if (requirement) {
    const target = topology?.nodes[requirement.target];
    const capability = target?.capabilities[requirement.capability];
    const isOfNode = target?.schemas.properties[third] ?? target?.schemas.attributes[third];
    const isOfCapability = capability?.schemas.properties[third] ?? capability?.schemas.attributes[third];
    return !isOfNode && isOfCapability ? { before: ['RELATIONSHIP'], behind: ['CAPABILITY'] } : viaRequirement;
  }
  if (node.dangling.some((one) => one.name === second)) return viaRequirement;
  return node.capabilities[second] ? { before: ['CAPABILITY'], behind: [] } : undefined;
}

const viaRequirement: Added = { before: ['RELATIONSHIP'], behind: ['TARGET'] };
/** Requirements of the normative types whose names no capability has. */
const commonRequirements = new Set(['database_endpoint', 'local_storage', 'dependency', 'application']);

/** Every value of a map: assignments of properties, attributes or inputs. */
export function rewriteValues(rewriting: Rewriting, map: Node | null | undefined, known: PathKnowledge): void {
  if (isMap(map)) for (const { value } of entriesIn(map)) rewriteValue(rewriting, value, known);
}
