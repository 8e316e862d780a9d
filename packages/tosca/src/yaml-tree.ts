import type { Position } from './position.ts';

/** YAML as TOSCA needs it: scalars, lists and maps with text keys, each with the place where it stands. */
export type Yaml = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly is: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `1.10` stays `1.10`. */
  readonly text: string;
  readonly at: Position;
}

export interface YamlList {
  readonly is: 'list';
  readonly items: readonly Yaml[];
  readonly at: Position;
}

export interface YamlMap {
  readonly is: 'map';
  readonly entries: ReadonlyMap<string, YamlEntry>;
  readonly at: Position;
}

export interface YamlEntry {
  /** Where the key stands. */
  readonly at: Position;
  readonly value: Yaml;
}
