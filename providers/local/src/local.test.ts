import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, minutes, plainCall, systemClock, milliseconds } from '@pileus/model';
import type { Job } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { local, startLocalHosts, stopLocalHosts } from './index.ts';
import { processesOf } from './processes.ts';

let directory: string;
const used: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pileus-local-'));
  used.push(directory);
});

afterAll(async () => {
  for (const each of used) {
    await stopLocalHosts(each);
    await rm(each, { recursive: true, force: true });
  }
});

test('a script runs in its host, its output arrives line by line, its outputs come back', async () => {
  const { shell, ref } = await aHost();
  const lines: string[] = [];
  const outputs = await shell.run(
    script(
      `echo "hello $NAME"; echo careful >&2; cat data/page.txt; echo "url=http://$HOST_ADDRESS/" >> "$PILEUS_OUTPUTS"; pwd`,
      {
        environment: { NAME: 'world', HOME: '/elsewhere' },
        files: { 'data/page.txt': 'a page\n' },
      },
    ),
    { ...plainCall('t'), log: (line, stream) => lines.push(`${stream} ${line}`) },
  );
  const [address] = (await connection().drivers.server?.read(ref, signal))?.details.addresses ?? [];
  expect(outputs).toEqual({ url: `http://${address?.address}/` });
  expect(lines.filter((line) => line.startsWith('out'))).toEqual([
    'out hello world',
    'out a page',
    expect.stringMatching(`out ${directory}/hosts/${ref}/`),
  ]);
  expect(lines).toContain('err careful');
});

test('a script that fails says with which exit code', async () => {
  const { shell } = await aHost();
  await expect(shell.run(script('exit 3'), plainCall('t'))).rejects.toMatchObject({
    code: 'script-failed',
    facts: { script: 'run.sh', code: 3 },
  });
  await expect(shell.run(script('exit 3'), plainCall('t'))).rejects.toMatchObject({ code: 'script-failed' });
});

test('a script runs once per token, also when called again while it runs', async () => {
  const { shell } = await aHost();
  const job = script(
    'echo once >> "$HOME/ran"; sleep 0.3; echo "n=$(wc -l < "$HOME/ran" | tr -d " ")" >> "$PILEUS_OUTPUTS"',
  );
  const answers = await Promise.all([1, 2, 3].map(() => shell.run(job, plainCall('t'))));
  answers.push(await shell.run(job, plainCall('t')));
  expect(answers).toEqual([{ n: '1' }, { n: '1' }, { n: '1' }, { n: '1' }]);
  expect(await shell.run(job, plainCall('another'))).toEqual({ n: '2' });
});

test('when the controller is killed the script goes on, and a later call with its token gets its outputs and output', async () => {
  const { ref, shell } = await aHost();
  const body =
    'echo begun; echo begun >> "$HOME/ran"; sleep 1; echo done; echo "ran=$(wc -l < "$HOME/ran")" >> "$PILEUS_OUTPUTS"';
  const controller = await anotherController(ref, body);
  const exit = once(controller, 'exit');
  await reads(controller, 'begun');
  controller.kill('SIGKILL');
  await exit;
  const lines: string[] = [];
  const outputs = await shell.run(script(body), {
    ...plainCall('job'),
    log: (line, stream) => stream === 'out' && lines.push(line),
  });
  expect(outputs).toEqual({ ran: expect.stringMatching(/^\s*1$/) });
  expect(lines).toEqual(['begun', 'done']);
});

test('a script that is cancelled or takes too long ends with all its processes', async () => {
  const { shell, ref } = await aHost();
  const job = script('sleep 100 & sleep 100');
  await expect(shell.run({ ...job, within: milliseconds(200) }, plainCall('late'))).rejects.toMatchObject({
    code: 'timed-out',
  });
  const cancel = new AbortController();
  const running = shell.run(job, plainCall('cancelled', cancel.signal));
  await until(async () => (await processesOf(new Set([ref]))).length >= 3);
  cancel.abort(new Failure('cancelled'));
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const again = script('echo answer=42 >> "$PILEUS_OUTPUTS"');
  expect(await shell.run(again, plainCall('cancelled')), 'asked for again, it runs again').toEqual({ answer: '42' });
  // A process that has just ended is in the list until its parent has noticed.
  await until(async () => (await processesOf(new Set([ref]))).length === 0);
});

