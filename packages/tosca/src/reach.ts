import { mostOf, relationshipAt } from './multiplicity.ts';
import { didYouMean, hintAt, listing } from './suggest.ts';
import { withArticle } from './text.ts';
import type { DanglingRequirement, DataSchema, Node, Requirement, Schemas, Topology, Value } from './topology.ts';

/** Where a value stands, which decides what SELF, HOST, SOURCE and TARGET mean. */
export interface Place {
  readonly topology: Topology;
  /** Absent in outputs, groups and policies. */
  readonly node?: string | undefined;
  /** Given inside a relationship: SELF is the relationship, SOURCE is `node`, TARGET the node it leads to. */
  readonly requirement?: Requirement | undefined;
  /** Which of the nodes made of one template; 0 where there is one. */
  readonly index?: number | undefined;
  /** Which of the relationships made of one assignment; 0 where there is one. */
  readonly relationshipIndex?: number | undefined;
}

/** A node, a capability of a node, or a relationship: whatever has properties and attributes. */
export interface Holder {
  readonly node: Node;
  readonly capability?: string | undefined;
  readonly requirement?: Requirement | undefined;
  /** Which of the nodes made of one template is meant, where a path says so. */
  readonly index?: number | undefined;
  readonly properties: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly schemas: Schemas;
}

export type Reached =
  | {
      readonly is: 'found';
      readonly holder: Holder;
      readonly name: string;
      readonly rest: readonly string[];
      /** What to say of a path that no version has in this form, though its meaning is plain. */
      readonly told?: string | undefined;
    }
  /** The way leads over a requirement that is still to be matched. */
  | { readonly is: 'open'; readonly node: string; readonly requirement: string }
  /** `step` is the index of the argument that is wrong. */
  | {
      readonly is: 'wrong';
      readonly step: number;
      readonly rule: string;
      readonly message: string;
      /** What was reached, and lacks the name that comes next. */
      readonly holder?: Holder | undefined;
    };

type Want = 'property' | 'attribute' | 'artifact';

/**
 * Follows the arguments of get_property and get_attribute, §4.4.2 and §4.5.1: an entity, then a property (attribute) of
 * it, or a capability or requirement of it and a property of that. A property also serves as an attribute.
 */
export function reach(place: Place, path: readonly string[], want: Want): Reached {
  const [entity = '', ...rest] = path;
  const noun = `get_${want}`;
  if (rest.length === 0) return wrong(0, 'bad-function', `${noun} takes an entity and a name, e.g. [ SELF, port ]`);
  if (entity === 'HOST') return reachHost(place, rest, want);
  const holder = entityNamed(place, entity);
  return 'is' in holder ? holder : along(place, holder, rest, want, 1);
}

/**
 * The steps of a TOSCA path of 2.0 (§10.3): RELATIONSHIP, requirement, index; CAPABILITY, name; SOURCE; TARGET. What remains is
 * a name in what they lead to. `ALL` stands for the first here; whoever evaluates tries every number in its place.
 */
function along(place: Place, holder: Holder, path: readonly string[], want: Want, step: number): Reached {
  const [keyword = '', ...rest] = path;
  if (rest.length === 0 || has(holder, keyword, want)) return within(place, holder, path, want, step);
  if (isIndex(keyword) && isNode(holder)) {
    const index = keyword === 'ALL' ? 0 : Number(keyword);
    const most = mostOf(holder.node.count);
    if (index < most) return along(place, { ...holder, index }, rest, want, step + 1);
    return wrong(
      step,
      'no-index',
      `${most} nodes are made of ${holder.node.name}, counted from 0; there is no number ${index}`,
    );
  }
  const { topology } = place;
  switch (keyword) {
    case 'RELATIONSHIP':
      return isNode(holder)
        ? overRelationship(place, holder.node, rest, want, step + 1)
        : overIncoming(place, holder, rest, want, step);
    case 'CAPABILITY': {
      if (holder.requirement) {
        const target = topology.nodes[holder.requirement.target];
        const capability = target && capabilityHolder(target, holder.requirement.capability);
        return capability ? along(place, capability, rest, want, step + 1) : missing(holder, keyword, want, step);
      }
      const [name = '', ...more] = rest;
      const capability = capabilityHolder(holder.node, name);
      if (capability) return along(place, capability, more, want, step + 2);
      if (holder.node.schemas.isWhole === false) return { is: 'open', node: holder.node.name, requirement: name };
      const hint = hintAt(name, Object.keys(holder.node.capabilities));
      return wrong(step + 1, 'unknown-capability', `${describe(holder)} has no capability ${name}${hint}`);
    }
    case 'SOURCE':
    case 'TARGET': {
      if (!holder.requirement)
        return wrong(step, 'no-relationship', `${keyword} follows a relationship; ${describe(holder)} is none`);
      const node = keyword === 'SOURCE' ? holder.node : topology.nodes[holder.requirement.target];
      return node ? along(place, nodeHolder(node), rest, want, step + 1) : missing(holder, keyword, want, step);
    }
    default:
      return within(place, holder, path, want, step);
  }
}

