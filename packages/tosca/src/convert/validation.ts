import { isCollection, type Node } from 'yaml';
import {
  entriesIn,
  flowList,
  flowMap,
  isMap,
  isSeq,
  itemsIn,
  keyOf,
  remove,
  rename,
  textAt,
  valueAt,
  word,
  type Rewriting,
} from './tree.ts';

/** `constraints` of a definition become its `validation`, 2.0 §9.10. */
export function rewriteConstraints(rewriting: Rewriting, definition: Node | null | undefined): void {
  const constraints = valueAt(definition, 'constraints');
  if (constraints === undefined) return;
  const clauses = clausesOf(rewriting, constraints, () => flowOrWord('$value'));
  const entry = clauses.length === 0 ? undefined : rename(definition, 'constraints', 'validation');
  if (entry) entry.value = allOf(clauses);
  else remove(definition, 'constraints');
}

/** A node filter (1.3 §3.6.5) as the condition that 2.0 §8.6 has in its place. */
export function rewriteFilter(rewriting: Rewriting, owner: Node | null | undefined): void {
  const filter = valueAt(owner, 'node_filter');
  if (!isMap(filter)) return;
  const clauses = filtered(rewriting, valueAt(filter, 'properties'), []);
  for (const item of named(valueAt(filter, 'capabilities'))) {
    clauses.push(...filtered(rewriting, valueAt(item.value, 'properties'), ['CAPABILITY', item.name]));
  }
  const entry = rename(owner, 'node_filter', 'node_filter');
  if (clauses.length === 0) remove(owner, 'node_filter');
  else if (entry) entry.value = allOf(clauses);
}

function filtered(rewriting: Rewriting, properties: Node | null | undefined, steps: readonly string[]): Node[] {
  return named(properties).flatMap(({ name, value }) => {
    const of = () => flowMap([['$get_property', flowList(['SELF', ...steps, name].map(word))]]);
    if (value && !isCollection(value)) return [call('$equal', of(), value)];
    return clausesOf(rewriting, value, of);
  });
}

/** `- name: …` items, or a map of them. */
function named(node: Node | null | undefined): { name: string; value: Node | null }[] {
  const maps = isSeq(node) ? itemsIn(node) : [node];
  return maps.flatMap((map) => entriesIn(map).map((entry) => ({ name: keyOf(entry), value: entry.value })));
}

function clausesOf(rewriting: Rewriting, constraints: Node | null | undefined, of: () => Node): Node[] {
  return named(constraints).flatMap(({ name, value }) => {
    if (!value) return [];
    const made = clause(name, value, of);
    if (made.length === 0) rewriting.note(value, `2.0 has no constraint ${name}; it is left out`);
    return made;
  });
}

/** 1.3 §3.6.3 → 2.0 §10.2. */
function clause(operator: string, argument: Node, of: () => Node): Node[] {
  const length = () => call('$length', of());
  switch (operator) {
    case 'equal':
    case 'greater_than':
    case 'greater_or_equal':
    case 'less_than':
    case 'less_or_equal':
    case 'valid_values':
      return [call(`$${operator}`, of(), argument)];
    case 'in_range': {
      const [least, most] = itemsIn(argument);
      return [
        ...(least && textAt(least) !== 'UNBOUNDED' ? [call('$greater_or_equal', of(), least)] : []),
        ...(most && textAt(most) !== 'UNBOUNDED' ? [call('$less_or_equal', of(), most)] : []),
      ];
    }
    case 'length':
      return [call('$equal', length(), argument)];
    case 'min_length':
      return [call('$greater_or_equal', length(), argument)];
    case 'max_length':
      return [call('$less_or_equal', length(), argument)];
    case 'pattern':
      return [call('$matches', of(), argument)];
    default:
      return [];
  }
}

function call(name: string, ...given: readonly Node[]): Node {
  return flowMap([[name, flowList(given)]]);
}

function allOf(clauses: readonly Node[]): Node {
  const [only, ...others] = clauses;
  return only && others.length === 0 ? only : call('$and', ...clauses);
}

const flowOrWord = (text: string): Node => word(text);
