import { arities } from '../functions.ts';
import type { Limits } from '../limits.ts';
import { defaultLimits } from '../limits.ts';
import { functionNames } from '../topology.ts';
import { typeKinds, type Files } from '../unit.ts';
import { completionsAt, hoverText, nodeNames, typeOfNode, type Completion } from './complete.ts';
import { keysAt } from './keys-at.ts';
import { placeAt, type CursorPlace } from './position.ts';
import { openTypes, type TypeDescription, type TypeLibrary } from './types.ts';

export interface TextCompletions {
  readonly completions: readonly Completion[];
  /** What is there already of the word that is being written; a completion takes its place. */
  readonly prefix: string;
}

/**
 * What may be written where the cursor stands (line and column counted from 1) in a file of a template, though the text is not
 * finished there: keys, types, names, functions and their arguments. What does not go on with the word begun is left out.
 */
export function completeText(
  files: Files,
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
  limits: Limits = defaultLimits,
): TextCompletions {
  const text = files.text(file) ?? '';
  const place = placeAt(text, line, column);
  const library = openUnfinished(files, file, text, line, limits);
  const all = library ? offered(library, place) : [];
  return { completions: all.filter(({ label }) => label.startsWith(place.prefix)), prefix: place.prefix };
}

/** What a person reads when pointing at a word of a text; undefined where nothing is known about it. */
export function hoverInText(
  files: Files,
  file: string,
  { line, column }: { readonly line: number; readonly column: number },
): string | undefined {
  const lines = (files.text(file) ?? '').split(/\r?\n/);
  const own = lines[line - 1] ?? '';
  const start = own.slice(0, column - 1).search(/[\w.:$-]*$/);
  const word = /^[\w.:$-]+/.exec(own.slice(start))?.[0].replace(/:$/, '');
  if (word === undefined) return undefined;
  // As if the word were just being written, so that all it may be is offered.
  const until = lines.with(line - 1, own.slice(0, start + word.length)).join('\n');
  const others: Files = {
    ...files,
    has: (path) => files.has(path),
    text: (path) => (path === file ? until : files.text(path)),
  };
  const { completions } = completeText(others, file, { line, column: start + word.length + 1 });
  const found = completions.find(({ label }) => label === word);
  const library = openTypes(files, file) ?? openUnfinished(files, file, lines.join('\n'), line, defaultLimits);
  const type = typeKinds.map((kind) => library?.describe(kind, word)).find((one) => one !== undefined);
  if (type && (!found || found.is === 'type')) return hoverText(type);
  return (
    found && [[found.label, found.detail].filter(Boolean).join(': '), found.documentation].filter(Boolean).join('\n')
  );
}

/** Without the line that is being written; where that is not enough, the lines above it alone. */
function openUnfinished(
  files: Files,
  file: string,
  text: string,
  line: number,
  limits: Limits,
): TypeLibrary | undefined {
  const lines = text.split('\n');
  const versions = [lines.with(line - 1, ''), lines.slice(0, line - 1)].map((some) => some.join('\n'));
  for (const version of versions) {
    const others: Files = {
      ...files,
      has: (path) => files.has(path),
      text: (path) => (path === file ? version : files.text(path)),
    };
    const library = openTypes(others, file, limits);
    if (library) return library;
  }
  return undefined;
}

function offered(library: TypeLibrary, place: CursorPlace): readonly Completion[] {
  const { unit } = library;
  const { path, prefix } = place;
  const call = path.findLastIndex((part) => typeof part === 'string' && isFunction(library, part));
  if (call !== -1) return inCall(library, place, call);
  const here = completionsAt(library, path);
  const keys = keysAt(unit.grammar, path).filter((key) => !here.some(({ label }) => label === key));
  const known = [...here, ...keys.map((label): Completion => ({ label, is: 'key' }))];
  // Wherever nothing else is known to stand, a value may be computed.
  const isValue = keys.length === 0 && path.length > 2;
  if (prefix.startsWith('$') || (isValue && here.every(({ is }) => is === 'value'))) {
    return [...known, ...functions(library).map((label): Completion => ({ label, is: 'function' }))];
  }
  return known;
}

