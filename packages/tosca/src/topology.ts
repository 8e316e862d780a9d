import type { Position } from './position.ts';
import type { Data, Value } from './topology-value.ts';

export * from './topology-value.ts';

/**
 * What a service template means once its types are resolved: a graph of nodes joined by relationships. Shaped like the
 * representation graph of TOSCA 2.0 (chapter 5), so that every front end leads here and nothing after it knows a version.
 */
export interface ServiceTemplate {
  /** As written, e.g. `tosca_simple_yaml_1_3`. */
  readonly toscaVersion: string;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly author?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly topology: Topology;
  /** Imported templates that can stand in for nodes of this one (`topology.substitution` says for which). */
  readonly substitutes?: readonly ServiceTemplate[] | undefined;
}

/** An input a deployment may give. Plain data, enough to draw a form from. */
export interface InputDefinition extends DataSchema {
  readonly name: string;
  /** Whether a deployment must give it: declared as required and without a default. */
  readonly required: boolean;
  readonly default?: Data | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a value must look like, as plain data. */
export interface DataSchema {
  /** `string`, `integer`, `list`, `scalar-unit.size` …, or the name of a data type. */
  readonly type: string;
  /** The primitive type below a data type derived from one (`integer` for `PortDef`); otherwise the same as `type`. */
  readonly base: string;
  readonly description?: string | undefined;
  /** In the order of the template; those of the data type first. */
  readonly constraints: readonly ConstraintClause[];
  /** What the items of a list or the values of a map look like. */
  readonly entry?: DataSchema | undefined;
  /** What the keys of a map look like, where that is said. */
  readonly key?: DataSchema | undefined;
  /** The units of a scalar type that a template defines; `base` is then `scalar`. */
  readonly scalar?: ScalarUnits | undefined;
  /** The fields of a data type; absent where a type contains itself. */
  readonly fields?: Readonly<Record<string, FieldSchema>> | undefined;
}

/** 2.0 §9.1.2.2: what one of each unit is in the canonical one, prefixes applied; `number` is the type of the number. */
export interface ScalarUnits {
  readonly units: Readonly<Record<string, number>>;
  readonly canonical: string;
  readonly number: DataSchema;
}

export interface FieldSchema extends DataSchema {
  readonly required: boolean;
  readonly default?: Data | undefined;
}

/** One constraint of §3.6.3, e.g. `{ operator: 'in_range', argument: [1, 65535] }`. */
export interface ConstraintClause {
  readonly operator: ConstraintOperator;
  readonly argument: Data;
}

export type ConstraintOperator =
  | 'equal'
  | 'greater_than'
  | 'greater_or_equal'
  | 'less_than'
  | 'less_or_equal'
  | 'in_range'
  | 'valid_values'
  | 'length'
  | 'min_length'
  | 'max_length'
  | 'pattern'
  | 'schema'
  /** A boolean expression of 2.0 as written, `$value` standing for the value (§9.11). */
  | 'validation';

export interface Topology {
  readonly nodes: Readonly<Record<string, Node>>;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly groups: Readonly<Record<string, Group>>;
  readonly policies: Readonly<Record<string, Policy>>;
  readonly workflows: Readonly<Record<string, Workflow>>;
  /** What the template can stand in for. */
  readonly substitution?: Substitution | undefined;
}

/** Which nodes a template can replace, and what of it is what of theirs (1.3 §3.8.13, 2.0 chapter 15). */
export interface Substitution {
  /** The type a replaced node has. */
  readonly node: string;
  readonly types: readonly string[];
  /** Boolean expressions, as written, which a replaced node must fulfil. */
  readonly filter?: NodeFilter | undefined;
  /** The input each property of the replaced node is given to; paths such as `CAPABILITY.host.num_cpus` are joined with dots. */
  readonly properties: Readonly<Record<string, string>>;
  /** The output each attribute of the replaced node is taken from. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly capabilities: Readonly<Record<string, { readonly node: string; readonly capability: string }>>;
  /** In order; a requirement may be mapped several times. Without `requirement` the selected node itself is meant. */
  readonly requirements: readonly {
    readonly name: string;
    readonly count?: number | undefined;
    readonly to: readonly { readonly node: string; readonly requirement?: string | undefined }[];
  }[];
  /** The workflow each operation starts. */
  readonly interfaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly at: Position;
}

export interface Node {
  readonly name: string;
  readonly type: string;
  /** The type, then its ancestors up to the root. */
  readonly types: readonly string[];
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** `select` or `substitute` when the node is not ours to create. */
  readonly directives: readonly string[];
  /** What the template assigns, completed with the type's defaults. */
  readonly properties: Readonly<Record<string, Value>>;
  /** What the template assigns and the type's defaults; other attributes exist but have no value yet. */
  readonly attributes: Readonly<Record<string, Value>>;
  readonly capabilities: Readonly<Record<string, Capability>>;
  /** The relationships to other nodes, in the order of the template. */
  readonly requirements: readonly Requirement[];
  /** Requirements the template leaves to be matched with something that exists already. */
  readonly dangling: readonly DanglingRequirement[];
  readonly interfaces: Readonly<Record<string, Interface>>;
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** What its properties and attributes look like; one object for all nodes of a type. */
  readonly schemas: Schemas;
  /** How many of it there are to be (2.0 chapter 14); one where it is absent. */
  readonly count?: Value | undefined;
  /** What a node taken from elsewhere (`select`) must look like. */
  readonly filter?: NodeFilter | undefined;
  readonly at: Position;
}

export interface Schemas {
  /** False where something is known to be missing from them, as the type of a broken template is not read in full. */
  readonly isWhole?: boolean | undefined;
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly attributes: Readonly<Record<string, FieldSchema>>;
}

export interface Capability {
  readonly name: string;
  readonly type: string;
  readonly types: readonly string[];
  readonly properties: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly schemas: Schemas;
}

/** What 2.0 adds to an assigned requirement (§8.5). */
export interface RequirementOptions {
  /** How many relationships; one where it is absent. */
  readonly count?: Value | undefined;
  /** Which of several nodes made of the target. */
  readonly index?: Value | undefined;
  readonly optional?: boolean | undefined;
  /** What the relationship takes up of the target capability's properties. */
  readonly allocation?: Readonly<Record<string, Value>> | undefined;
  /** `internal` and `external`, in the order in which they are tried. */
  readonly directives?: readonly string[] | undefined;
}

export interface Requirement extends RequirementOptions {
  readonly name: string;
  /** The name of the node it leads to. */
  readonly target: string;
  /** The name of the capability on the target. */
  readonly capability: string;
  readonly relationship: Relationship;
  /** What the target must look like, which only a deployment may know. */
  readonly filter?: NodeFilter | undefined;
  readonly at: Position;
}

export interface DanglingRequirement extends RequirementOptions {
  readonly name: string;
  /** The type a matching node must have. */
  readonly node?: string | undefined;
  /** The type a matching capability must have. */
  readonly capability: string;
  readonly relationship: Relationship;
  /** What a matching node must look like. */
  readonly filter?: NodeFilter | undefined;
  readonly at: Position;
}

/** §3.6.5: constraints on the properties of a node and of its capabilities. */
export interface NodeFilter {
  readonly properties: Readonly<Record<string, readonly ConstraintClause[]>>;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, readonly ConstraintClause[]>>>>;
  /** Boolean expressions of 2.0, all of which must hold; SELF is the relationship (§8.6). */
  readonly conditions?: readonly Value[] | undefined;
}

export interface Relationship {
  /** The name of the relationship template, when it is one. */
  readonly name?: string | undefined;
  readonly type: string;
  readonly types: readonly string[];
  readonly properties: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly interfaces: Readonly<Record<string, Interface>>;
  readonly schemas: Schemas;
}

export interface Interface {
  readonly type: string;
  readonly types: readonly string[];
  /** Every operation the interface has; those that do nothing have no implementation. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** What the outside may tell, in the same shape: an implementation that listens, and where its outputs go. */
  readonly notifications?: Readonly<Record<string, Operation>> | undefined;
}

export interface Operation {
  readonly implementation?: Implementation | undefined;
  /** The operation's own inputs over those of its interface, completed with defaults. */
  readonly inputs: Readonly<Record<string, Value>>;
  /** What its inputs look like, those of its interface among them. */
  readonly inputSchemas?: Readonly<Record<string, FieldSchema>> | undefined;
  /** Which attribute each output is written to. */
  readonly outputs: Readonly<Record<string, AttributeMapping>>;
}

export interface Implementation {
  readonly primary: Artifact;
  readonly dependencies: readonly Artifact[];
  readonly timeoutSeconds?: number | undefined;
  /** SELF, HOST, SOURCE, TARGET or ORCHESTRATOR: where to run it, when the template says so. */
  readonly host?: string | undefined;
}

/** Where an operation's output goes, §3.6.16: an attribute (and a path into it) of SELF, SOURCE or TARGET. */
export interface AttributeMapping {
  readonly entity: string;
  readonly path: readonly string[];
  readonly at: Position;
}

export interface Artifact {
  readonly type: string;
  readonly types: readonly string[];
  /** A path relative to the template's root, or a URL, or a name within `repository`. */
  readonly file: string;
  readonly repository?: Repository | undefined;
  readonly description?: string | undefined;
  readonly deployPath?: string | undefined;
  readonly version?: string | undefined;
  readonly checksum?: string | undefined;
  readonly checksumAlgorithm?: string | undefined;
  readonly properties: Readonly<Record<string, Value>>;
  readonly at: Position;
}

export interface Repository {
  readonly name: string;
  readonly url: string;
}

export interface Output {
  readonly description?: string | undefined;
  readonly type?: string | undefined;
  readonly value: Value;
  readonly at: Position;
}

export interface Group {
  readonly type: string;
  readonly types: readonly string[];
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, Value>>;
  /** Names of nodes. */
  readonly members: readonly string[];
  readonly at: Position;
}

export interface Policy {
  readonly type: string;
  readonly types: readonly string[];
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, Value>>;
  /** Names of nodes and groups. */
  readonly targets: readonly string[];
  /** As written, checked in shape (§3.6.22). */
  readonly triggers: Readonly<Record<string, Data>>;
  readonly at: Position;
}

/** An imperative workflow (§3.7.7): checked in shape and kept as written. */
export interface Workflow {
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  /** Boolean expressions as written, all of which must hold. */
  readonly preconditions: readonly Data[];
  readonly steps: Readonly<Record<string, Data>>;
  /** What carries it out in place of steps (2.0 §13.2). */
  readonly implementation?: Implementation | undefined;
  /** Which attribute each output is written to. */
  readonly outputs?: Readonly<Record<string, AttributeMapping>> | undefined;
  readonly at: Position;
}
