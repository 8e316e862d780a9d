import { textOf, entry } from './fields.ts';
import type { Position } from './position.ts';
import type { Report } from './report.ts';
import { didYouMean, hasSuggestions } from './suggest.ts';
import type { DeclaredKind, TypeSource, Unit } from './unit.ts';
import type { Minor } from './version.ts';

/** Finds types by the names a file may use for them. */
export class Names {
  readonly #report: Report;
  readonly #entry: Unit;
  readonly #standard: (minor: Minor) => Unit;
  readonly #found = new WeakMap<Unit, Map<string, TypeSource | null>>();
  /** Namespaces that are used in a file and not imported, as far as that is told. */
  readonly #told = new WeakMap<Unit, Set<string>>();

  /** Some import could not be read, so that what is missing may well be there. */
  readonly isIncomplete: boolean;

  /**
   * `standard` holds the normative types of a version, which every file of it knows without importing them; `isIncomplete`
   * says that some import could not be read.
   */
  constructor(report: Report, entry: Unit, standard: (minor: Minor) => Unit, isIncomplete = false) {
    this.isIncomplete = isIncomplete;
    this.#report = report;
    this.#entry = entry;
    this.#standard = standard;
  }

  /** The type a name means in a file; an unknown one is reported. */
  require(kind: DeclaredKind, name: string, unit: Unit, at: Position): TypeSource | undefined {
    const found = this.find(kind, name, unit, at);
    if (!found) this.unknown(kind, name, unit, at);
    return found;
  }

  /** As `require`; but in a file of 1.x that holds types alone, whoever imports it may define what requirements lead to. */
  expect(kind: DeclaredKind, name: string, unit: Unit, at: Position): TypeSource | undefined {
    const isAlone = !unit.isTwo && !this.#entry.root.entries.has('topology_template');
    if (!isAlone || this.find(kind, name, unit, at)) return this.require(kind, name, unit, at);
    const message = `There is no ${kind} type ${name} here; files that import this one must define it (1.3 §3.6.8)`;
    if (!this.isIncomplete) this.#report.warn(at, 'unknown-type', message);
    return undefined;
  }

  /** Says that there is no such type; nothing where an import is missing, which may well be where the type is. */
  unknown(kind: DeclaredKind, name: string, unit: Unit, at: Position, more: Iterable<string> = []): void {
    if (this.isIncomplete) return;
    const near = hasSuggestions() ? didYouMean(name, [...more, ...this.known(kind, unit)]) : '';
    const prefix = near === '' ? this.#missingPrefix(name, unit) : undefined;
    if (prefix !== undefined) {
      // All types of a namespace lack the same import.
      if (this.#isToldOf(prefix, unit)) return;
      const key = unit.isTwo ? 'namespace' : 'namespace_prefix';
      const message = `Nothing is imported as ${prefix}, so there is no ${kind} type ${name}; write "${key}: ${prefix}" in the import that brings it`;
      this.#report.error(at, 'unknown-namespace', message);
      return;
    }
    const hint = near || (familyOf(name) ?? '; define it or import the file that does');
    this.#report.error(at, 'unknown-type', `There is no ${kind === 'function' ? kind : `${kind} type`} ${name}${hint}`);
  }

  /** What stands before the last colon of a name, where no import has that for a namespace. */
  #missingPrefix(name: string, unit: Unit): string | undefined {
    const prefix = /^(\w[\w.-]*(?::\w[\w.-]*)*):\w/.exec(name)?.[1];
    if (prefix === undefined) return undefined;
    const units = unit.isTwo ? [unit] : [unit, this.#entry];
    const isImported = units.some(({ imports }) =>
      imports.some((one) => one.prefix !== undefined && (prefix === one.prefix || prefix.startsWith(`${one.prefix}:`))),
    );
    return isImported ? undefined : prefix;
  }

  #isToldOf(prefix: string, unit: Unit): boolean {
    let told = this.#told.get(unit);
    if (!told) this.#told.set(unit, (told = new Set()));
    if (told.has(prefix)) return true;
    told.add(prefix);
    return false;
  }