test('a script goes on when its run has only left this worker', async () => {
  const { shell } = await aHost();
  const leave = new AbortController();
  const job = script('sleep 0.5; echo "a=1" >> "$PILEUS_OUTPUTS"');
  const running = shell.run(job, { ...plainCall('t', leave.signal), log: () => {} });
  leave.abort(new Error('the lease is lost'));
  await expect(running).rejects.toThrow('the lease is lost');
  expect(await shell.run(job, plainCall('t'))).toEqual({ a: '1' });
});

test('an orderly stop lets a script come to its end', async () => {
  const { shell, ref } = await aHost();
  const leave = new AbortController();
  const job = script('echo begun > "$HOME/begun"; sleep 0.5; echo "a=1" >> "$PILEUS_OUTPUTS"');
  const running = shell.run(job, plainCall('t', leave.signal)).catch(() => {});
  await until(() => exists(join(directory, 'hosts', ref, 'begun')));
  leave.abort(new Error('the worker stops'));
  await running;
  await stopLocalHosts(directory);
  expect(await processesOf(new Set([ref]))).toEqual([]);
  await startLocalHosts(directory);
  expect(await shell.run(job, plainCall('t'))).toEqual({ a: '1' });
});

test('a script that does not heed its end is ended by force', async () => {
  const { shell, ref } = await aHost();
  const stubborn = { ...script(`trap '' TERM; while :; do sleep 1; done`), within: milliseconds(100) };
  await expect(shell.run(stubborn, plainCall('t'))).rejects.toMatchObject({ code: 'timed-out' });
  expect(await processesOf(new Set([ref]))).toEqual([]);
});

test('a script that was cut off has failed, and is not run again', async () => {
  const { shell, ref } = await aHost();
  const running = shell.run(script('echo once >> "$HOME/ran"; sleep 100'), plainCall('t'));
  await until(() => exists(join(directory, 'hosts', ref, 'ran')));
  for (const { pid } of await processesOf(new Set([ref]))) process.kill(pid, 'SIGKILL');
  await expect(running).rejects.toMatchObject({ code: 'script-failed', facts: { code: 137 } });
  await expect(shell.run(script('exit 0'), plainCall('t'))).rejects.toMatchObject({ code: 'script-failed' });
});

test('a service is started again after it was killed, and starting it twice makes one', async () => {
  const { shell, ref } = await aHost();
  const start = script(`cd "$HOME"; supervise web -- sh -c 'echo "$$ with $GREETING" >> starts; exec sleep 1000'`, {
    environment: { GREETING: "it's on" },
  });
  await shell.run(start, plainCall('first'));
  await shell.run(start, plainCall('second'));
  const first = await started(ref, 1);
  process.kill(first, 'SIGKILL');
  const second = await started(ref, 2);
  expect(second).not.toBe(first);
  await until(async () => (await processesOf(new Set([ref]))).length === 2); // the keeper and what it keeps
  await shell.run(script('supervise --stop web'), plainCall('third'));
  expect(await processesOf(new Set([ref]))).toEqual([]);
  await startLocalHosts(directory);
  expect(await processesOf(new Set([ref]))).toEqual([]);
});

test('what runs is adopted when the platform was killed, and started again when it was stopped', async () => {
  const { shell, ref } = await aHost();
  await shell.run(script(`cd "$HOME"; supervise web -- sh -c 'echo $$ >> starts; exec sleep 1000'`), plainCall('t'));
  await startLocalHosts(directory);
  const before = await started(ref, 1);
  expect((await processesOf(new Set([ref]))).map(({ pid }) => pid)).toContain(before);
  await until(async () => (await processesOf(new Set([ref]))).length === 2); // the keeper and what it keeps
  await stopLocalHosts(directory);
  expect(await processesOf(new Set([ref]))).toEqual([]);
  expect((await connection().drivers.server?.read(ref, signal))?.state).toBe('running');
  await startLocalHosts(directory);
  expect(await started(ref, 2)).not.toBe(before);
});

