/**
 * The keys of each construct, as data: the versions of TOSCA differ mostly in these. A kind says what must stand behind a
 * key; it is checked where keys are, so that a grammar that is strict about it (2.0) needs no code of its own.
 */
export type KeyKind = 'any' | 'text' | 'boolean' | 'list' | 'map' | 'version' | 'given';
export type Keys = ReadonlyMap<string, KeyKind>;

export interface Grammar {
  readonly file: Keys;
  readonly import: Keys;
  readonly repository: Keys;
  readonly artifactType: Keys;
  readonly dataType: Keys;
  readonly capabilityType: Keys;
  readonly relationshipType: Keys;
  readonly nodeType: Keys;
  readonly groupType: Keys;
  readonly policyType: Keys;
  readonly interfaceType: Keys;
  /** A property, an attribute, a parameter: one shape, each with its own few keys. */
  readonly property: Keys;
  readonly schema: Keys;
  readonly output: Keys;
  readonly capabilityDefinition: Keys;
  readonly capabilityAssignment: Keys;
  readonly requirementDefinition: Keys;
  readonly requirementAssignment: Keys;
  readonly relationshipOfRequirement: Keys;
  readonly nodeFilter: Keys;
  /** Keys of an interface that are not operations written directly under it (1.0–1.2). */
  readonly interface: Keys;
  readonly operation: Keys;
  readonly implementation: Keys;
  readonly artifact: Keys;
  readonly topology: Keys;
  readonly nodeTemplate: Keys;
  readonly relationshipTemplate: Keys;
  readonly group: Keys;
  readonly policy: Keys;
  readonly trigger: Keys;
  readonly workflow: Keys;
  readonly step: Keys;
  readonly activity: Keys;
  readonly substitution: Keys;
}

const open = new WeakSet<Keys>();

/** Keys of a construct that may have others beside them, which are noted and not read: those that tools put into types of 1.x. */
export function openKeys(...written: readonly string[]): Keys {
  const known = keys(...written);
  open.add(known);
  return known;
}

export function isOpen(known: Keys): boolean {
  return open.has(known);
}

/** Keys written `name` or `name:kind`. */
export function keys(...written: readonly string[]): Keys {
  return new Map(
    written.map((one) => {
      const [name = '', kind = 'any'] = one.split(':');
      return [name, kind as KeyKind]; // Written in this folder only.
    }),
  );
}
