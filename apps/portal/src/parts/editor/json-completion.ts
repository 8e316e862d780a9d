import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { JsonSchema } from '../schema/fields.ts';

type SyntaxNode = ReturnType<typeof syntaxTree>['topNode'];

/** Offers the property names and fixed values that a schema knows at the place of the cursor. */
export function jsonCompletion(schema: JsonSchema): (context: CompletionContext) => CompletionResult | null {
  return completionBy((path, asValue) => {
    const at = schemaAt(schema, path);
    return asValue ? valuesOf(at) : Object.keys(record(at['properties']));
  });
}

/**
 * Offers what `known` answers for a place: names of members, or values where one is being written. The place is told by the
 * names of the members that lead to it; lists have none.
 */
export function completionBy(
  known: (path: readonly string[], asValue: boolean) => readonly unknown[],
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    const text = context.state.sliceDoc(0);
    const word = context.matchBefore(/"?[\w.*/-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const asValue = isValue(node);
    const found = known(pathTo(node, text), asValue).map((one) => JSON.stringify(one));
    const options = asValue ? found : found.map((name) => `${name}: `);
    // The closing quote is there already when the editor has put it in.
    const to = text[context.pos] === '"' ? context.pos + 1 : context.pos;
    return options.length === 0
      ? null
      : { from: word.from, to, options: options.map((label) => ({ label: label.replace(/: $/, ''), apply: label })) };
  };
}

function isValue(node: SyntaxNode): boolean {
  if (node.name === 'Array' || node.parent?.name === 'Array') return node.name !== 'Object';
  return node.name === 'Property' || (node.parent?.name === 'Property' && node.name !== 'PropertyName');
}

/** Names of the properties that lead from the top to the node. */
function pathTo(node: SyntaxNode, text: string): string[] {
  const path: string[] = [];
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name !== 'Property' || (at === node.parent && node.name === 'PropertyName')) continue;
    const name = at.getChild('PropertyName');
    if (name) path.unshift(text.slice(name.from + 1, name.to - 1));
  }
  return path;
}

function schemaAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce((at, name) => record(record(at['properties'])[name]), schema);
}

function valuesOf(schema: JsonSchema): unknown[] {
  if (Array.isArray(schema['enum'])) return schema['enum'] as unknown[];
  return schema['type'] === 'boolean' ? [true, false] : [];
}

function record(given: unknown): JsonSchema {
  return typeof given === 'object' && given !== null ? (given as JsonSchema) : {};
}
