import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is passed on in parts, so that a program that never ends a line does not fill the memory. */
export const longestLine = 16_384;

/** Cuts what a program prints, bytes as they come, into lines. */
export function lineSplitter(pass: (line: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    add(bytes: Buffer): void {
      const lines = (rest + decoder.write(bytes)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) pass(line.replace(/\r$/, ''));
      for (; rest.length > longestLine; rest = rest.slice(longestLine)) pass(rest.slice(0, longestLine));
    },
    /** Nothing more will come: a line without an end is passed on too. */
    end(): void {
      if (rest) pass(rest);
      rest = '';
    },
  };
}
