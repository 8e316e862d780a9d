import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Call, LogStream } from '@pileus/model';

/** A line longer than this is passed on in parts, so that a program that never ends a line does not fill the memory. */
const longestLine = 16_384;
const chunk = 65_536;

/** Passes on what a growing file has got since the last look, line by line. */
export function tail(path: string, stream: LogStream, call: Call) {
  const decoder = new StringDecoder('utf8');
  let offset = 0;
  let rest = '';

  const pass = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) call.log(line.replace(/\r$/, ''), stream);
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) call.log(rest.slice(0, longestLine), stream);
  };

  return {
    /** `isLast`: nothing more will come, so a line without an end is passed on too. */
    async read(isLast: boolean): Promise<void> {
      const file = await open(path);
      try {
        const buffer = Buffer.allocUnsafe(chunk);
        for (;;) {
          const { bytesRead } = await file.read(buffer, 0, chunk, offset);
          if (bytesRead === 0) break;
          offset += bytesRead;
          pass(decoder.write(buffer.subarray(0, bytesRead)));
        }
      } finally {
        await file.close();
      }
      if (isLast && rest) call.log(rest, stream);
      if (isLast) rest = '';
    },
  };
}
