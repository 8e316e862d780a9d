import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { findDeployment } from '../find.ts';
import { withGuess } from '../usage-error.ts';
import { fillMissing } from '../values/ask.ts';
import { readInputFile, readValues, type ValueOptions, type Values } from '../values/assignments.ts';
import { fieldsOf } from '../values/field.ts';
import type { Deployment } from './carry-out.ts';
import { change, read, refuseUnknownNode, type ChangeOptions } from './change.ts';

type Workflow = AnswerOf<'get /deployments/{deployment}/workflows'>['items'][number];
type Operation = AnswerOf<'get /deployments/{deployment}/operations'>['items'][number];

export interface CallOptions extends ChangeOptions, ValueOptions {
  readonly inputFile?: string;
}

export interface OperationOptions extends CallOptions {
  readonly relationship?: string;
}

/** Runs a workflow of the template; without its name, shows those there are. */
export async function runWorkflow(
  context: Context,
  given: string,
  workflow: string | undefined,
  options: CallOptions,
): Promise<void> {
  const { client, say, signal } = context;
  const was = await read(context, (await findDeployment(context, given)).id);
  const { items } = await client.call('get /deployments/{deployment}/workflows', {
    params: { deployment: was.id },
    signal,
  });
  if (workflow === undefined) return listWorkflows(context, was, items);
  const found = items.find(({ name }) => name === workflow);
  if (!found) {
    const sentence = say('find.noWorkflow', { deployment: was.name, name: workflow });
    const known = items.map(({ name }) => name);
    throw new Stop(exitCodes.notFound, withGuess(sentence, workflow, known, say));
  }
  const inputs = await readCallInputs(context, found.inputs, options);
  await change(context, was, { action: 'workflow', workflow, inputs }, options);
}

/** Calls one operation of an instance, or of one of its relationships; without its name, shows those there are. */
export async function runOperation(
  context: Context,
  given: string,
  node: string,
  operation: string | undefined,
  options: OperationOptions,
): Promise<void> {
  const { client, say, signal } = context;
  const was = await read(context, (await findDeployment(context, given)).id);
  refuseUnknownNode(context, was, node);
  const { items } = await client.call('get /deployments/{deployment}/operations', {
    params: { deployment: was.id },
    query: { node },
    signal,
  });
  if (operation === undefined) return listOperations(context, was, node, items);
  const named = items.filter((one) => nameOf(one) === operation || one.operation === operation);
  const relationship = options.relationship;
  const [found, another] = named.filter((one) => one.relationship === relationship);
  if (!found) {
    const facts = { deployment: was.name, node, name: operation };
    const [elsewhere] = named;
    if (elsewhere?.relationship !== undefined && relationship === undefined) {
      const ids = named.map((one) => one.relationship).join(', ');
      throw usage(say('find.ofRelationship', { ...facts, ids }));
    }
    const known = items.map(nameOf);
    throw new Stop(exitCodes.notFound, withGuess(say('find.noOperation', facts), operation, known, say));
  }
  if (another) throw usage(say('find.severalOperations', { name: operation, known: named.map(nameOf).join(', ') }));
  const inputs = await readCallInputs(context, found.inputs, options);
  await change(
    context,
    was,
    { action: 'operation', node, relationship, interface: found.interface, operation: found.operation, inputs },
    options,
  );
}

const nameOf = ({ interface: of, operation }: Operation): string => `${of}.${operation}`;

async function listWorkflows({ language, out, say }: Context, was: Deployment, items: Workflow[]): Promise<void> {
  if (items.length === 0) out.message(say('deployment.noWorkflows', { name: was.name }));
  await out.list(
    items,
    [
      { title: say('word.workflow'), value: ({ name }) => name },
      { title: say('word.inputs'), value: ({ inputs }) => inputNames(inputs, language) },
      { title: say('word.description'), value: ({ description }) => description ?? '' },
    ],
    ({ name }) => name,
  );
}

async function listOperations(
  { language, out, say }: Context,
  was: Deployment,
  node: string,
  items: Operation[],
): Promise<void> {
  if (items.length === 0) out.message(say('deployment.noOperations', { name: was.name, node }));
  await out.list(
    items,
    [
      { title: say('word.operation'), value: nameOf },
      { title: say('word.relationship'), value: ({ relationship }) => relationship ?? '' },
      { title: say('word.inputs'), value: ({ inputs }) => inputNames(inputs, language) },
    ],
    nameOf,
  );
}

/** `where, level*`: those that must be given are marked. */
function inputNames(schema: Workflow['inputs'], language: Context['language']): string {
  return fieldsOf(schema, language)
    .map(({ name, required }) => (required ? `${name}*` : name))
    .join(', ');
}

async function readCallInputs(context: Context, schema: Workflow['inputs'], options: CallOptions): Promise<Values> {
  const fields = fieldsOf(schema, context.language);
  const base = options.inputFile === undefined ? {} : await readInputFile(options.inputFile, context.say);
  return fillMissing(context, fields, await readValues(options, fields, context, base));
}
