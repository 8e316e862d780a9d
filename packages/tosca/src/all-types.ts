import { readArtifactType } from './artifact.ts';
import { checkTypeFunctions } from './check-types.ts';
import { checkValue } from './check-value.ts';
import {
  readCapabilityType,
  readGroupType,
  readPolicyType,
  readRelationshipType,
  type EntityType,
} from './entity-type.ts';
import { readNodeType } from './node-type.ts';
import { readFunctionDefinition } from './function-definition.ts';
import { readInterfaceType } from './interface.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { readDataType } from './read-schema.ts';
import type { Schema } from './schema.ts';
import { typeKinds, type TypeSource, type Unit } from './unit.ts';

/** Looks at every type the template's files define, used or not, so that all that is wrong with them is told. */
export function resolveAllTypes(reading: Reading, units: Iterable<Unit | undefined>): void {
  const checked = new Set<Schema>();
  for (const unit of units) {
    if (!unit) continue;
    for (const kind of [...typeKinds, 'function'] as const) {
      for (const source of unit.declared[kind].values()) {
        const own = readingIn(reading, source.unit);
        for (const schema of schemasIn(own, source)) checkDefault(reading, schema, checked);
      }
    }
  }
}

function schemasIn(reading: Reading, source: TypeSource): Schema[] {
  switch (source.kind) {
    case 'artifact':
      return Object.values(readArtifactType(reading, source).properties);
    case 'data': {
      const type = readDataType(reading, source);
      return [...Object.values(type.fields ?? {}), ...[type.entry, type.key].filter((schema) => schema !== undefined)];
    }
    case 'interface':
      return Object.values(readInterfaceType(reading, source).inputs.schemas);
    case 'capability':
      return propertiesOf(readCapabilityType(reading, source));
    case 'relationship':
      return propertiesOf(readRelationshipType(reading, source));
    case 'node': {
      const type = readNodeType(reading, source);
      // Where an ancestor is missing, so may be what is asked for.
      if (type.isWhole) checkTypeFunctions(reading, type);
      return [...propertiesOf(type), ...Object.values(type.capabilities).flatMap(propertiesOf)];
    }
    case 'group':
      return propertiesOf(readGroupType(reading, source));
    case 'policy':
      return propertiesOf(readPolicyType(reading, source));
    case 'function':
      readFunctionDefinition(reading, source);
      return [];
  }
}

function propertiesOf(type: Pick<EntityType, 'properties' | 'attributes'>): Schema[] {
  return [...Object.values(type.properties), ...Object.values(type.attributes)];
}

function checkDefault({ report }: Reading, schema: Schema, checked: Set<Schema>): void {
  if (checked.has(schema)) return;
  checked.add(schema);
  const { defaultValue, name } = schema;
  if (!defaultValue || (defaultValue.is === 'literal' && defaultValue.value === null)) return;
  checkValue(defaultValue, schema, `the default of ${name}`, (wrong, rule, message) =>
    report.error(wrong.at, rule, message),
  );
}
