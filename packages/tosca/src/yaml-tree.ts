import type { Position } from './position.ts';

/** YAML as TOSCA needs it: scalars, lists and maps with text keys, each with the place where it stands. */
export type Yaml = YamlScalar | YamlList | YamlMap;

/** What every value may have. */
interface YamlValue {
  readonly at: Position;
  /** The name under which it may be used again (`&name`). */
  readonly anchor?: string | undefined;
}

export interface YamlScalar extends YamlValue {
  readonly is: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `1.10` stays `1.10`. */
  readonly text: string;
}

export interface YamlList extends YamlValue {
  readonly is: 'list';
  readonly items: readonly Yaml[];
}

export interface YamlMap extends YamlValue {
  readonly is: 'map';
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  /** Where the key stands. */
  readonly at: Position;
  readonly value: Yaml;
}
