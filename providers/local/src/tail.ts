import { open } from 'node:fs/promises';
import type { Call, LogStream } from '@pileus/model';
import { lineSplitter } from '@pileus/provider';

const chunk = 65_536;

/** Passes on what a growing file has got since the last look, line by line. */
export function tail(path: string, stream: LogStream, call: Call) {
  const lines = lineSplitter((line) => call.log(line, stream));
  let offset = 0;

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
          lines.add(buffer.subarray(0, bytesRead));
        }
      } finally {
        await file.close();
      }
      if (isLast) lines.end();
    },
  };
}
