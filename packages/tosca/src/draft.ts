import type { NodeType } from './node-type.ts';
import type { Node } from './topology.ts';
import type { YamlEntry } from './yaml-tree.ts';

export interface Draft {
  readonly type: NodeType;
  readonly node: Omit<Node, 'requirements' | 'dangling'>;
  readonly requirements: [name: string, entry: YamlEntry][];
  readonly what: string;
}
