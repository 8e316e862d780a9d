import type { Document, Node } from 'yaml';
import type { Reading } from '../reading.ts';
import type { TypeKind } from '../unit.ts';
import type { Grounds } from './ground.ts';

/** A file being rewritten, and what is known of it. */
export interface Converting {
  readonly document: Document;
  /** How the file was read as 1.x. */
  readonly reading: Reading;
  readonly grounds: Grounds;
  /** Values that are rewritten already, though an alias leads to them again. */
  readonly done: WeakSet<Node>;
  /** Imports of types that 1.x takes from whoever imports the file. */
  readonly missing: Map<string, Node>;
  /** Says at its place what 2.0 cannot express. */
  refuse(node: unknown, message: string): void;
  /** Says what is left out and means nothing to whoever reads the template. */
  tell(node: unknown, message: string): void;
  /** The name that a type goes by in 2.0. */
  typeName(kind: TypeKind, name: string): string;
}
