import type { Expanded, Graph, Instance } from './expand.ts';
import { expand } from './expand-template.ts';
import type { Present } from './comparison.ts';
import type { Choices } from './plan.ts';
import { withSelected } from './select.ts';
import type { Revision, Survey } from './world.ts';

/** The graphs of revisions, each worked out once. */
export class Revisions {
  readonly #revisions: ReadonlyMap<number, Revision>;
  readonly #expanded = new Map<number, Expanded>();
  readonly #selected = new Map<number, Expanded>();

  constructor(revisions: ReadonlyMap<number, Revision>) {
    this.#revisions = revisions;
  }

  revision(number: number): Revision | undefined {
    return this.#revisions.get(number);
  }

  /** With what was chosen for it, or is chosen now. */
  expanded(number: number, choices?: Choices): Expanded | undefined {
    const revision = this.#revisions.get(number);
    if (!revision) return undefined;
    const { template, inputs, counts } = revision;
    const plain = this.#expanded.get(number) ?? expand(template, inputs, counts);
    this.#expanded.set(number, plain);
    if (choices) return withSelected(plain, choices);
    const held = this.#selected.get(number) ?? withSelected(plain, revision.choices);
    this.#selected.set(number, held);
    return held;
  }
}

/**
 * What there is, as one graph: each instance as the revision had it for which it was last made or changed, with its
 * relationships to those that are still there.
 */
export function presentOf(survey: Survey, revisions: Revisions): Present {
  const found = survey.nodes.flatMap(({ node, revision }): Instance[] => {
    const instance = revisions.expanded(revision)?.graph.nodes[node];
    return instance ? [instance] : [];
  });
  const names = new Set(found.map(({ name }) => name));
  const nodes = Object.fromEntries(found.map((instance) => [instance.name, withThoseThere(instance, names)]));
  const newest = Math.max(0, ...survey.nodes.map(({ revision }) => revision));
  const { groups = {}, policies = {}, workflows = {} } = revisions.expanded(newest)?.graph ?? {};
  const graph: Graph = { nodes, groups, policies, workflows, outputs: {} };
  return { graph, survey };
}

/** The instance without relationships to what is not there; the same one when there are none such. */
function withThoseThere(instance: Instance, there: ReadonlySet<string>): Instance {
  const requirements = instance.requirements.filter(({ target }) => there.has(target));
  return requirements.length === instance.requirements.length ? instance : { ...instance, requirements };
}
