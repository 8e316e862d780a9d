import { expect, test } from 'vitest';
import { evaluate, type State } from '../evaluate.ts';
import { matchesWithin } from '../match.ts';
import { readTemplate } from '../template.ts';
import { Random } from '../testing/random.ts';
import { randomTemplate } from '../testing/random-template.ts';
import type { ServiceTemplate, Value } from '../topology.ts';
import { convertToTwo } from './convert.ts';
import { graphOf } from './graph.ts';

test('whatever 1.3 can say that 2.0 can say too means the same when it is converted', () => {
  for (let number = 1; number <= 60; number++) {
    const texts = randomTemplate(new Random(number));
    const before = readTemplate(texts, 'main.yaml');
    const errors = before.problems.filter(({ severity }) => severity === 'error');
    expect(errors, `template ${number} is valid`).toEqual([]);
    const { files = new Map<string, string>(), problems } = convertToTwo(
      { has: (path) => texts.has(path), text: (path) => texts.get(path) },
      'main.yaml',
    );
    expect(problems, `template ${number} is convertible`).toEqual([]);
    const after = readTemplate(files, 'main.yaml');
    const refused = after.problems.filter(({ severity }) => severity === 'error');
    expect(refused, `template ${number} is valid in 2.0`).toEqual([]);
    expect(after.template && graphOf(after.template)).toEqual(before.template && graphOf(before.template));
    expect(after.template && outcomeOf(after.template)).toEqual(before.template && outcomeOf(before.template));
  }
});

/** What the values of a template come to, and which nodes its open requirements may lead to. */
function outcomeOf({ topology }: ServiceTemplate): unknown {
  const state: State = {
    inputs: { i0: 1, name: 'x' },
    attribute: (node, path) => `${node}.${path.join('.')}`,
    capabilityAttribute: (node, capability, path) => `${node}.${capability}.${path.join('.')}`,
  };
  const found = (value: Value, node?: string) => {
    const evaluated = evaluate(value, { topology, node }, state);
    return evaluated.known ? evaluated.value : 'waits';
  };
  return {
    outputs: Object.entries(topology.outputs).map(([name, { value }]) => [name, found(value)]),
    nodes: Object.values(topology.nodes).map((node) => ({
      inputs: Object.values(node.interfaces).flatMap(({ operations }) =>
        Object.values(operations).flatMap(({ inputs }) =>
          Object.keys(inputs)
            .toSorted()
            .map((name) => [name, inputs[name] && found(inputs[name], node.name)]),
        ),
      ),
      matches: node.dangling.map((dangling) =>
        matchesWithin(topology, node, dangling, state).map((match) => [match.node.name, match.capability]),
      ),
    })),
  };
}