  /** With `at` the file that uses the type there is told when its version of TOSCA calls it otherwise. */
  find(kind: DeclaredKind, name: string, unit: Unit, at?: Position): TypeSource | undefined {
    let found = this.#found.get(unit);
    if (!found) this.#found.set(unit, (found = new Map()));
    const key = `${kind} ${name}`;
    let source = found.get(key);
    if (source === undefined) found.set(key, (source = this.#search(kind, name, unit) ?? null));
    if (source && at && source.unit.isProfile && !unit.isProfile && unit.minor !== undefined) {
      const message = otherVersion(name, source, unit.minor);
      if (message !== undefined) this.#report.warn(at, 'other-version', message);
    }
    return source ?? undefined;
  }

  /** The names a file may use, for suggestions. */
  known(kind: DeclaredKind, unit: Unit): Set<string> {
    const names = new Set<string>();
    collect(kind, unit, '', names, new Set());
    if (unit.isTwo) return names;
    if (!unit.isProfile) collect(kind, this.#entry, '', names, new Set());
    for (const name of this.#standard(unit.minor ?? 3).declared[kind].keys()) names.add(name);
    return names;
  }

  /**
   * What the file declares and imports; then, since files written for 1.x often rely on what their importer imports, what
   * the template's entry knows; then the normative types.
   */
  #search(kind: DeclaredKind, name: string, unit: Unit): TypeSource | undefined {
    const own = this.#within(kind, name, unit, new Set());
    if (own || unit.isTwo) return own;
    return (
      (unit.isProfile || this.#entry.isTwo ? undefined : this.#within(kind, name, this.#entry, new Set())) ??
      normative(kind, name, this.#standard(unit.minor ?? 3))
    );
  }

  #within(kind: DeclaredKind, name: string, unit: Unit, seen: Set<Unit>): TypeSource | undefined {
    if (seen.has(unit)) return undefined;
    seen.add(unit);
    const own = unit.declared[kind].get(name);
    if (own) return own;
    // The Simple Profile as 2.0 imports it: its types go by their short names.
    if (unit.isProfile && unit === this.#standard(unit.minor ?? 3)) return normative(kind, name, unit);
    for (const { unit: imported, prefix } of unit.imports) {
      if (prefix === undefined) {
        const found = this.#within(kind, name, imported, seen);
        if (found) return found;
      } else if (name.startsWith(`${prefix}:`)) {
        const found = this.#within(kind, name.slice(prefix.length + 1), imported, new Set());
        if (found) return found;
      }
    }
    return undefined;
  }
}

/** Far beyond any real chain of types, and little enough to copy inherited definitions down it. */
export const deepestDerivation = 100;

/** The type and its ancestors, nearest first. A derivation that leads into a circle is reported and left out. */
export function lineage(report: Report, names: Names, source: TypeSource): TypeSource[] {
  const line = [source];
  for (let type: TypeSource | undefined = source; type;) {
    const parent = parentOf(report, names, type);
    if (parent && line.includes(parent)) {
      report.error(
        parent.at,
        'circular-derivation',
        `The type ${parent.name} is derived from itself; change its derived_from`,
      );
      return [source];
    }
    if (line.length > deepestDerivation) {
      const message = `${source.name} is derived over more than ${deepestDerivation} types; shorten the chain`;
      report.error(source.at, 'too-deep', message);
      return [source];
    }
    if (parent) line.push(parent);
    type = parent;
  }
  return line;
}

export function parentOf(report: Report, names: Names, source: TypeSource): TypeSource | undefined {
  const yaml = entry(source.yaml, 'derived_from');
  const name = textOf(report, yaml, `derived_from of ${source.name}`);
  if (yaml === undefined || name === undefined) return undefined;
  return names.require(source.kind, name, source.unit, yaml.at);
}

function collect(kind: DeclaredKind, unit: Unit, prefix: string, names: Set<string>, seen: Set<Unit>): void {
  if (seen.has(unit)) return;
  seen.add(unit);
  for (const name of unit.declared[kind].keys()) names.add(prefix + name);
  for (const { unit: imported, prefix: own } of unit.imports) {
    collect(kind, imported, own === undefined ? prefix : `${prefix}${own}:`, names, seen);
  }
}

/** A normative type by its URI, its qualified name (`tosca:Compute`) or its shorthand (`Compute`), §5. */
export function normative(kind: DeclaredKind, name: string, standard: Unit): TypeSource | undefined {
  const declared = standard.declared[kind];
  const short = name.startsWith('tosca:') ? name.slice('tosca:'.length) : name;
  return (
    declared.get(name) ??
    declared.get(oldNames.get(name)?.now ?? '') ??
    declared.get(shorthands(kind, standard).get(short) ?? '')
  );
}

/** Where a type comes from that is named like others which come with no template, but have to be imported. */
function familyOf(name: string): string | undefined {
  if (/^tosca\.\w+\.nfv\./i.test(name)) return '; import the types of NFV that define it, such as those of ETSI SOL001';
  if (/^pileus\.\w+\./.test(name)) return '; import pileus_types_1_0, or define it';
  if (/^(?:size|time|frequency|bitrate)$/.test(name)) return `; did you mean scalar-unit.${name}?`;
  return undefined;
}

interface OldName {
  readonly now: string;
  /** The last version that has the name; undefined for drafts. */
  readonly until?: Minor;
  /** Where the version after that has the new one. */
  readonly section?: string;
}

/** Names of 1.0 and its drafts that later versions changed, and short names of the Simple Profile of 2.0 that are no ends of the long ones. */
const oldNames: ReadonlyMap<string, OldName> = new Map([
  ['tosca.nodes.BlockStorage', { now: 'tosca.nodes.Storage.BlockStorage', until: 0, section: '1.1 §5.9.9' }],
  ['tosca.nodes.ObjectStorage', { now: 'tosca.nodes.Storage.ObjectStorage', until: 0, section: '1.1 §5.9.8' }],
  ['tosca.relationships.AttachTo', { now: 'tosca.relationships.AttachesTo', section: '1.0 §5.6.5' }],
  ['Lifecycle.Standard', { now: 'tosca.interfaces.node.lifecycle.Standard' }],
  ['Relationship.Configure', { now: 'tosca.interfaces.relationship.Configure' }],
]);

/** What to say of a normative type under a name that another version has. A profile notes since when it has a type. */
function otherVersion(name: string, source: TypeSource, minor: Minor): string | undefined {
  const old = oldNames.get(name);
  if (old?.section !== undefined && minor > (old.until ?? -1)) return `${name} is called ${old.now} (${old.section})`;
  const since = entry(entry(source.yaml, 'metadata'), 'since');
  if (since?.is !== 'scalar' || name !== source.name || Number(since.text.charAt(2)) <= minor) return undefined;
  if (since.text === 'none') return `${name} is no type of the specification; it is read as other processors have it`;
  return `1.${minor} has no ${name}, which came with ${since.text}; raise tosca_definitions_version to say so`;
}

const shorthandsOf = new WeakMap<Unit, Map<DeclaredKind, Map<string, string>>>();

/** `Storage.BlockStorage` and `BlockStorage` for `tosca.nodes.Storage.BlockStorage`; whole names win over their ends. */
function shorthands(kind: DeclaredKind, standard: Unit): Map<string, string> {
  let kinds = shorthandsOf.get(standard);
  if (!kinds) shorthandsOf.set(standard, (kinds = new Map()));
  let short = kinds.get(kind);
  if (short) return short;
  kinds.set(kind, (short = new Map()));
  const names = [...standard.declared[kind].keys()].map((name) => ({ name, segments: name.split('.').slice(2) }));
  for (const { name, segments } of names) short.set(segments.join('.'), name);
  for (const { name, segments } of names) {
    for (let from = 1; from < segments.length; from++) {
      const shorthand = segments.slice(from).join('.');
      if (!short.has(shorthand)) short.set(shorthand, name);
    }
  }
  return short;
}