function functions({ unit, functions: own }: TypeLibrary): string[] {
  return unit.isTwo ? [...arities.keys(), ...own()].map((name) => `$${name}`) : [...functionNames];
}

function isFunction({ unit }: TypeLibrary, part: string): boolean {
  return unit.isTwo ? /^\$[^$]/.test(part) : (functionNames as readonly string[]).includes(part);
}

/** The arguments of a function: names of inputs, or the steps of a path. */
function inCall(library: TypeLibrary, { path, before }: CursorPlace, call: number): readonly Completion[] {
  const name = String(path[call]).replace(/^\$/, '');
  const argument = path[call + 1];
  const isFirst = argument === undefined || argument === 0;
  if (name === 'get_input') return isFirst ? inputs(library) : [];
  if (!['get_property', 'get_attribute', 'get_artifact', 'available_allocation'].includes(name)) {
    return functions(library).map((label): Completion => ({ label, is: 'function' }));
  }
  if (isFirst) return [...keywords(library, true), ...nodeNames(library)];
  const [entity = '', ...steps] = before;
  const self = path[1] === 'node_templates' ? String(path[2]) : undefined;
  const type = typeOfNode(library, entity === 'SELF' ? (self ?? '') : entity);
  return type ? along(library, type, steps, name === 'get_attribute') : [];
}

function inputs({ unit }: TypeLibrary): readonly Completion[] {
  const section = unit.root.entries.get(unit.isTwo ? 'service_template' : 'topology_template')?.value;
  const all = section?.is === 'map' ? section.entries.get('inputs')?.value : undefined;
  if (all?.is !== 'map') return [];
  return [...all.entries].map(([label, { value }]): Completion => {
    const type = value.is === 'map' ? value.entries.get('type')?.value : undefined;
    return { label, is: 'input', detail: type?.is === 'scalar' ? type.text : undefined };
  });
}

function keywords({ unit }: TypeLibrary, isStart: boolean): readonly Completion[] {
  const words = isStart
    ? unit.isTwo
      ? ['SELF']
      : ['SELF', 'HOST', 'SOURCE', 'TARGET']
    : ['RELATIONSHIP', 'CAPABILITY'];
  return words.map((label) => ({ label, is: 'key' }));
}

/** What may follow in a path that has come to a node of some type. */
function along(
  library: TypeLibrary,
  type: TypeDescription,
  [first, second, third]: readonly string[],
  isAttribute: boolean,
): readonly Completion[] {
  const capabilities = type.capabilities.map(({ name, type: detail }): Completion => ({
    label: name,
    is: 'capability',
    detail,
  }));
  const requirements = type.requirements.map(({ name, node }): Completion => ({
    label: name,
    is: 'requirement',
    detail: node,
  }));
  if (first === undefined) {
    const own = fieldsOf(type, isAttribute);
    return library.unit.isTwo ? [...own, ...keywords(library, false)] : [...own, ...capabilities, ...requirements];
  }
  if (first === 'RELATIONSHIP') return second === undefined ? requirements : [];
  const named = first === 'CAPABILITY' ? second : first;
  if (first === 'CAPABILITY' && second === undefined) return capabilities;
  const capability = type.capabilities.find(({ name }) => name === named);
  const described = capability && library.describe('capability', capability.type);
  const isNext = first === 'CAPABILITY' ? third === undefined : second === undefined;
  return described && isNext ? fieldsOf(described, isAttribute) : [];
}

function fieldsOf({ properties, attributes }: TypeDescription, isAttribute: boolean): readonly Completion[] {
  const own = Object.entries(properties).map(([label, { type }]): Completion => ({
    label,
    is: 'property',
    detail: type,
  }));
  if (!isAttribute) return own;
  const set = Object.entries(attributes).map(([label, { type }]): Completion => ({
    label,
    is: 'attribute',
    detail: type,
  }));
  return [...set, ...own];
}