test('a service whose keeper was killed is kept again, without a double', async () => {
  const { shell, ref } = await aHost();
  await shell.run(script(`cd "$HOME"; supervise web -- sh -c 'echo $$ >> starts; exec sleep 1000'`), plainCall('t'));
  const web = await started(ref, 1);
  for (const { pid } of await processesOf(new Set([ref]))) if (pid !== web) process.kill(pid, 'SIGKILL');
  await until(async () => (await processesOf(new Set([ref]))).length === 1);
  await Promise.all([startLocalHosts(directory), startLocalHosts(directory)]);
  await started(ref, 2);
  await until(async () => (await processesOf(new Set([ref]))).length === 2);
  expect((await processesOf(new Set([ref]))).map(({ pid }) => pid)).not.toContain(web);
});

test('a log that has grown long is put aside, and its program writes on', async () => {
  const { shell, ref } = await aHost();
  const body = 'head -c 6000000 /dev/zero | tr "\\0" x; echo long; while :; do sleep 0.1; echo on; done';
  await shell.run(script(`supervise web -- sh -c '${body}'`), plainCall('t'));
  const log = join(directory, 'hosts', ref, 'logs', 'web.log');
  await until(async () => (await readFile(log, 'utf8').catch(() => '')).includes('long'));
  await startLocalHosts(directory);
  await until(async () => /^(on\n)+$/.test(await readFile(log, 'utf8')));
  expect((await readFile(`${log}.1`)).length).toBeGreaterThan(6_000_000);
});

test('what the platform has in its environment is not seen by scripts', async () => {
  process.env['PILEUS_TEST_SECRET'] = 'a secret';
  const { shell } = await aHost();
  const outputs = await shell.run(
    script('env | cut -d= -f1 | sort | tr "\\n" " " | sed "s/^/names=/" > "$PILEUS_OUTPUTS"'),
    plainCall('t'),
  );
  expect(
    outputs['names']
      ?.trim()
      .split(' ')
      .filter((name) => !['_', 'OLDPWD', 'PWD', 'SHLVL'].includes(name)),
  ).toEqual(
    'HOME HOST_ADDRESS LANG LOGNAME PATH PILEUS_HOST PILEUS_HOST_ADDRESS PILEUS_HOST_NAME PILEUS_OUTPUTS PILEUS_VOLUMES TMPDIR USER'.split(
      ' ',
    ),
  );
});

test('stopping a host ends its services, starting it begins them again, deleting it leaves nothing', async () => {
  const { shell, ref } = await aHost();
  const server = connection().drivers.server!;
  await shell.run(
    script(`cd "$HOME"; supervise web -- sh -c 'echo $$ >> starts; exec sleep 1000'; sleep 1000 &`),
    plainCall('t'),
  );
  await started(ref, 1);
  await server.stop?.(ref, plainCall('stop'));
  expect((await server.read(ref, signal))?.state).toBe('stopped');
  expect(await processesOf(new Set([ref]))).toEqual([]);
  await expect(shell.run(script('true'), plainCall('u'))).rejects.toMatchObject({ code: 'conflict' });
  await server.start?.(ref, plainCall('start'));
  await started(ref, 2);
  expect((await server.read(ref, signal))?.state).toBe('running');
  // It gets away from its process group and session.
  await shell.run(script('(setsid sleep 1000 > /dev/null 2>&1 &)'), plainCall('v'));
  await server.delete(ref, plainCall('delete'));
  await server.delete(ref, plainCall('delete'));
  expect(await processesOf(new Set([ref]))).toEqual([]);
  expect(await readdir(join(directory, 'hosts'))).toEqual([]);
  expect(await readdir(join(directory, 'addresses'))).toEqual([]);
});

test('two hosts have the same port at different addresses', async () => {
  const answers = await Promise.all(
    ['a', 'b'].map(async (token) => {
      const { shell, ref } = await aHost(token);
      await shell.run(
        script(
          `supervise web -- perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => $ENV{HOST_ADDRESS}, LocalPort => 18080, Listen => 5, ReuseAddr => 1) or die; while ($c = $s->accept) { <$c>; print $c "HTTP/1.0 200 OK\\r\\n\\r\\n$ENV{PILEUS_HOST}"; close $c }'`,
        ),
        plainCall('serve'),
      );
      const observed = await connection().drivers.server?.read(ref, signal);
      const url = `http://${observed?.details.addresses[0]?.address}:18080/`;
      await until(async () =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      );
      return [await (await fetch(url)).text(), ref];
    }),
  );
  for (const [answer, ref] of answers) expect(answer).toBe(ref);
});

