import type { Keys } from './vocabulary.ts';

/** A piece of a pattern: text as it stands, any text (`*`), or any one character (`?`). */
export type Piece = { readonly text: string } | { readonly wildcard: '*' | '?' };
export type Pattern = readonly Piece[];

/** A text as policies write it: a pattern in which values of the request may still be missing. */
export type Written = readonly (Piece | { readonly variable: string })[];

/** What cannot be read: `${` without its end, or something in it that is neither a variable nor one of `* ? $`. */
export interface Unreadable {
  readonly unreadable: string;
}

/**
 * Reads `web-*`, `${principal.id}/*` and, for characters that would mean something else, `${*}`, `${?}` and `${$}`. Without
 * `wildcards`, `*` and `?` are characters like any other.
 */
export function readWritten(text: string, wildcards: boolean): Written | Unreadable {
  const pieces: (Piece | { variable: string })[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') pieces.push({ text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at);
      const inside = end < 0 ? undefined : text.slice(at + 2, end);
      if (inside === undefined || inside === '') return { unreadable: text.slice(at, at + 40) };
      if (inside === '*' || inside === '?' || inside === '$') literal += inside;
      else {
        flush();
        pieces.push({ variable: inside });
      }
      at = end;
    } else if (wildcards && (character === '*' || character === '?')) {
      flush();
      // Two stars in a row are one.
      if (character === '?' || !isAny(pieces.at(-1))) pieces.push({ wildcard: character });
    } else literal += character;
  }
  flush();
  return pieces;
}

const isAny = (piece: Written[number] | undefined) =>
  piece !== undefined && 'wildcard' in piece && piece.wildcard === '*';

export const variablesOf = (written: Written): string[] =>
  written.flatMap((piece) => ('variable' in piece ? [piece.variable] : []));

/**
 * The pattern with the request's values in place of variables, each as text: a `*` in somebody's name is a star. Undefined when
 * a variable has no value; nothing equals such a text.
 */
export function bind(written: Written, request: Keys): Pattern | undefined {
  const pattern: Piece[] = [];
  for (const piece of written) {
    if (!('variable' in piece)) pattern.push(piece);
    else {
      const value = request[piece.variable];
      if (typeof value !== 'string') return undefined;
      if (value !== '') pattern.push({ text: value });
    }
  }
  return pattern;
}

/** The one text that the pattern matches, when it has no wildcards. */
export function literalOf(pattern: Pattern): string | undefined {
  let text = '';
  for (const piece of pattern) {
    if (!('text' in piece)) return undefined;
    text += piece.text;
  }
  return text;
}

/** A quick test for the pattern; takes time in proportion to text × pattern at most, whoever wrote them. */
export function matcher(pattern: Pattern): (text: string) => boolean {
  const literal = literalOf(pattern);
  if (literal !== undefined) return (text) => text === literal;
  const [first, second] = pattern;
  if (first && pattern.length === 1 && 'wildcard' in first && first.wildcard === '*') return () => true;
  if (first && 'text' in first && pattern.length === 2 && isAny(second)) return (text) => text.startsWith(first.text);
  const symbols = pattern.flatMap((piece): (string | Wildcard)[] =>
    'text' in piece ? Array.from(piece.text) : [piece.wildcard === '*' ? anyText : oneCharacter],
  );
  return (text) => matchSymbols(symbols, text);
}

/**
 * What every text that matches begins with, shortened to a power of two so that patterns can be filed under few lengths. Undefined
 * when that is nothing.
 */
export function beginningOf([first]: Written): string | undefined {
  if (!first || !('text' in first)) return undefined;
  return first.text.slice(0, 2 ** Math.floor(Math.log2(first.text.length)));
}

/** A test for many patterns at once: only those that begin as the text does are tried. */
export function matcherOfAny(patterns: readonly Pattern[]): (text: string) => boolean {
  const filed = new Map<number, Map<string, ((text: string) => boolean)[]>>();
  for (const pattern of patterns) {
    const beginning = beginningOf(pattern) ?? '';
    const ofLength = filed.get(beginning.length) ?? new Map<string, ((text: string) => boolean)[]>();
    filed.set(beginning.length, ofLength);
    const alike = ofLength.get(beginning);
    if (alike) alike.push(matcher(pattern));
    else ofLength.set(beginning, [matcher(pattern)]);
  }
  return (text) => {
    for (const [length, ofLength] of filed)
      if (ofLength.get(text.slice(0, length))?.some((matches) => matches(text))) return true;
    return false;
  };
}

const anyText = Symbol('*');
const oneCharacter = Symbol('?');
type Wildcard = typeof anyText | typeof oneCharacter;

/** Characters are code points here, as they are for SQL. Only the last star ever has to be tried again. */
function matchSymbols(symbols: readonly (string | symbol)[], text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const symbol = symbols[next];
    const width = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    if (symbol === anyText) {
      star = next++;
      starAt = at;
    } else if (symbol === oneCharacter || (typeof symbol === 'string' && text.startsWith(symbol, at))) {
      at += width;
      next++;
    } else if (star >= 0) {
      starAt += (text.codePointAt(starAt) ?? 0) > 0xffff ? 2 : 1;
      at = starAt;
      next = star + 1;
    } else return false;
  }
  while (symbols[next] === anyText) next++;
  return next === symbols.length;
}

/** The pattern for SQL's LIKE with its default escape character. */
export function likePattern(pattern: Pattern): string {
  return pattern
    .map((piece) => {
      if ('text' in piece) return piece.text.replace(/[\\%_]/g, String.raw`\$&`);
      return piece.wildcard === '*' ? '%' : '_';
    })
    .join('');
}
