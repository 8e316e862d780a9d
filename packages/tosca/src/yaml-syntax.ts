import { isCollection, isScalar, visit, type Document, type ErrorCode, type YAMLParseError } from 'yaml';

/** Where a text is no YAML, and what to do about it. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * What is wrong with a text that is no YAML, from top to bottom. One slip makes the parser say several things, of which only the first
 * is told: what else it finds in the same line, or in those below that are indented further, follows from that.
 */
export function syntaxProblems(document: Document, text: string): SyntaxProblem[] {
  const found = errorsOf(document)
    .map((error) => ({ offset: beginningOf(document, error), rank: ranks.get(error.code) ?? 0, error }))
    .toSorted((one, other) => one.offset - other.offset || other.rank - one.rank);
  const told: SyntaxProblem[] = [];
  let last: { offset: number; code: ErrorCode } | undefined;
  for (const { offset, error } of found) {
    if (last && (isSame(last.code, error.code) || follows(text, last.offset, offset))) continue;
    last = { offset, code: error.code };
    told.push({ offset, message: messageOf(error, text.slice(offset)) });
  }
  return told;
}

/** Without one that the library itself calls impossible, and reports for a collection that is a key. */
export function errorsOf({ errors }: Pick<Document, 'errors'>): YAMLParseError[] {
  return errors.filter(({ code }) => code !== 'IMPOSSIBLE');
}

/** Of several errors in one place, what is not closed explains the others. */
const ranks = new Map<ErrorCode, number>([
  ['MISSING_CHAR', 1],
  ['BLOCK_AS_IMPLICIT_KEY', 1],
]);

/** What is not closed is told where it begins rather than where it should have ended. */
function beginningOf(document: Document, { message, pos: [end] }: YAMLParseError): number {
  const isOpen = message.startsWith('Missing closing') || message.startsWith('Flow ');
  if (!isOpen) return end;
  let beginning: number | undefined;
  visit(document, {
    Node: (_, node) => {
      const isCandidate = isCollection(node) ? node.flow === true : isScalar(node);
      const [from, to] = node.range ?? [end, 0];
      if (isCandidate && from < end && to >= end) beginning = from;
    },
  });
  return beginning ?? end;
}

/** After a token too many, and where lines are indented by tabs, each line is told again. */
function isSame(before: ErrorCode, code: ErrorCode): boolean {
  return before === code && (code === 'UNEXPECTED_TOKEN' || code === 'TAB_AS_INDENT');
}

function follows(text: string, before: number, offset: number): boolean {
  const start = text.lastIndexOf('\n', before - 1) + 1;
  const indent = indentOf(text.slice(start));
  const below = text.slice(before, offset).split('\n').slice(1);
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return (
    below.length === 0 || [...below.slice(0, -1), line].every((one) => one.trim() === '' || indentOf(one) > indent)
  );
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function messageOf({ code, message }: YAMLParseError, rest: string): string {
  const [first = ''] = rest;
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return message.startsWith('A block sequence')
        ? 'An item of a list stands where a key is expected; indent it like the other items of its list'
        : 'In this value a colon and a space begin another value; put it in quotes, or indent the key that was meant like those around it';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'Here a key is expected; write a colon and a space behind it';
    case 'MISSING_CHAR':
      if (message.startsWith('Tags and anchors'))
        return 'A space separates a tag or an anchor from the value; write one';
      return message.startsWith('Missing closing')
        ? `The text that begins here is not closed; end it with ${first}`
        : 'Here a key is expected; write a colon and a space behind it';
    case 'TAB_AS_INDENT':
      return 'YAML is indented with spaces; replace the tabs';
    case 'BAD_INDENT':
      if (message.startsWith('Flow '))
        return `${first} is not closed; write ${first === '{' ? '}' : ']'} where it ends`;
      return message.includes('sequence')
        ? 'The items of a list stand one below the other; indent this one like the others'
        : 'The keys of a map stand one below the other; indent this one like the others';
    case 'BAD_SCALAR_START':
      return `A text cannot begin with ${first} unless it is in quotes; put it in quotes`;
    case 'BAD_DQ_ESCAPE':
      return `${rest.slice(0, 2)} means nothing in double quotes; write \\${rest.slice(0, 2)}, or use single quotes`;
    case 'UNEXPECTED_TOKEN':
      return message.startsWith('Block scalar header')
        ? `${message}; begin the text in the next line`
        : 'The value has ended before this; take it out, or put all of it in quotes';
    default:
      return message;
  }
}
