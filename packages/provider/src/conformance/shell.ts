import { Failure, minutes, seconds, type Call, type Duration } from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job, Shell } from '../provider.ts';
import { newToken, type Workbench } from './bench.ts';

/** Promises of a shell; a provider without one has none to keep. */
export function shellKeepsPromises(of: () => Workbench): void {
  describe('shell', () => {
    let shell: Shell | undefined;

    beforeAll(async () => {
      const { connection, sample } = of();
      if (connection.shell) shell = connection.shell(await sample('server'));
    }, minutes(10));

    afterAll(() => of().cleanUp(), minutes(10));

    test('a script gets its inputs and files, prints line by line, and gives outputs back', async ({ skip }) => {
      if (!shell) return skip();
      const lines: string[] = [];
      const body = 'echo "hello $GREETED"; echo careful >&2; cat part/file; echo "answer=a = b" >> "$PILEUS_OUTPUTS"';
      const job = { ...script(body, { 'part/file': 'from a file\n' }), environment: { GREETED: "the world's end" } };
      expect(await shell.run(job, call(newToken(), lines))).toEqual({ answer: 'a = b' });
      expect(lines.filter((line) => line.startsWith('out'))).toEqual(["out hello the world's end", 'out from a file']);
      expect(lines).toContain('err careful');
    });

    test('a script that ends badly is a failure with its exit code', async ({ skip }) => {
      if (!shell) return skip();
      const failure = { code: 'script-failed', facts: { script: 'run.sh', code: 7 } };
      await expect(shell.run(script('exit 7'), call())).rejects.toMatchObject(failure);
    });

    test('what runs a script is said by its first line, else by its extension', async ({ skip }) => {
      if (!shell) return skip();
      const perl = 'open my $to, ">>", $ENV{PILEUS_OUTPUTS}; print $to "asked=$ENV{ASKED}\\n";';
      const job = { ...script('', { 'ask.pl': perl }), script: 'ask.pl', environment: { ASKED: 'yes' } };
      expect(await shell.run(job, call())).toEqual({ asked: 'yes' });
    });

    test('an interpreter that is not installed is named', async ({ skip }) => {
      if (!shell) return skip();
      const job = { ...script('', { 'a.odd': '#!/no/such/interpreter\n' }), script: 'a.odd' };
      const what = 'run a.odd: /no/such/interpreter is not installed there';
      await expect(shell.run(job, call())).rejects.toMatchObject({ code: 'not-supported', facts: { what } });
    });

    test('files are put on the host without running anything, and replaced', async ({ skip }) => {
      if (!shell?.put) return skip();
      for (const text of ['first', 'second'])
        await shell.put(new Map([['deep/file', new TextEncoder().encode(text)]]), 'given', call());
      const look = script('echo "text=$(cat "$HOME/given/deep/file")" >> "$PILEUS_OUTPUTS"');
      expect(await shell.run(look, call())).toEqual({ text: 'second' });
      const outside = new Map([['../outside', new Uint8Array()]]);
      await expect(shell.put(outside, 'given', call())).rejects.toMatchObject({ code: 'invalid' });
    });

    test('a script runs once per token, called twice at a time and again', async ({ skip }) => {
      if (!shell) return skip();
      const token = newToken();
      const job = script(
        'echo ran >> "$HOME/ran"; sleep 0.2; echo "runs=$(grep -c ran "$HOME/ran")" >> "$PILEUS_OUTPUTS"',
      );
      const together = await Promise.all([shell.run(job, call(token)), shell.run(job, call(token))]);
      expect([...together, await shell.run(job, call(token))]).toEqual([{ runs: '1' }, { runs: '1' }, { runs: '1' }]);
      expect(await shell.run(job, call())).toEqual({ runs: '2' });
    });

    test('a script that takes too long is ended', async ({ skip }) => {
      if (!shell) return skip();
      await expect(shell.run(script('sleep 300', {}, seconds(1)), call())).rejects.toMatchObject({ code: 'timed-out' });
    });

    test('a script that is cancelled is ended, and the call rejects with the reason', async ({ skip }) => {
      if (!shell) return skip();
      const stop = new AbortController();
      const running = shell.run(script('echo begun; sleep 300'), {
        ...call(),
        signal: stop.signal,
        log: () => stop.abort(new Failure('cancelled')),
      });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}

function script(body: string, more: Readonly<Record<string, string>> = {}, within: Duration = minutes(1)): Job {
  const files = Object.entries({ 'run.sh': `#!/bin/sh\n${body}\n`, ...more });
  const bytes = files.map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  return { name: 'conformance', script: 'run.sh', files: new Map(bytes), environment: {}, within };
}

function call(token = newToken(), lines: string[] = []): Call {
  const { signal } = new AbortController();
  return { token, attempt: 1, signal, log: (line, stream) => void lines.push(`${stream} ${line}`) };
}
