import { visit, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Converting } from './converting.ts';
import { pathInTwo, type Ground } from './ground.ts';
import { entriesIn, flowList, isCall, isMap, isScalar, isSeq, itemsIn, keyOf, meant, textAt, word } from './tree.ts';

const gone = new Map([
  [
    'get_operation_output',
    'get_operation_output (1.3 §4.6.1); map the output into an attribute by "outputs" of the operation (2.0 §11.5) and read that',
  ],
  ['get_nodes_of_type', 'get_nodes_of_type (1.3 §4.7.1); name the nodes'],
]);
const kept = new Set(['get_input', 'get_property', 'get_attribute', 'get_artifact', 'concat', 'join', 'token']);
/** Names that are good names for data too: they are functions where a list stands behind them. */
const listOnly = new Set(['concat', 'join', 'token']);

/** The functions within a value: `{ get_input: x }` becomes `{ $get_input: [ x ] }`; a text that begins with `$` is escaped. */
export function rewriteValue(converting: Converting, given: unknown, ground: Ground): void {
  const value = meant(given) as Node | null | undefined; // What an alias means is a node.
  if (!value) return;
  visit(value, {
    Scalar: (_, node) => rewriteScalar(converting, node),
    Alias: (_, alias) => rewriteValue(converting, alias, ground),
    Map: (_, map) => {
      if (converting.done.has(map) || isCall(map)) return visit.SKIP;
      converting.done.add(map);
      rewriteCall(converting, map, ground);
      return undefined;
    },
  });
}

function rewriteScalar(converting: Converting, node: Scalar): void {
  if (converting.done.has(node)) return;
  converting.done.add(node);
  const { value } = node;
  if (typeof value === 'string' && value.startsWith('$')) node.value = `$${value}`;
  // 2.0 §9.1.1.4 takes nothing but `true` and `false`, where YAML also knows `True`.
  else if (typeof value === 'boolean') node.source = undefined;
}

function rewriteCall(converting: Converting, map: YAMLMap, ground: Ground): void {
  const [entry, ...others] = entriesIn(map);
  if (!entry || others.length > 0) return;
  const name = keyOf(entry);
  const advice = gone.get(name);
  if (advice !== undefined) converting.refuse(map, `2.0 has no ${advice}`);
  if (!kept.has(name) || (listOnly.has(name) && !isSeq(meant(entry.value)))) return;
  if (isScalar(entry.value)) entry.value = flowList([entry.value]);
  if (name === 'get_property' || name === 'get_attribute') rewritePath(converting, entry.value, name, ground);
  entry.key.value = `$${name}`;
  converting.done.add(entry.key);
}

function rewritePath(converting: Converting, given: Node | null, name: string, ground: Ground): void {
  const path = meant(given);
  if (!isSeq(path)) return;
  const words = itemsIn(path).map(textAt);
  const steps = words.filter((one) => one !== undefined);
  if (steps.length < words.length || steps.length < 2) return;
  const found = pathInTwo(steps, name === 'get_property' ? 'property' : 'attribute', ground);
  if (found) {
    if (found.join('\n') !== steps.join('\n')) path.items = withSteps(itemsIn(path), steps, found);
    return;
  }
  const [entity, second] = steps;
  converting.refuse(
    path,
    entity === 'HOST'
      ? `2.0 has no HOST (§10.3), and nothing here tells which host of the node has ${steps.slice(1).join('.')}; write the steps, e.g. [ SELF, RELATIONSHIP, host, TARGET, ${second} ]`
      : `2.0 says in a path whether ${second} is a CAPABILITY or a RELATIONSHIP (§10.3), and nothing here tells which; convert the file together with a template that uses it`,
  );
}

/** What was written stays the node it was, with its comments. */
function withSteps(items: readonly Node[], before: readonly string[], after: readonly string[]): Node[] {
  let at = 0;
  return after.map((step) => {
    const index = before.indexOf(step, at);
    if (index === -1) return word(step);
    at = index + 1;
    return items[index] ?? word(step);
  });
}

/** Every value of a map: assignments of properties, attributes or inputs. */
export function rewriteValues(converting: Converting, map: unknown, ground: Ground): void {
  const found = meant(map);
  if (isMap(found)) for (const { value } of entriesIn(found)) rewriteValue(converting, value, ground);
}