function isIndex(text: string): boolean {
  return text === 'ALL' || /^\d+$/.test(text);
}

/** `requirement, index?, …`: one of the relationships a node has over a requirement. */
function overRelationship(place: Place, node: Node, path: readonly string[], want: Want, step: number): Reached {
  const [name = '', ...after] = path;
  const { index, rest } = indexed(after);
  const made = node.requirements.filter((one) => one.name === name);
  const requirement = relationshipAt(made, index);
  if (requirement)
    return along(place, relationshipHolder(node, requirement), rest, want, step + path.length - rest.length);
  if (node.dangling.some((one) => one.name === name)) return { is: 'open', node: node.name, requirement: name };
  if (made.length > 0)
    return wrong(step + 1, 'no-index', `${node.name} has ${made.length} relationships over ${name}, counted from 0`);
  if (node.schemas.isWhole === false) return { is: 'open', node: node.name, requirement: name };
  const known = [...node.requirements, ...node.dangling].map((one) => one.name);
  return wrong(step, 'unknown-requirement', `The node ${node.name} has no requirement ${name}${hintAt(name, known)}`);
}

/** `index?, …`: one of the relationships that lead to a capability; over a relationship, one of those beside it. */
function overIncoming(place: Place, holder: Holder, after: readonly string[], want: Want, step: number): Reached {
  const { index, rest } = indexed(after);
  const incoming: Holder[] = [];
  for (const node of Object.values(place.topology.nodes)) {
    for (const requirement of node.requirements) {
      const isMeant = holder.requirement
        ? node === holder.node && requirement.name === holder.requirement.name
        : requirement.target === holder.node.name && requirement.capability === holder.capability;
      if (isMeant) incoming.push(relationshipHolder(node, requirement));
    }
  }
  const found = incoming[index];
  if (found) return along(place, found, rest, want, step + 1 + after.length - rest.length);
  return wrong(
    step,
    'no-index',
    `${incoming.length} relationships lead to ${describe(holder)}; there is no number ${index}`,
  );
}

function indexed(path: readonly string[]): { index: number; rest: readonly string[] } {
  const [first = '', ...rest] = path;
  return isIndex(first) ? { index: first === 'ALL' ? 0 : Number(first), rest } : { index: 0, rest: path };
}

/** The node or relationship a name stands for. */
export function entityNamed(place: Place, entity: string): Holder | (Reached & { is: 'wrong' }) {
  const { topology, node, requirement } = place;
  const self = node === undefined ? undefined : topology.nodes[node];
  switch (entity) {
    case 'SELF':
      if (!self) return wrong(0, 'no-self', 'SELF means nothing here; name a node');
      return requirement ? relationshipHolder(self, requirement) : { ...nodeHolder(self), index: place.index };
    case 'SOURCE':
    case 'TARGET': {
      if (!self || !requirement) return wrong(0, 'no-relationship', `${entity} means something in a relationship only`);
      const found = entity === 'SOURCE' ? self : topology.nodes[requirement.target];
      return found ? nodeHolder(found) : wrong(0, 'unknown-node', `There is no node ${requirement.target}`);
    }
    case 'HOST': {
      const [host] = self ? hostsUp(topology, self) : [];
      return host ? nodeHolder(host) : wrong(0, 'no-host', 'HOST needs a node that is hosted on another');
    }
    default: {
      const named = topology.nodes[entity];
      if (named) return nodeHolder(named);
      const relationship = relationshipNamed(topology, entity);
      if (relationship) return relationship;
      const hint = didYouMean(entity, Object.keys(topology.nodes)) || '; name a node, or SELF, HOST, SOURCE or TARGET';
      return wrong(0, 'unknown-node', `There is no node ${entity}${hint}`);
    }
  }
}

