import { inputsSchema, operationInputsSchema, type Data, type JsonSchema, type Operation } from '@pileus/tosca';
import type { Instance, Relation } from './expand.ts';
import { asItIs, instanceNamed, type CalledRequest } from './make-called-plan.ts';
import { inputsOf } from './operation.ts';
import { isHole } from './plan.ts';
import type { Setting } from './values.ts';

/** A workflow that can be run, and the JSON Schema of what it asks for. */
export interface CallableWorkflow {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputs: JsonSchema;
}

/** An operation that something implements; the defaults of its inputs are what the template gives it now. */
export interface CallableOperation {
  /** The relationship whose operation it is, and what that leads to. */
  readonly relationship?: string | undefined;
  readonly target?: string | undefined;
  readonly interface: string;
  readonly operation: string;
  readonly inputs: JsonSchema;
}

/** The workflows of the template as the deployment now is. */
export function callableWorkflows(request: CalledRequest): CallableWorkflow[] {
  const { workflows } = asItIs(request).setting.topology;
  return Object.entries(workflows)
    .filter(([, { implementation }]) => implementation === undefined)
    .map(([name, { description, inputs }]) => ({ name, description, inputs: inputsSchema({ inputs }) }));
}

/** What can be called on one instance and on its relationships. Throws `not-found` for what is no instance. */
export function callableOperations(request: CalledRequest, name: string): CallableOperation[] {
  const { setting } = asItIs(request);
  const node = instanceNamed(setting, name);
  const { workflows } = setting.topology;
  const instead = Object.entries(node.calls ?? {}).map(([called, workflow]): CallableOperation => {
    const dot = called.lastIndexOf('.');
    const inputs = inputsSchema({ inputs: workflows[workflow]?.inputs ?? {} });
    return { interface: called.slice(0, dot), operation: called.slice(dot + 1), inputs };
  });
  const own = implementedBy(setting, node);
  return [...instead, ...own, ...node.requirements.flatMap((relation) => implementedBy(setting, node, relation))];
}

function implementedBy(setting: Setting, node: Instance, relation?: Relation): CallableOperation[] {
  const { interfaces } = relation?.relationship ?? node;
  return Object.entries(interfaces).flatMap(([of, { operations }]) =>
    Object.entries(operations)
      .filter(([operation, { implementation }]) => implementation && !node.calls?.[`${of}.${operation}`])
      .map(([operation, definition]) => ({
        ...(relation && { relationship: relation.id, target: relation.target }),
        interface: of,
        operation,
        inputs: operationInputsSchema(definition, knownInputs(setting, node, definition, relation)),
      })),
  );
}

/** What of its inputs is known already. */
function knownInputs(
  setting: Setting,
  node: Instance,
  operation: Operation,
  relation: Relation | undefined,
): Record<string, Data> {
  const values = Object.entries(inputsOf(setting, node, operation, relation));
  return Object.fromEntries(values.flatMap(([name, value]) => (isHole(value) ? [] : [[name, value]])));
}
