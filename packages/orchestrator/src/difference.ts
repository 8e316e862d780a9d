import { compareNotice, compareOperation } from './compare-operation.ts';
import { compareResource, loseHosted, reconsiderResource } from './compare-resource.ts';
import { Comparison, type Changeable, type Findings, type Present, type Wanted } from './comparison.ts';
import { sorted } from './order.ts';
import { outputKey, type PlanStep } from './plan.ts';
import { roll } from './roll.ts';
import { structureOf, type Outline, type Structure } from './structure.ts';
import { takeDown } from './take-down.ts';
import { tieTogether } from './tie-together.ts';
import { portsOf, waitsFor } from './values.ts';

/**
 * The steps from what there is to what is wanted, in an order in which they can be done; none when nothing differs. What
 * differs in fields that cannot be changed in place is replaced, with all that lives on it. A server is taken out of
 * service before what it is replaced by is put into service, unless others keep using what is replaced. A volume that is
 * larger than wanted is left so, unless the comparison is strict.
 */
export function difference(
  wanted: Wanted | undefined,
  present: Present,
  findings: Findings,
  changeable: Changeable,
  { isStrict = false }: { readonly isStrict?: boolean } = {},
): PlanStep[] {
  const comparison = new Comparison(wanted, present, findings, changeable, isStrict);
  if (wanted) goUp(comparison, wanted);
  const joined = tieTogether(comparison, takeDown(comparison));
  return wanted ? roll(joined, wanted) : sorted(joined);
}

/** The way up: what is made, changed and run. */
function goUp(comparison: Comparison, wanted: Wanted): void {
  const structure = structureOf(wanted.graph);
  const { survey } = comparison.present;
  for (const { node, attributes } of survey.nodes) {
    if (!wanted.graph.nodes[node]) continue;
    comparison.known.attributes.set(node, new Map(Object.entries(attributes)));
    comparison.stable.attributes.set(node, new Map(Object.entries(attributes)));
  }
  const outlines = new Map(structure.outlines.map((outline) => [outline.key, outline]));
  for (const { step, node, outputs } of survey.operations) {
    const does = outlines.get(step)?.does;
    if (!outputs || does?.action !== 'run') continue;
    for (const known of [comparison.known, comparison.stable])
      known.outputs.set(outputKey(node, does, does.relation), outputs);
  }
  const settings = {
    known: { ...wanted.setting, topology: wanted.graph, structure, known: comparison.known },
    stable: { ...wanted.setting, topology: wanted.graph, structure, known: comparison.stable },
  };
  const ports = portsOf(wanted.graph);
  const own = keysByNode(structure);
  const needs = (outline: Outline, spec: unknown) => needsOf(outline, spec, own.get(outline.node.name));
  for (const outline of structure.outlines) {
    if (outline.does.action === 'create') compareResource(comparison, outline, settings.known, ports, needs);
  }
  loseHosted(comparison, wanted.graph);
  for (const outline of structure.outlines) {
    if (outline.does.action !== 'run') continue;
    if (outline.does.isNotice) compareNotice(comparison, outline, wanted, settings.stable, needs);
    else compareOperation(comparison, outline, wanted, settings.stable, needs);
  }
  const runs = [...comparison.ups.values()].some(({ action }) => action === 'run');
  for (const outline of runs ? structure.outlines : []) {
    if (outline.does.action === 'create') reconsiderResource(comparison, outline, settings.stable, ports, needs);
  }
}

function keysByNode({ outlines }: Structure): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { key, node } of outlines) keys.set(node.name, (keys.get(node.name) ?? new Set()).add(key));
  return keys;
}

/** A node's later steps do not set what its earlier ones need: of its own, the order alone counts. */
function needsOf({ key, after }: Outline, spec: unknown, own: ReadonlySet<string> = new Set()): string[] {
  const waits = waitsFor(spec).filter((need) => !own.has(need));
  return [...new Set([...after, ...waits])].filter((need) => need !== key);
}