/** What a node is hosted on, then what that is hosted on, and so forth. */
export function hostsOf(topology: Topology, node: Node): Node[] {
  return [...hostsUp(topology, node)];
}

function* hostsUp(topology: Topology, node: Node): Iterable<Node> {
  const seen = new Set([node]);
  for (let at: Node | undefined = node; at;) {
    const hosted: Requirement | undefined = at.requirements.find(isHosting);
    at = hosted && topology.nodes[hosted.target];
    if (!at || seen.has(at)) return;
    seen.add(at);
    yield at;
  }
}

function isHosting({ relationship }: Requirement | DanglingRequirement): boolean {
  return relationship.types.includes('tosca.relationships.HostedOn');
}

/** The nearest host that has what is asked for. */
function reachHost(place: Place, rest: readonly string[], want: Want): Reached {
  const self = place.node === undefined ? undefined : place.topology.nodes[place.node];
  if (!self) return wrong(0, 'no-self', 'HOST means nothing here; name a node');
  let top = self;
  let first: Reached | undefined;
  for (const host of hostsUp(place.topology, self)) {
    const [name = ''] = rest;
    const mayHave = has(nodeHolder(host), name, want) || rest.length > 1;
    const reached = mayHave || !first ? within(place, nodeHolder(host), rest, want, 1) : first;
    if (reached.is !== 'wrong') return reached;
    first ??= reached;
    top = host;
  }
  const open = top.dangling.find(isHosting);
  if (open) return { is: 'open', node: top.name, requirement: open.name };
  return first ?? wrong(0, 'no-host', `${self.name} is not hosted on another node, so it has no HOST`);
}

function within(place: Place, holder: Holder, path: readonly string[], want: Want, step: number): Reached {
  const [name = '', ...rest] = path;
  if (has(holder, name, want) && (rest.length === 0 || !isPart(holder, name) || isStructured(holder, name))) {
    const schema = holder.schemas.properties[name] ?? holder.schemas.attributes[name];
    const message = schema && wrongStep(schema, name, rest);
    return message === undefined ? { is: 'found', holder, name, rest } : wrong(step, 'bad-path', message);
  }
  if (isNode(holder) && rest.length > 0) {
    const capability = capabilityHolder(holder.node, name);
    const inside = capability && within(place, capability, rest, want, step + 1);
    if (inside && inside.is !== 'wrong') return inside;
    // A capability and a requirement may share a name, as `host` often does.
    const over = overRequirement(place, holder.node, name, rest, want, step);
    const reached = over?.is === 'wrong' ? (inside ?? over) : (over ?? inside);
    if (reached) return reached;
  }
  return missing(holder, name, want, step);
}

/** Over a requirement: the capability it leads to, else the node itself. */
function overRequirement(
  place: Place,
  node: Node,
  name: string,
  rest: readonly string[],
  want: Want,
  step: number,
): Reached | undefined {
  const requirement = node.requirements.find((one) => one.name === name);
  if (!requirement) {
    return node.dangling.some((one) => one.name === name)
      ? { is: 'open', node: node.name, requirement: name }
      : undefined;
  }
  const target = place.topology.nodes[requirement.target];
  if (!target) return { is: 'open', node: node.name, requirement: name };
  const capability = capabilityHolder(target, requirement.capability);
  const [first = '', ...after] = rest;
  if (/^\d+$/.test(first) && after.length > 0 && !has(nodeHolder(target), first, want)) {
    const reached = overRelationship(place, node, [name, ...rest], want, step);
    if (reached.is !== 'found') return reached;
    const told = `${name}, ${first} is read as the relationship over ${name}; 1.3 (§4.4.2) has no such path, 2.0 (§10.3) writes RELATIONSHIP, ${name}, ${first}`;
    return { ...reached, told };
  }
  if (capability && has(capability, first, want)) return within(place, capability, rest, want, step + 1);
  const reached = within(place, nodeHolder(target), rest, want, step + 1);
  if (reached.is !== 'wrong' || !capability) return reached;
  const near = didYouMean(first, namesIn(capability, want));
  return near
    ? wrong(
        step + 1,
        reached.rule,
        `The capability ${requirement.capability} of ${target.name} has no ${want} ${first}${near}`,
      )
    : reached;
}

