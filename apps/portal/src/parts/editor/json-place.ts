import { ensureSyntaxTree, type syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';

type SyntaxNode = ReturnType<typeof syntaxTree>['topNode'];

export interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where in a JSON text the value stands that a pointer names, or as near to it as there is something. */
export function placeOf(state: EditorState, pointer: string): Place {
  const top = ensureSyntaxTree(state, state.doc.length, 1_000)?.topNode.firstChild;
  if (!top) return { from: 0, to: state.doc.length };
  let node: SyntaxNode = top;
  let found: Place = firstLine(state, top);
  for (const step of stepsOf(pointer)) {
    const property = node.name === 'Object' ? propertyOf(state, node, step) : undefined;
    const next: SyntaxNode | null | undefined =
      node.name === 'Array' ? itemOf(node, Number(step)) : property?.lastChild;
    if (!next) break;
    node = next;
    found = isLong(node) ? (property?.firstChild ?? firstLine(state, node)) : node;
  }
  return { from: found.from, to: found.to };
}

/** Where a text that is no JSON first stops being it. */
export function brokenPlace(state: EditorState): Place {
  const { length } = state.doc;
  let from = Math.max(0, length - 1);
  ensureSyntaxTree(state, length, 1_000)?.iterate({
    enter: (node) => {
      if (node.type.isError) from = Math.min(from, node.from);
    },
  });
  return { from, to: Math.min(from + 1, length) };
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An object or a list is marked where it begins: a mark over many lines says nothing. */
function isLong({ name }: SyntaxNode): boolean {
  return name === 'Object' || name === 'Array';
}

function firstLine(state: EditorState, { from, to }: SyntaxNode): Place {
  return { from, to: Math.min(to, state.doc.lineAt(from).to) };
}

function itemOf(array: SyntaxNode, index: number): SyntaxNode | undefined {
  return childrenOf(array).filter(({ name }) => !/^[[\],]$|⚠/.test(name))[index];
}

/** The last of its name: what stands twice counts where it stands last. */
function propertyOf(state: EditorState, object: SyntaxNode, name: string): SyntaxNode | undefined {
  return object.getChildren('Property').findLast((property) => {
    const written = property.getChild('PropertyName');
    if (!written) return false;
    try {
      return JSON.parse(state.sliceDoc(written.from, written.to)) === name;
    } catch {
      return false;
    }
  });
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}
