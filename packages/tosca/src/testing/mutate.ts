import type { Random } from './random.ts';

/** Words that a reader may stumble over. */
const nasty = [
  '*a', '&a ', '&a {x: *a}', '<<: *a', '{', '}', '[', ']', '"', "'", '|', '>-', '? ', '- ', ': ', '#', '\t', '\r', '\0', '\uFEFF',
  '---', '...', '%YAML 1.1', '!!binary x', '!t ', '__proto__', 'constructor', 'toString', '~', 'null', '.nan', '.inf', '1e999',
  '0x1F', '1_000', '2026-13-45', '10 GB', '-1', '99999999999999999999', '[0, UNBOUNDED]', '{ get_input: port }',
  '{ get_property: [SELF, x, 0] }', '{ get_attribute: [] }', '{ concat: [a, { token: [a, b, c] }] }', '$get_input', '$$x',
  '{ $get_property: [SELF, RELATIONSHIP, host, 0, TARGET] }', '{ $and: [{ $equal: [$value, 1] }] }', 'tosca_2_0',
  'tosca_simple_yaml_1_0', 'derived_from: tosca.nodes.Root', 'node_templates:', 'type: tosca.nodes.Compute',
  'substitution_mappings: { node_type: tosca.nodes.Root }', 'occurrences: [ 2, 1 ]', 'count: 3', 'copy: web', 'imports: [ shop.yaml ]',
  '(a+)+$', '\u{1F600}', 'é', 'x'.repeat(300), '[ '.repeat(80), '- '.repeat(80),
] as const; // oxfmt-ignore

/** Values of another shape than was there. */
const shapes = [
  '{}', '[]', '{ a: { b: [ c ] } }', '[ [ [ ] ] ]', '{ get_property: [ SELF, a ] }', '{ $get_property: [ SELF, a, b ] }',
  '{ get_attribute: [ HOST, state ] }', '{ $concat: [ $value, { $get_input: [ x ] } ] }', '{ $$x: $$$ }', '*small', '&again [ *again ]',
  '1e400', '-0', '0o17', '9007199254740993', '18446744073709551616', '0.1e-400', '[ SELF, RELATIONSHIP, uses, ALL, TARGET, x ]',
  '\u202Eabc', '"\\uD800"', 'a\u0301\u0323', '\u{1F468}\u200D\u{1F469}', '! x', '!!str 1', '!!map {}', '? a', "'", '"\\x00"', '<<', '{ <<: 1 }',
  '[ 0, UNBOUNDED ]', '[ UNBOUNDED, 0 ]', '{ type: list }', '{ derived_from: gen.Base }', '{ node: gen.Base, occurrences: [ 9, 9 ] }',
] as const; // oxfmt-ignore

/** One change such as an author, an editor or an enemy makes. */
export function mutated(random: Random, text: string, other: string): string {
  const lines = text.split('\n');
  const at = random.whole(lines.length);
  const line = lines[at] ?? '';
  switch (random.whole(10)) {
    case 0:
      return spliced(text, random.whole(text.length + 1), random.whole(3), random.pick(nasty));
    case 1:
      lines.splice(at, 1 + random.whole(3));
      break;
    case 2:
      lines.splice(random.whole(lines.length), 0, ...lines.slice(at, at + 1 + random.whole(8)));
      break;
    case 3:
      lines[at] = ' '.repeat(random.whole(12)) + line.trimStart();
      break;
    case 4:
      lines[at] = line.replace(/:.*$/, `: ${random.pick(nasty)}`);
      break;
    case 5:
      lines[at] = line.replace(/[\w.]+/, random.pick(nasty));
      break;
    case 6: {
      const from = other.split('\n');
      const start = random.whole(from.length);
      lines.splice(at, random.whole(3), ...from.slice(start, start + 1 + random.whole(12)));
      break;
    }
    case 7:
      return text.slice(0, random.whole(text.length + 1));
    case 8: {
      const words = text.match(/[\w.]+/g) ?? ['x'];
      lines[at] = line.replace(/[\w.]+(?=\s*$)/, random.pick(words));
      break;
    }
    default:
      return spliced(text, random.whole(text.length + 1), random.whole(20), '');
  }
  return lines.join('\n');
}

/** A key with all below it: from its line to the next that is not further in. */
function subtree(lines: readonly string[], at: number): number {
  const depth = indentOf(lines[at]);
  let end = at + 1;
  while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end]) > depth)) end += 1;
  return end;
}

function indentOf(line = ''): number {
  return line.length - line.trimStart().length;
}

/** One change of the structure: keys with all below them go, move, double, or take the place of others. */
export function restructured(random: Random, text: string, other: string): string {
  const lines = text.split('\n');
  const at = random.whole(lines.length);
  const end = subtree(lines, at);
  const line = lines[at] ?? '';
  switch (random.whole(7)) {
    case 0:
      lines.splice(at, end - at);
      break;
    case 1:
      lines.splice(at, end - at, line.replace(/:.*$/, `: ${random.pick(shapes)}`));
      break;
    case 2:
      lines[at] = line.replace(
        /([[{,:] *)[^[\]{},:#]+(?=[ ,\]}]|$)/,
        `$1${random.pick(shapes).replaceAll('$', '$$$$')}`,
      );
      break;
    case 3: {
      const from = other.split('\n');
      const start = random.whole(from.length);
      lines.splice(at, end - at, ...moved(from.slice(start, subtree(from, start)), indentOf(line)));
      break;
    }
    case 4: {
      const to = random.whole(lines.length);
      lines.splice(to, 0, ...moved(lines.slice(at, end), indentOf(lines[to])));
      break;
    }
    case 5:
      lines[at] = line.replace(/([\w.$]+) *:/, `${random.pick(text.match(/[\w.$]+(?=:)/g) ?? ['x'])}:`);
      break;
    default: {
      const depth = 1 + random.whole(120);
      const [open, close] = random.pick([['[', ']'], ['{ a: ', '}'], ['[ { $not: [', ' ] } ]']] as const); // oxfmt-ignore
      lines.splice(at, end - at, line.replace(/:.*$/, `: ${open.repeat(depth)}${close.repeat(depth)}`));
    }
  }
  return lines.join('\n');
}

function moved(lines: readonly string[], depth: number): string[] {
  const own = indentOf(lines[0]);
  return lines.map((line) => ' '.repeat(Math.max(0, indentOf(line) - own + depth)) + line.trimStart());
}

function spliced(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}