/** What is wrong with a path into a value of some schema; undefined when it may lead somewhere. */
export function wrongStep(schema: DataSchema, name: string, path: readonly string[]): string | undefined {
  let at: DataSchema | undefined = schema;
  let where = name;
  for (const step of path) {
    if (!at || at.base === 'any') return undefined;
    if (at.fields) {
      if (!(step in at.fields))
        return `${where} (${at.type}) has no field ${step}${hintAt(step, Object.keys(at.fields))}`;
      at = at.fields[step];
    } else if (at.base === 'map') at = at.entry;
    else if (at.base === 'list' || at.base === 'range') {
      if (!/^\d+$/.test(step))
        return `${where} is a list; give the number of an item, counted from 0, instead of ${step}`;
      at = at.entry;
    } else return `${where} is ${withArticle(at.type)}; there is nothing in it that ${step} could name`;
    where = `${where}.${step}`;
  }
  return undefined;
}

function missing(holder: Holder, name: string, want: Want, step: number): Reached {
  if (holder.schemas.isWhole === false || holder.node.schemas.isWhole === false)
    return { is: 'open', node: holder.node.name, requirement: name };
  const { attributes } = holder.schemas;
  const what = describe(holder);
  if (want === 'property' && name in attributes) {
    return wrong(step, 'unknown-property', `${name} is an attribute of ${what}; use get_attribute`);
  }
  const known = namesIn(holder, want);
  const parts = isNode(holder)
    ? [...Object.keys(holder.node.capabilities), ...holder.node.requirements.map((one) => one.name)]
    : [];
  const onTheWay = parts.includes(name) ? `; ${name} is a part of it, so name what is wanted of that too` : '';
  const hint =
    onTheWay || didYouMean(name, [...known, ...parts]) || (known.length > 0 ? `; it has ${listing(known)}` : '');
  return { ...wrong(step, `unknown-${want}`, `${what} has no ${want} ${name}${hint}`), holder };
}

function namesIn({ schemas, node }: Holder, want: Want): string[] {
  if (want === 'artifact') return Object.keys(node.artifacts);
  return [...Object.keys(schemas.properties), ...(want === 'attribute' ? Object.keys(schemas.attributes) : [])];
}

function has(holder: Holder, name: string, want: Want): boolean {
  const { schemas } = holder;
  if (want === 'artifact') return isNode(holder) && name in holder.node.artifacts;
  if (name in schemas.properties || name in holder.properties) return true;
  return want === 'attribute' && (name in schemas.attributes || name in holder.attributes);
}

/** Whether a property shares its name with a capability or a requirement. */
function isPart({ node, capability, requirement }: Holder, name: string): boolean {
  if (capability !== undefined || requirement) return false;
  return name in node.capabilities || node.requirements.some((one) => one.name === name);
}

function isStructured({ schemas }: Holder, name: string): boolean {
  const schema = schemas.properties[name] ?? schemas.attributes[name];
  return (
    !!schema &&
    (schema.fields !== undefined || schema.base === 'map' || schema.base === 'list' || schema.base === 'any')
  );
}

function isNode({ capability, requirement }: Holder): boolean {
  return capability === undefined && !requirement;
}

function describe({ node, capability, requirement }: Holder): string {
  if (requirement) return `The relationship ${requirement.name} of ${node.name}`;
  return capability === undefined
    ? `The node ${node.name} (${node.type})`
    : `The capability ${capability} of ${node.name}`;
}

export function nodeHolder(node: Node): Holder {
  return { node, properties: node.properties, attributes: node.attributes, schemas: node.schemas };
}

function capabilityHolder(node: Node, name: string): Holder | undefined {
  const capability = node.capabilities[name];
  if (!capability) return undefined;
  const { properties, attributes, schemas } = capability;
  return { node, capability: name, properties, attributes, schemas };
}

function relationshipHolder(node: Node, requirement: Requirement): Holder {
  const { properties, attributes, schemas } = requirement.relationship;
  return { node, requirement, properties, attributes, schemas };
}

function relationshipNamed(topology: Topology, name: string): Holder | undefined {
  for (const node of Object.values(topology.nodes)) {
    for (const requirement of node.requirements) {
      if (requirement.relationship.name === name) return relationshipHolder(node, requirement);
    }
  }
  return undefined;
}

/** Where the values of a holder are evaluated. */
export function placeOf(topology: Topology, { node, requirement, index }: Holder): Place {
  return { topology, node: node.name, requirement, index };
}

function wrong(step: number, rule: string, message: string): Reached & { is: 'wrong' } {
  return { is: 'wrong', step, rule, message };
}
