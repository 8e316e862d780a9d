import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { JsonSchema } from '../schema/fields.ts';

type SyntaxNode = ReturnType<typeof syntaxTree>['topNode'];

/** Offers the property names and fixed values that a schema knows at the place of the cursor. */
export function jsonCompletion(schema: JsonSchema): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    const text = context.state.sliceDoc(0);
    const word = context.matchBefore(/"?[\w-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const at = schemaAt(schema, pathTo(node, text));
    const asValue = isValue(node);
    const options = asValue
      ? valuesOf(at).map((value) => JSON.stringify(value))
      : Object.keys(record(at['properties'])).map((key) => `"${key}": `);
    // The closing quote is there already when the editor has put it in.
    const to = text[context.pos] === '"' ? context.pos + 1 : context.pos;
    return options.length === 0
      ? null
      : { from: word.from, to, options: options.map((label) => ({ label: label.replace(/: $/, ''), apply: label })) };
  };
}

function isValue(node: SyntaxNode): boolean {
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
