import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, minutes, seconds, type Call, type Duration } from '@pileus/model';
import type { Job } from '@pileus/provider';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConnections, type Connections } from './connections.ts';
import type { Host } from './host.ts';
import { sshShell } from './shell.ts';
import { aHost, type TestHost } from './testing/a-host.ts';

const learned = new Map<string, string>();
const hostKeys = {
  get: (id: string) => Promise.resolve(learned.get(id)),
  set: (id: string, key: string) => Promise.resolve(void learned.set(id, key)),
};

let there: TestHost;
let connections: Connections;
beforeEach(async () => {
  learned.clear();
  there = await aHost({ password: 'secret' });
  connections = createConnections({ hostKeys, learns: false });
});
afterEach(async () => {
  connections.close();
  await there[Symbol.asyncDispose]();
});

const shellOn = (host: Host = there.host) =>
  sshShell(connections, host, { home: '.pileus/host', environment: { PILEUS_HOST_NAME: 'web' } });

describe('a script', () => {
  test('gets files, inputs and the host, whatever they are called and hold, and gives outputs back', async () => {
    const lines: string[] = [];
    const job = script(
      'cat "a file/b c"; echo "$job $watch|$PILEUS_HOST_NAME|$SECRET"; pwd >&2; echo "x=1 = 2" >> "$PILEUS_OUTPUTS"',
      {
        files: { 'a file/b c': 'content\n', [`${'long/'.repeat(40)}name`]: 'x' },
        environment: {
          job: 'our',
          watch: 'names',
          PATH: '/nowhere',
          SECRET: `it's "$HOME" \\ \n two`,
          'not-a-name': '1',
          PILEUS_HOST_NAME: 'no',
        },
      },
    );
    expect(await shellOn().run(job, call('t', lines))).toEqual({ x: '1 = 2' });
    const printed = (stream: string) => lines.filter((line) => line.startsWith(stream));
    expect(printed('note')).toEqual([expect.stringContaining('The input not-a-name is left out')]);
    expect(printed('out')).toEqual(['out content', `out our names|web|it's "$HOME" \\ `, 'out  two']);
    expect(printed('err')).toEqual([expect.stringMatching(/\/work\/files$/)]);
  });

  test('leaves its secrets in no file and no command line', async () => {
    const job = script(
      'ps -eo args | grep -c "[c]anary-7" >> "$HOME/seen"; grep -rl canary-7 "$HOME" >> "$HOME/found"; true',
      {
        environment: { SECRET: 'canary-7' },
      },
    );
    await shellOn().run(job, call('t'));
    expect(await readFile(join(there.home, '.pileus/host/seen'), 'utf8')).toBe('0\n');
    expect(
      (await readFile(join(there.home, '.pileus/host/found'), 'utf8'))
        .split('\n')
        .filter((file) => file !== '' && !file.endsWith('run.sh')),
    ).toEqual([]);
  });

  test('leaves only a small record, which still answers', async () => {
    const job = script('echo said; echo a=1 >> "$PILEUS_OUTPUTS"');
    await shellOn().run(job, call('t'));
    const [name] = await readdir(join(there.home, '.pileus/host/.pileus/jobs'));
    const kept = await readdir(join(there.home, '.pileus/host/.pileus/jobs', name!, 'work'));
    expect(kept).toEqual(['outputs']);
    const lines: string[] = [];
    expect(await shellOn().run(job, call('t', lines))).toEqual({ a: '1' });
    expect(lines).toEqual(['note This script was started before; its output goes on here']);
  });

  test('goes on when the connection breaks, is joined, and its output is neither repeated nor lost', async () => {
    const lines: string[] = [];
    const job = script(
      'echo ran >> "$HOME/ran"; for i in 1 2 3 4 5 6; do echo "line $i"; sleep 0.4; done; echo a=1 >> "$PILEUS_OUTPUTS"',
    );
    const cut = (line: string) => {
      if (line === 'out line 2' || line === 'out line 4') there.cut();
    };
    expect(await shellOn().run(job, call('t', lines, cut))).toEqual({ a: '1' });
    expect(lines.filter((line) => line.startsWith('out'))).toEqual([1, 2, 3, 4, 5, 6].map((i) => `out line ${i}`));
    expect(lines.filter((line) => line.includes('joining it again'))).toHaveLength(2);
    expect(await readFile(join(there.home, '.pileus/host/ran'), 'utf8')).toBe('ran\n');
    expect(there.signIns()).toBe(3);
  });

  test('goes on when its run has only left this worker, and the next one gets the rest of its output', async () => {
    const job = script('for i in 1 2 3 4; do echo "line $i"; sleep 0.3; done; echo a=1 >> "$PILEUS_OUTPUTS"');
    const stop = new AbortController();
    const first: string[] = [];
    const leaving = call('t', first, (line) => line === 'out line 2' && stop.abort(new Error('the lease is lost')));
    await expect(shellOn().run(job, { ...leaving, signal: stop.signal })).rejects.toThrow('the lease is lost');
    const second: string[] = [];
    expect(await shellOn().run(job, call('t', second))).toEqual({ a: '1' });
    expect(second.filter((line) => line.startsWith('out')).at(-1)).toBe('out line 4');
  });

  test('that is cancelled ends with all its processes, and runs again when it is asked for again', async () => {
    const job = script('echo ran >> "$HOME/ran"; ps -o sid= $$; sleep 300 & sleep 301');
    const stop = new AbortController();
    const lines: string[] = [];
    const running = shellOn().run(job, {
      ...call('t', lines, () => stop.abort(new Failure('cancelled'))),
      signal: stop.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await livingIn(Number(lines[0]?.slice(4)))).toEqual([]);
    await shellOn().run({ ...script('echo ran >> "$HOME/ran"') }, call('t'));
    expect(await readFile(join(there.home, '.pileus/host/ran'), 'utf8')).toBe('ran\nran\n');
  });

  test('that takes too long is ended by its host, also one that does not heed it', async () => {
    const job = script('trap "" TERM; ps -o sid= $$; sleep 300; sleep 300', { within: seconds(1) });
    const lines: string[] = [];
    await expect(shellOn().run(job, call('t', lines))).rejects.toMatchObject({
      code: 'timed-out',
      facts: { limit: '1 s' },
    });
    await expect.poll(() => livingIn(Number(lines[0]?.slice(4))), { timeout: 8_000 }).toEqual([]);
  });

  test('that was cut off is not run again, unless running it twice does no harm', async () => {
    const job = script('echo ran >> "$HOME/ran"; kill -9 -$(ps -o pgid= $$ | tr -d " ")');
    const failure = { code: 'script-cut-off', facts: { script: 'run.sh', reason: 'its process on web was killed' } };
    await expect(shellOn().run(job, call('t'))).rejects.toMatchObject(failure);
    await expect(shellOn().run(job, call('t'))).rejects.toMatchObject(failure);
    expect(await readFile(join(there.home, '.pileus/host/ran'), 'utf8')).toBe('ran\n');
    await shellOn().run({ ...script('echo ran >> "$HOME/ran"'), idempotent: true }, call('t'));
    expect(await readFile(join(there.home, '.pileus/host/ran'), 'utf8')).toBe('ran\nran\n');
  });

  test('that was running when the host was rebooted says so', async () => {
    const job = script('sleep 0.1');
    await shellOn().run(job, call('t'));
    const jobs = join(there.home, '.pileus/host/.pileus/jobs');
    const [name = ''] = await readdir(jobs);
    await mkdir(join(jobs, 'x'));
    await writeFile(join(jobs, 'x', 'runner'), `1 1\nanother-boot 1\n`);
    await rm(join(jobs, name), { recursive: true });
    await rename(join(jobs, 'x'), join(jobs, name));
    await expect(shellOn().run(job, call('t'))).rejects.toMatchObject({
      code: 'script-cut-off',
      facts: { reason: 'web was rebooted' },
    });
  });

  test('prints much and fast without loss', async () => {
    const lines: string[] = [];
    await shellOn().run(script('seq 1 60000; printf "no end"'), call('t', lines));
    expect(lines).toHaveLength(60_001);
    expect([lines[0], lines[59_999], lines[60_000]]).toEqual(['out 1', 'out 60000', 'out no end']);
  });
});

describe('signing in', () => {
  test('with a password, or with a key', async () => {
    const byPassword = { ...there.host, credential: { user: 'me', password: 'secret', sudo: 'none' } } as const;
    await shellOn(byPassword).run(script('true'), call('t'));
    const wrong = { ...there.host, credential: { user: 'you', password: 'wrong', sudo: 'none' } } as const;
    await expect(shellOn(wrong).run(script('true'), call('u'))).rejects.toMatchObject({ code: 'credentials-refused' });
  });

  test('a host nobody knows is refused with its key, or learned where the account says so', async () => {
    const { key: _, ...unknown } = there.host;
    const failure = { code: 'host-key-unknown', facts: { found: expect.stringMatching(/^SHA256:/) } };
    await expect(shellOn(unknown).run(script('true'), call('t'))).rejects.toMatchObject(failure);
    connections.close();
    connections = createConnections({ hostKeys, learns: true });
    await shellOn(unknown).run(script('true'), call('t'));
    expect([...learned.values()]).toEqual([there.key]);
  });

  test('a host whose key has changed is not spoken to, not even in the middle of a script', async () => {
    const job = script('echo begun; sleep 3');
    const running = shellOn().run(
      job,
      call('t', [], (line) => line === 'out begun' && there.renew()),
    );
    await expect(running).rejects.toMatchObject({
      code: 'host-key-changed',
      facts: { host: `web (127.0.0.1:${there.host.port})` },
      unclear: true,
    });
  });

  test('goes by way of a bastion', async () => {
    await using behind = await aHost();
    await shellOn({ ...behind.host, name: 'behind', bastion: there.host }).run(
      script('echo ran > "$HOME/ran"'),
      call('t'),
    );
    expect(await readFile(join(behind.home, '.pileus/host/ran'), 'utf8')).toBe('ran\n');
    expect([there.signIns(), behind.signIns()]).toEqual([1, 1]);
    const nowhere = { ...behind.host, name: 'nowhere', port: 1, bastion: there.host };
    await expect(shellOn(nowhere).run(script('true'), call('t'))).rejects.toMatchObject({
      code: 'provider-unreachable',
      facts: { detail: expect.stringContaining('cannot reach it') },
    });
  });

  test('happens once for many scripts, and again where a host allows few sessions', async () => {
    const many = (shell: ReturnType<typeof shellOn>) =>
      Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          shell.run(script(`sleep 0.2; echo i=${i} >> "$PILEUS_OUTPUTS"`), call(`t${i}`)),
        ),
      );
    expect(await many(shellOn())).toHaveLength(8);
    expect(there.signIns()).toBe(1);
    await using strict = await aHost({ sessions: 3 });
    expect(await many(shellOn(strict.host))).toEqual(Array.from({ length: 8 }, (_, i) => ({ i: String(i) })));
    expect(strict.signIns()).toBeLessThanOrEqual(8);
  });
});

interface More {
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly within?: Duration;
}

function script(body: string, { files = {}, environment = {}, within = minutes(1) }: More = {}): Job {
  const all = Object.entries({ 'run.sh': `#!/bin/sh\n${body}\n`, ...files });
  const bytes = all.map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  return { name: 'test', script: 'run.sh', files: new Map(bytes), environment, within };
}

function call(token: string, lines: string[] = [], then: (line: string) => unknown = () => {}): Call {
  const log = (line: string, stream = 'note') => {
    lines.push(`${stream} ${line}`);
    then(`${stream} ${line}`);
  };
  return { token, attempt: 1, signal: new AbortController().signal, log };
}

/** The living processes of a session. */
async function livingIn(session: number): Promise<string[]> {
  const found = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] !== 'Z' && Number(fields[3]) === session) found.push(stat.slice(0, 80));
  }
  return found;
}
