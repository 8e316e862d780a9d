/** A value of a condition, as the document has it. */
export type Value = string | number | boolean;

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Names {
  /** All **but** these. */
  readonly isNegated: boolean;
  readonly names: readonly string[];
  /** Whether the document has a list, where one name may stand alone. */
  readonly isList: boolean;
}

export interface ConditionForm {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Value[];
  readonly isList: boolean;
}

/** A statement as the form shows it. */
export interface StatementForm {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Names;
  readonly resources: Names;
  readonly conditions: readonly ConditionForm[];
  /** Its members in the order in which the document has them. */
  readonly order: readonly string[];
}

/** A statement of a shape that the form has no fields for; it is kept as it is. */
export interface OtherStatement {
  readonly other: unknown;
}

export interface PolicyForm {
  readonly statements: readonly (StatementForm | OtherStatement)[];
  /** Every other member of the document, and the place of `Statement` among them. */
  readonly members: readonly (readonly [name: string, value: unknown])[];
}

/** The form for a document, or undefined where it has no list of statements. */
export function formOf(document: unknown): PolicyForm | undefined {
  if (!isRecord(document) || !Array.isArray(document['Statement'])) return undefined;
  const statements: readonly unknown[] = document['Statement'];
  return { statements: statements.map(readStatement), members: Object.entries(document) };
}

/** The document that a form stands for: of a form that nobody has touched, the very document it was made of. */
export function documentOf({ statements, members }: PolicyForm): Readonly<Record<string, unknown>> {
  const Statement = statements.map((one) => ('other' in one ? one.other : writeStatement(one)));
  return Object.fromEntries(members.map(([name, value]) => [name, name === 'Statement' ? Statement : value]));
}

/** What somebody begins with who adds a statement. */
export function newStatement(): StatementForm {
  const none: Names = { isNegated: false, names: [], isList: true };
  return {
    sid: undefined,
    effect: 'Allow',
    actions: none,
    resources: { ...none, names: ['*'] },
    conditions: [],
    order: [],
  };
}

function readStatement(given: unknown): StatementForm | OtherStatement {
  if (!isRecord(given)) return { other: given };
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = given;
  const known = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  const actions = readNames(Action, NotAction);
  const resources = readNames(Resource, NotResource);
  const conditions = readConditions(Condition);
  const isShown =
    Object.keys(given).every((name) => known.includes(name)) &&
    (Sid === undefined || typeof Sid === 'string') &&
    (Effect === 'Allow' || Effect === 'Deny');
  if (!isShown || !actions || !resources || !conditions) return { other: given };
  return { sid: Sid, effect: Effect, actions, resources, conditions, order: Object.keys(given) };
}

function readNames(plain: unknown, negated: unknown): Names | undefined {
  if ((plain === undefined) === (negated === undefined)) return undefined;
  const given = plain ?? negated;
  const names = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === 'string')) return undefined;
  return { isNegated: plain === undefined, names, isList: typeof given !== 'string' };
}

function readConditions(given: unknown): readonly ConditionForm[] | undefined {
  if (given === undefined) return [];
  if (!isRecord(given)) return undefined;
  const found: ConditionForm[] = [];
  for (const [operator, keys] of Object.entries(given)) {
    // An operator without a key has no row, and would be lost.
    if (!isRecord(keys) || Object.keys(keys).length === 0) return undefined;
    for (const [key, value] of Object.entries(keys)) {
      const values: unknown = Array.isArray(value) ? value : [value];
      if (!Array.isArray(values) || !values.every(isValue)) return undefined;
      found.push({ operator, key, values, isList: Array.isArray(value) });
    }
  }
  // An empty object of conditions has no row either.
  return found.length > 0 ? found : undefined;
}

function writeStatement(form: StatementForm): Readonly<Record<string, unknown>> {
  const { sid, effect, actions, resources, conditions, order } = form;
  const written: Readonly<Record<string, unknown>> = {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    [actions.isNegated ? 'NotAction' : 'Action']: oneOrMany(actions.names, actions.isList),
    [resources.isNegated ? 'NotResource' : 'Resource']: oneOrMany(resources.names, resources.isList),
    ...(conditions.length > 0 && { Condition: writeConditions(conditions) }),
  };
  const placeOf = (name: string) => {
    const place = order.findIndex((one) => one.replace(/^Not/, '') === name.replace(/^Not/, ''));
    return place < 0 ? order.length : place;
  };
  return Object.fromEntries(Object.entries(written).toSorted(([a], [b]) => placeOf(a) - placeOf(b)));
}

function writeConditions(conditions: readonly ConditionForm[]): Readonly<Record<string, unknown>> {
  const byOperator = new Map<string, (readonly [string, unknown])[]>();
  for (const { operator, key, values, isList } of conditions)
    byOperator.set(operator, [...(byOperator.get(operator) ?? []), [key, oneOrMany(values, isList)]]);
  return Object.fromEntries([...byOperator].map(([operator, keys]) => [operator, Object.fromEntries(keys)]));
}

function oneOrMany<T>(values: readonly T[], isList: boolean): T | readonly T[] {
  const [only] = values;
  return !isList && values.length === 1 && only !== undefined ? only : values;
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
