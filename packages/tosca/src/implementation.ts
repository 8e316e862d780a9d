import { artifactOf, artifactOfFile } from './artifact.ts';
import { checkKeys, entriesOf, isNothing, itemsOf, lacks, shown, textOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { secondsOf } from './scalar-unit.ts';
import type { Artifact, Implementation } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';
import type { InterfaceOwner } from './interface.ts';

/** §3.6.17: the name of an artifact or a file, or a map with `primary`, `dependencies`, `timeout`, `operation_host`. */
export function implementationOf(reading: Reading, yaml: Yaml, owner: InterfaceOwner): Implementation | undefined {
  const { report, unit } = reading;
  if (yaml.is === 'scalar') return { primary: namedArtifact(reading, yaml, owner), dependencies: [] };
  const fields = entriesOf(report, yaml, 'the implementation');
  checkKeys(report, fields, unit.grammar.implementation, 'the implementation');
  const given = fields.get('primary')?.value;
  const primary = given
    ? artifactIn(reading, given, owner)
    : fields.has('file')
      ? artifactOf(reading, yaml, yaml.at, owner.unit, 'the implementation')
      : undefined;
  const dependencies = itemsOf(report, fields.get('dependencies')?.value, 'dependencies').flatMap(
    (item) => artifactIn(reading, item, owner) ?? [],
  );
  if (!primary) {
    const others = ['operation_host', 'timeout', 'dependencies'];
    if (
      others.every((key) => isEmpty(fields.get(key)?.value)) &&
      lacks(fields, 'primary', unit.grammar.implementation)
    ) {
      report.error(yaml.at, 'missing-key', 'An implementation names its script: write "primary: scripts/create.sh"');
    }
    return undefined;
  }
  return {
    primary,
    dependencies,
    timeoutSeconds: timeoutOf(reading, fields.get('timeout')?.value),
    host: textOf(report, fields.get('operation_host')?.value, 'operation_host'),
  };
}

function isEmpty(yaml: Yaml | undefined): boolean {
  return !yaml || isNothing(yaml) || (yaml.is === 'list' && yaml.items.length === 0);
}

function artifactIn(reading: Reading, yaml: Yaml, owner: InterfaceOwner): Artifact | undefined {
  if (yaml.is === 'scalar') return isNothing(yaml) ? undefined : namedArtifact(reading, yaml, owner);
  return artifactOf(reading, yaml, yaml.at, owner.unit, 'the implementation');
}

function namedArtifact(reading: Reading, yaml: Yaml & { is: 'scalar' }, owner: InterfaceOwner): Artifact {
  return owner.artifacts[yaml.text] ?? artifactOfFile(reading, yaml.text, yaml.at, owner.unit);
}

/** Seconds, or a scalar-unit.time. */
function timeoutOf(reading: Reading, yaml: Yaml | undefined): number | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const seconds =
    yaml.is === 'scalar' ? (typeof yaml.value === 'number' ? yaml.value : secondsOf(yaml.text)) : undefined;
  if (seconds !== undefined && seconds > 0) return seconds;
  if (seconds === 0 && !reading.unit.isTwo) {
    reading.report.warn(yaml.at, 'bad-timeout', 'timeout is a number of seconds (1.3 §3.6.16); 0 is read as none');
    return undefined;
  }
  reading.report.error(yaml.at, 'bad-timeout', `timeout is a number of seconds, not ${shown(yaml)}`);
  return undefined;
}
