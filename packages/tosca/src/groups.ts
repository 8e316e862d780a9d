import { withArticle } from './text.ts';
import { triggersOf, type Members } from './activity.ts';
import { assignProperties } from './assign.ts';
import { readGroupType, readPolicyType } from './entity-type.ts';
import { checkKeys, entriesOf, entry, lacks, metadataOf, namedItemsOf, textOf, textsOf } from './fields.ts';
import { checkNames, positionOf } from './names-given.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { listing } from './suggest.ts';
import type { Data, Group, Node, Policy } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

type Named<T> = Readonly<Record<string, T>>;

/** `names` are the nodes the template has, also those that are wrong in themselves. */
export function readGroups(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  nodes: Named<Node>,
  names: ReadonlySet<string>,
): Named<Group> {
  const { report } = reading;
  const groups = emptyRecord<Group>();
  const entries = entriesOf(report, yaml, 'groups');
  // 2.0 §16.2: a group may have groups as members.
  const known = reading.unit.isTwo ? new Set([...names, ...entries.keys()]) : names;
  for (const [name, { value, at }] of entries) {
    const what = `the group ${name}`;
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, reading.unit.grammar.group, what);
    const source = typeOf(reading, 'group', fields, unit, at, what);
    if (!source) continue;
    const type = readGroupType(reading, source);
    const written = textsOf(report, fields.get('members')?.value, `members of ${what}`);
    checkNames(reading, written, fields.get('members')?.value, known, reading.unit.isTwo ? 'node or group' : 'node');
    const members = reading.unit.isTwo ? withGroups(written, entries, new Set([name])) : written;
    for (const [index, member] of members.entries()) {
      const node = nodes[member];
      if (
        !node ||
        node.schemas.isWhole === false ||
        type.members.length === 0 ||
        type.members.some((one) => node.types.includes(one))
      )
        continue;
      const place = positionOf(fields.get('members')?.value, index, at);
      report.error(
        place,
        'member-mismatch',
        `${what} has members of ${listing(type.members)}; ${member} is ${withArticle(node.type)}`,
      );
    }
    groups[name] = {
      type: type.name,
      types: type.types,
      description: textOf(report, fields.get('description')?.value, `the description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value, reading.unit.isTwo),
      properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at, {
        open: !type.isWhole,
      }),
      members,
      at,
    };
  }
  return groups;
}

/** The nodes of a group, those of the groups in it among them, each once. */
function withGroups(
  members: readonly string[],
  groups: ReadonlyMap<string, YamlEntry>,
  seen: Set<string>,
): readonly string[] {
  const nodes = members.flatMap((member) => {
    const group = groups.get(member)?.value;
    if (!group) return [member];
    if (seen.has(member)) return [];
    seen.add(member);
    const inner = entry(group, 'members');
    const names = inner?.is === 'list' ? inner.items.flatMap((item) => (item.is === 'scalar' ? [item.text] : [])) : [];
    return withGroups(names, groups, seen);
  });
  return [...new Set(nodes)];
}

export function readPolicies(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  known: Members & { readonly groups: Named<Group> },
): Named<Policy> {
  const { report } = reading;
  const policies = emptyRecord<Policy>();
  for (const [written, { value, at }] of namedItemsOf(report, yaml, 'policies')) {
    const what = `the policy ${written}`;
    const name = freeName(written, policies);
    if (name !== written) {
      const message = `There are two policies ${written}; the second one goes by ${name}, rename one of them`;
      report[unit.isTwo ? 'error' : 'warn'](at, 'duplicate-key', message);
    }
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, reading.unit.grammar.policy, what);
    const source = typeOf(reading, 'policy', fields, unit, at, what);
    if (!source) continue;
    const type = readPolicyType(reading, source);
    const targets = textsOf(report, fields.get('targets')?.value, `targets of ${what}`);
    checkNames(reading, targets, fields.get('targets')?.value, known.names, 'node or group');
    checkTargets(reading, targets, type.targets, fields.get('targets')?.value, known, what);
    policies[name] = {
      type: type.name,
      types: type.types,
      description: textOf(report, fields.get('description')?.value, `the description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value, reading.unit.isTwo),
      properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at, {
        open: !type.isWhole,
      }),
      targets,
      triggers: Object.assign(
        emptyRecord<Data>(),
        type.triggers,
        triggersOf(reading, fields.get('triggers')?.value, known.names),
      ),
      at,
    };
  }
  return policies;
}

/** Policies of 1.x are a list, whose names may come twice (1.3 §3.9). */
function freeName(name: string, taken: Named<unknown>): string {
  let free = name;
  for (let number = 2; free in taken; number++) free = `${name}-${number}`;
  return free;
}

/** Targets are nodes or groups of the types the policy type names. */
function checkTargets(
  { report, unit }: Reading,
  targets: readonly string[],
  types: readonly string[],
  yaml: Yaml | undefined,
  { nodes, groups }: Members & { readonly groups: Named<Group> },
  what: string,
): void {
  if (types.length === 0 || !unit.isTwo) return;
  for (const [index, target] of targets.entries()) {
    const member = nodes[target] ?? groups[target];
    if (
      !member ||
      !yaml ||
      nodes[target]?.schemas.isWhole === false ||
      types.some((type) => member.types.includes(type))
    )
      continue;
    const message = `${what} is for ${listing(types)}; ${target} is ${withArticle(member.type)}`;
    report.error(positionOf(yaml, index, yaml.at), 'target-mismatch', message);
  }
}

function typeOf(
  { report, names, unit: { grammar } }: Reading,
  kind: 'group' | 'policy',
  fields: ReadonlyMap<string, YamlEntry>,
  unit: Unit,
  at: Position,
  what: string,
): TypeSource | undefined {
  const yaml = fields.get('type')?.value;
  const name = textOf(report, yaml, `the type of ${what}`);
  if (yaml && name !== undefined) return names.require(kind, name, unit, yaml.at);
  if (lacks(fields, 'type', grammar[kind])) report.error(at, 'missing-key', `${what} needs a type`);
  return undefined;
}
