/**
 * The semantics once more, straight from docs/policies.md and as slowly as it likes: no index, nothing made ready beforehand, none of
 * the code that it is compared with. Of two evaluators that agree on a million questions neither has a slip of its own.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Attached } from '../attached.ts';
import type { Question, Reason } from '../decide.ts';
import type { Statement } from '../document.ts';
import type { KeyValue, Vocabulary } from '../vocabulary.ts';

export function decideNaively(attached: readonly Attached[], vocabulary: Vocabulary, question: Question): Reason {
  const actions: Readonly<Record<string, { readonly kind: string }>> = vocabulary.actions;
  if (actions[question.action]?.kind !== question.resource.kind) return 'nothing allows it';
  const applying = attached
    .flatMap(({ document }) => document.Statement)
    .filter((statement) => statementApplies(statement, vocabulary, question));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied explicitly';
  return applying.length > 0 ? 'allowed' : 'nothing allows it';
}

function statementApplies(statement: Statement, vocabulary: Vocabulary, question: Question): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const isAction = (name: string) => new RegExp(`^${escaped(name).replaceAll('\\*', '.*')}$`).test(question.action);
  if (Action !== undefined && !list(Action).some(isAction)) return false;
  if (NotAction !== undefined && list(NotAction).some(isAction)) return false;
  const isResource = (name: string) => resourceIsNamed(name, question);
  if (Resource !== undefined && !list(Resource).some(isResource)) return false;
  if (NotResource !== undefined && list(NotResource).some(isResource)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => conditionHolds(operator, key, list(values), vocabulary, question)),
  );
}

function resourceIsNamed(named: string, { resource, request }: Question): boolean {
  if (named === '*') return true;
  const [kind, ...rest] = named.split('/');
  if (kind !== resource.kind) return false;
  const which = rest.join('/');
  if (/^\*+$/.test(which)) return true;
  const pattern = regularExpression(which, true, request);
  return [resource.id, resource.name].some((text) => text !== undefined && pattern !== undefined && pattern.test(text));
}

function conditionHolds(
  operator: string,
  key: string,
  values: readonly (string | number | boolean)[],
  vocabulary: Vocabulary,
  { resource, request }: Question,
): boolean {
  const isRequestKey = Object.keys(vocabulary.requestKeys).includes(key);
  const found = isRequestKey ? request[key] : resource.keys[key];
  if (operator === 'Null') return values.some((value) => String(value) === String(found === undefined));
  const [plain = ''] = operator.split('IfExists');
  if (found === undefined) return operator.endsWith('IfExists') || plain.includes('Not');
  const one = (value: string | number | boolean) => compares(plain.replace('Not', ''), found, value, request);
  return plain.includes('Not') ? !values.some(one) : values.some(one);
}

function compares(
  operator: string,
  found: KeyValue,
  value: string | number | boolean,
  request: Question['request'],
): boolean {
  const number = found instanceof Date ? found.valueOf() : typeof found === 'number' ? found : Number.NaN;
  const wanted = operator.startsWith('Date') ? new Date(String(value)).valueOf() : Number(value);
  switch (operator) {
    case 'StringEquals':
      return typeof found === 'string' && regularExpression(String(value), false, request)?.test(found) === true;
    case 'StringLike':
      return typeof found === 'string' && regularExpression(String(value), true, request)?.test(found) === true;
    case 'NumericEquals':
      return number === wanted;
    case 'NumericLessThan':
    case 'DateLessThan':
      return number < wanted;
    case 'NumericLessThanEquals':
    case 'DateLessThanEquals':
      return number <= wanted;
    case 'NumericGreaterThan':
    case 'DateGreaterThan':
      return number > wanted;
    case 'NumericGreaterThanEquals':
    case 'DateGreaterThanEquals':
      return number >= wanted;
    case 'Bool':
      return typeof found === 'boolean' && String(found) === String(value);
    case 'IpAddress':
      return typeof found === 'string' && isInBlock(found, String(value));
    default:
      throw new Error(`The naive evaluator knows no operator ${operator}`);
  }
}

/** Node's own list of blocks decides about addresses; IPv4 in IPv6's clothes is IPv4, and the two never meet. */
function isInBlock(address: string, block: string): boolean {
  const [network = '', bits] = block.split('/');
  const [inner, outer] = [withoutMapping(address), withoutMapping(network)];
  const list = new BlockList();
  if (isIPv4(inner) && isIPv4(outer)) {
    const hidden = network === outer ? 0 : 96;
    list.addSubnet(outer, bits === undefined ? 32 : Number(bits) - hidden, 'ipv4');
    return list.check(inner, 'ipv4');
  }
  if (!isIPv6(inner) || !isIPv6(outer)) return false;
  list.addSubnet(outer, Number(bits ?? 128), 'ipv6');
  return list.check(inner, 'ipv6');
}

/** A URL is written with its address in the one canonical way. */
function withoutMapping(address: string): string {
  if (!isIPv6(address)) return address;
  const [, high, low] = /^\[::ffff:(\w+):(\w+)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
}

/** A pattern, variables filled in, as a regular expression; undefined when a variable has no value. */
function regularExpression(text: string, wildcards: boolean, request: Question['request']): RegExp | undefined {
  let isKnown = true;
  const source = text.replaceAll(/\$\{([^}]+)\}|[^]/gu, (token, variable: string | undefined) => {
    if (variable === undefined)
      return wildcards && token === '*' ? '.*' : wildcards && token === '?' ? '.' : escaped(token);
    if (['*', '?', '$'].includes(variable)) return escaped(variable);
    const value = request[variable];
    isKnown &&= value !== undefined;
    return escaped(String(value));
  });
  return isKnown ? new RegExp(`^(?:${source})$`, 'su') : undefined;
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
const list = <T>(oneOrMany: T | readonly T[]): readonly T[] => [oneOrMany].flat() as readonly T[];
