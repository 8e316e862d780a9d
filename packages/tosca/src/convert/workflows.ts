import type { Node } from 'yaml';
import type { Converting } from './converting.ts';
import { dropEmpty, refuseKeys } from './names.ts';
import { rewriteSchemas } from './schemas.ts';
import {
  allOf,
  call,
  entriesIn,
  entryOf,
  flowList,
  isNothing,
  isScalar,
  isSeq,
  itemsIn,
  keyOf,
  mapped,
  meant,
  namedIn,
  rename,
  textAt,
  valueAt,
  word,
  type Entry,
} from './tree.ts';
import { clausesOf } from './validation.ts';
import { rewriteValues } from './values.ts';

/** 1.3 §3.7.7 → 2.0 §13.2. */
export function rewriteWorkflows(converting: Converting, workflows: unknown): void {
  const { outside } = converting.grounds;
  for (const { value: workflow } of entriesIn(workflows)) {
    dropEmpty(workflow);
    rewriteSchemas(converting, valueAt(workflow, 'inputs'), outside);
    rewritePreconditions(converting, workflow);
    for (const { value: step } of entriesIn(valueAt(workflow, 'steps'))) {
      dropEmpty(step);
      refuseKeys(
        converting,
        step,
        ['operation_host'],
        '2.0 leaves it to the artifact where an operation runs (§11.8); a step has',
      );
      rewriteStepFilter(converting, step);
      rewriteActivities(converting, valueAt(step, 'activities'));
      for (const key of ['on_success', 'on_failure']) {
        const followers = entryOf(step, key);
        if (followers && isScalar(followers.value)) followers.value = flowList([followers.value]);
      }
    }
  }
}

function rewriteActivities(converting: Converting, activities: unknown): void {
  for (const activity of itemsIn(activities)) {
    for (const { value } of entriesIn(activity)) {
      rewriteValues(converting, valueAt(value, 'inputs'), converting.grounds.outside);
    }
  }
}

/** A list of conditions, each on a node, becomes one that says of which node it speaks. */
function rewritePreconditions(converting: Converting, workflow: unknown): void {
  const entry = rename(workflow, 'preconditions', 'precondition');
  if (!entry) return;
  const clauses = itemsIn(entry.value).flatMap((precondition) => {
    const target = textAt(valueAt(precondition, 'target'));
    const relationship = textAt(valueAt(precondition, 'target_relationship'));
    if (target === undefined) return [];
    const start = relationship === undefined ? [target] : [target, 'RELATIONSHIP', relationship];
    return conditions(converting, valueAt(precondition, 'condition'), start);
  });
  if (clauses.length === 0) entry.value = word(true);
  else entry.value = allOf(clauses);
}

function rewriteStepFilter(converting: Converting, step: unknown): void {
  const entry = entryOf(step, 'filter');
  const target = textAt(valueAt(step, 'target'));
  if (!entry || target === undefined) return;
  entry.value = flowList(conditions(converting, entry.value, [target]));
}

/** 1.3 §3.6.25: `and`, `or`, `not` and `assert` over lists, and attributes with what they must be. */
function conditions(converting: Converting, clauses: unknown, start: readonly string[]): Node[] {
  return namedIn(clauses).flatMap((entry) => {
    const key = keyOf(entry);
    const inner = () => conditions(converting, entry.value, start);
    switch (key) {
      case 'and':
      case 'assert':
        return joined('and', inner());
      case 'or':
        return joined('or', inner());
      case 'not':
        return [call('not', allOf(inner()))];
      default:
        return attributeConditions(converting, entry, start);
    }
  });
}

function joined(name: string, clauses: readonly Node[]): Node[] {
  return clauses.length < 2 ? [...clauses] : [call(name, ...clauses)];
}

function attributeConditions(converting: Converting, entry: Entry, start: readonly string[]): Node[] {
  const of = () => call('get_attribute', ...[...start, keyOf(entry)].map(word));
  const value = meant(entry.value);
  if (isScalar(value) && !isNothing(value)) return [call('equal', of(), value)];
  return clausesOf(converting, value, of);
}

/** 1.3 §3.6.22 → 2.0 §16.5. */
export function rewriteTriggers(converting: Converting, policy: unknown): void {
  const triggers = entryOf(policy, 'triggers');
  if (isSeq(meant(triggers?.value))) mapped(triggers);
  for (const { key, value: trigger } of entriesIn(triggers?.value)) {
    dropEmpty(trigger);
    rename(trigger, 'event_type', 'event');
    const event = entryOf(trigger, 'event');
    if (event && textAt(event.value) === undefined) {
      converting.refuse(
        event.key,
        'The event of a trigger is a name in 2.0 (§16.5); name a notification of an interface',
      );
    }
    refuseKeys(
      converting,
      trigger,
      ['schedule', 'target_filter', 'constraint', 'period', 'evaluations', 'method'],
      'A trigger of 2.0 (§16.5) knows an event, a condition and actions; it has',
    );
    const condition = entryOf(trigger, 'condition');
    if (condition) {
      const message =
        'A condition of a trigger says in 2.0 whose values it looks at (§16.5), and in 1.x it does not; write it with $get_attribute after converting';
      converting.refuse(condition.key, message);
    }
    const action = entryOf(trigger, 'action');
    if (!action) continue;
    if (!isSeq(meant(action.value))) {
      converting.refuse(
        key,
        'The action of a trigger is a list of activities in 2.0 (§16.5), e.g. [ call_operation: Standard.start ]',
      );
    }
    rewriteActivities(converting, action.value);
  }
}