test('a volume is found inside its host, outlives it, and is in one host at a time', async () => {
  const { drivers } = connection();
  const { shell, ref } = await aHost('a');
  const { shell: otherShell, ref: other } = await aHost('b');
  const volume = await drivers.volume!.create({ name: 'data', gigabytes: 1 }, plainCall('v'));
  const attachment = await drivers.attachment!.create({ server: ref, volume, device: '/srv/data' }, plainCall('at'));
  await expect(drivers.attachment!.create({ server: other, volume }, plainCall('at2'))).rejects.toMatchObject({
    code: 'provider-conflict',
  });
  await expect(drivers.volume!.delete(volume, plainCall('x'))).rejects.toMatchObject({ code: 'provider-conflict' });
  await shell.run(script('echo kept > "$HOME/srv/data/file"'), plainCall('w'));
  await drivers.server!.delete(ref, plainCall('x'));
  expect(await drivers.attachment!.read(attachment, signal)).toBeUndefined();
  await drivers.attachment!.create({ server: other, volume }, plainCall('at3'));
  expect(
    await otherShell.run(script('echo "v=$(cat "$PILEUS_VOLUMES/data/file")" >> "$PILEUS_OUTPUTS"'), plainCall('r')),
  ).toEqual({ v: 'kept' });
});

test('the check says what hosts need and have', async () => {
  const checks = await Array.fromAsync(connection().check(signal));
  expect(checks.map(({ service, ok }) => [service, ok])).toEqual([
    ['directory', true],
    ['scripts', true],
    ['addresses', true],
  ]);
});

const { signal } = new AbortController();

function connection() {
  return local.connect({}, surroundings({ directory }));
}

async function aHost(token = 'host') {
  const { drivers, shell } = connection();
  const spec = { name: 'web', ports: [], networks: [], securityGroups: [] };
  const ref = await drivers.server!.create(spec, plainCall(token));
  return { ref, shell: shell!(ref) };
}

function script(
  body: string,
  more: { environment?: Record<string, string>; files?: Record<string, string> } = {},
): Job {
  const files = Object.entries({ 'run.sh': `#!/bin/sh\n${body}\n`, ...more.files });
  return {
    name: 'web.create',
    script: 'run.sh',
    files: new Map(files.map(([path, text]) => [path, new TextEncoder().encode(text)])),
    environment: more.environment ?? {},
    within: minutes(1),
  };
}

/** A process of its own that runs a script on the host under the token `job`. */
async function anotherController(ref: string, body: string): Promise<ChildProcess> {
  const file = join(directory, 'controller.ts');
  const index = new URL('./index.ts', import.meta.url).href;
  await writeFile(
    file,
    `import { local } from '${index}';
     const { shell } = local.connect({}, { clock: undefined, directory: ${JSON.stringify(directory)} });
     const files = new Map([['run.sh', new TextEncoder().encode(${JSON.stringify(`#!/bin/sh\n${body}\n`)})]]);
     const call = { token: 'job', attempt: 1, signal: new AbortController().signal, log: (line) => console.log(line) };
     await shell(${JSON.stringify(ref)}).run({ name: 'j', script: 'run.sh', files, environment: {}, within: 60_000 }, call);`,
  );
  return spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function reads(child: ChildProcess, text: string): Promise<void> {
  for await (const part of child.stdout!) if (String(part).includes(text)) return;
  throw new Error(`it did not print ${text}`);
}

/** The process that the service's `n`th start made; waits for it. */
async function started(ref: string, n: number): Promise<number> {
  const file = join(directory, 'hosts', ref, 'starts');
  let lines: string[] = [];
  await until(async () => {
    lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    return lines.length >= n;
  });
  expect(lines).toHaveLength(n);
  return Number.parseInt(lines[n - 1]!, 10);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await systemClock.sleep(milliseconds(20));
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );
