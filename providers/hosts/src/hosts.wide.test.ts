import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, minutes, plainCall, seconds, type Call } from '@pileus/model';
import type { Connection, Job, Shell } from '@pileus/provider';
import { keepsPromises } from '@pileus/provider/conformance';
import { surroundings } from '@pileus/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hosts } from './index.ts';
import { findBed, reboot, type Bed } from './testing/bed.ts';

const found = await findBed();
if (typeof found === 'string') console.warn(`skipped: ${found}`);
const bed: Bed = typeof found === 'string' ? { hosts: [], privateKey: '' } : found;
const { privateKey } = bed;
const signal = new AbortController().signal;

let directory = '';
const entry = (index: number) => bed.hosts[index]!;
const settingsFor = (indexes: readonly number[], more: object = {}) => ({
  hosts: indexes.map(entry),
  privateKey,
  ...more,
});
const connect = (settings: object): Connection =>
  hosts.connect(hosts.account.parse(settings), surroundings({ directory }));

if (typeof found !== 'string') {
  for (const [name, more] of [
    ['as root', {}],
    ['by sudo without a password', { user: 'keyed', sudo: 'passwordless' }],
    ['by sudo with a password', { user: 'asked', privateKey: undefined, password: 'let me in', sudo: 'password' }],
    ['by way of a bastion', { bastion: entry(0) }],
  ] as const) {
    keepsPromises({
      name: `plain hosts, ${name}`,
      connect: async () => ({
        connection: hosts.connect(hosts.account.parse(settingsFor([1, 2], more)), surroundings()),
      }),
      samples: {
        server: {
          spec: (bench) => ({ name: bench.name(), ports: [], networks: [], securityGroups: [] }),
          bad: (bench) => ({ name: bench.name(), ports: [], networks: ['a-network'], securityGroups: [] }),
        },
      },
    });
  }
}

describe.skipIf(typeof found === 'string')('on real hosts', () => {
  let connection: Connection;
  let server: string;
  let shell: Shell;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pileus-hosts-'));
    connection = connect(settingsFor([3]));
    server = await take(connection);
    shell = connection.shell!(server);
  });
  afterAll(async () => {
    if (!directory) return;
    await connection.drivers.server!.delete(server, plainCall(randomUUID()));
    await connection.close?.();
    await rm(directory, { recursive: true, force: true });
  });

  test('a script whose ssh connection is killed in the middle runs once, and its output and outputs come', async () => {
    const lines: string[] = [];
    const kill = script("pkill -KILL -f '^sshd: root@'; true");
    const job = script(
      'echo x >> "$HOME/killed"; for i in 1 2 3 4 5; do echo "line $i"; sleep 0.5; done; echo "runs=$(grep -c x "$HOME/killed")" >> "$PILEUS_OUTPUTS"',
    );
    const cut = (line: string) => {
      if (line === 'line 2')
        void connect(settingsFor([3])).shell!(server)
          .run(kill, plainCall(randomUUID()))
          .catch(() => {});
    };
    expect(await shell.run(job, call(lines, cut))).toEqual({ runs: '1' });
    expect(lines.filter((line) => line.startsWith('line'))).toEqual([1, 2, 3, 4, 5].map((i) => `line ${i}`));
    expect(lines.some((line) => line.includes('joining it again'))).toBe(true);
  });

  test('a script whose controller is killed runs once, and whoever asks again gets its outputs', async () => {
    const token = randomUUID();
    const body =
      '#!/bin/sh\necho x >> "$HOME/once"; echo begun; sleep 2; echo "runs=$(grep -c x "$HOME/once")" >> "$PILEUS_OUTPUTS"\n';
    const words = [JSON.stringify(settingsFor([3])), directory, server, token, body];
    const controller = spawn(process.execPath, [join(import.meta.dirname, 'testing/run-one.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((begun) => controller.stdout.once('data', () => begun()));
    controller.kill('SIGKILL');
    const files = new Map([['run.sh', new TextEncoder().encode(body)]]);
    expect(await shell.run({ ...script(''), files }, { ...call(), token })).toEqual({ runs: '1' });
    expect(await shell.run({ ...script(''), files }, { ...call(), token })).toEqual({ runs: '1' });
  });

  test('a host that is rebooted in the middle of a script says so, and does not run it again', async () => {
    const token = randomUUID();
    const job = script('echo x >> "$HOME/rebooted"; echo begun; sleep 60');
    const running = shell.run(job, { ...call([], (line) => line === 'begun' && void reboot(entry(3).name)), token });
    const failure = { code: 'script-cut-off', facts: { reason: `${entry(3).name} was rebooted` } };
    await expect(running).rejects.toMatchObject(failure);
    await expect(shell.run(job, { ...call(), token })).rejects.toMatchObject(failure);
    const count = 'echo "runs=$(grep -c x "$HOME/rebooted")" >> "$PILEUS_OUTPUTS"';
    expect(await shell.run(script(count), call())).toEqual({ runs: '1' });
    const again = { ...script(`echo x >> "$HOME/rebooted"; ${count}`), idempotent: true };
    expect(await shell.run(again, { ...call(), token })).toEqual({ runs: '2' });
  });

  test('cancelling ends what runs on the host, and so does the time limit', async () => {
    const living = 'echo "living=$(pgrep -fc "^sleep 4321")" >> "$PILEUS_OUTPUTS"';
    const stop = new AbortController();
    const running = shell.run(script('sleep 4321 & echo begun; sleep 4321'), {
      ...call([], () => stop.abort(new Failure('cancelled'))),
      signal: stop.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await shell.run(script(living), call())).toEqual({ living: '0' });
    const long = { ...script('sleep 4321'), within: seconds(1) };
    await expect(shell.run(long, call())).rejects.toMatchObject({ code: 'timed-out' });
    await expect.poll(() => shell.run(script(living), call())).toEqual({ living: '0' });
  });

  test('a playbook runs on the host with its inputs as variables, and a Python script by its extension', async () => {
    const playbook = [
      '- hosts: all',
      '  gather_facts: false',
      '  tasks:',
      '    - lineinfile:',
      "        path: \"{{ lookup('env', 'PILEUS_OUTPUTS') }}\"",
      '        line: "greeting={{ greeting }}"',
    ].join('\n');
    const job = { ...script('', { 'site.yml': playbook }), script: 'site.yml', environment: { greeting: 'hello' } };
    expect(await shell.run(job, call())).toEqual({ greeting: 'hello' });
    const python = 'import os\nopen(os.environ["PILEUS_OUTPUTS"], "a").write("four=%d\\n" % (2 + 2))\n';
    expect(await shell.run({ ...script('', { 'x.py': python }), script: 'x.py' }, call())).toEqual({ four: '4' });
  });

  test('a program that a script left running ends when the host is given back', async () => {
    const other = connect(settingsFor([4]));
    const taken = await take(other);
    await other.shell!(taken).run(script('(setsid sleep 5432 &); supervise idle -- sleep 5432'), call());
    await other.drivers.server!.delete(taken, plainCall(randomUUID()));
    const next = await take(other);
    const look = script(
      'echo "living=$(pgrep -fc "^sleep 5432"); files=$(ls -A "$HOME/logs" | wc -l)" >> "$PILEUS_OUTPUTS"',
    );
    expect(await other.shell!(next).run(look, call())).toEqual({ living: '0; files=0' });
    await expect(other.shell!(taken).run(look, call())).rejects.toMatchObject({ code: 'not-found' });
    await other.drivers.server!.delete(next, plainCall(randomUUID()));
    await other.close?.();
  });

  test('many who want hosts at a time get one each, and then there is none left', async () => {
    const controllers = [0, 1].map(() => connect(settingsFor([4, 5, 6, 7])));
    const taken = await Promise.all([0, 1, 2, 3].map((i) => take(controllers[i % 2]!)));
    expect(new Set(taken.map((ref) => ref.split('.')[0])).size).toBe(4);
    await expect(take(controllers[0]!)).rejects.toMatchObject({ code: 'no-capacity' });
    for (const ref of taken) await controllers[1]!.drivers.server!.delete(ref, plainCall(randomUUID()));
    for (const each of controllers) await each.close?.();
  });

  test('a hundred scripts on ten hosts', async () => {
    const ten = connect(settingsFor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((index) => index !== 3)));
    const taken = await Promise.all(Array.from({ length: 9 }, () => take(ten)));
    const shells = [...taken.map((ref) => ten.shell!(ref)), shell];
    const from = performance.now();
    const outputs = await Promise.all(
      Array.from({ length: 100 }, (_, i) => shells[i % 10]!.run(script(`echo i=${i} >> "$PILEUS_OUTPUTS"`), call())),
    );
    console.log(`100 scripts on 10 hosts: ${((performance.now() - from) / 1000).toFixed(1)} s`);
    expect(outputs).toEqual(Array.from({ length: 100 }, (_, i) => ({ i: String(i) })));
    for (const ref of taken) await ten.drivers.server!.delete(ref, plainCall(randomUUID()));
    await ten.close?.();
  });

  test('a host whose key has changed is not spoken to', async () => {
    const learning = connect({ ...settingsFor([]), hosts: [{ ...entry(8), hostKey: undefined }], hostKeys: 'learn' });
    expect(await details(learning)).toEqual([expect.stringContaining('Debian')]);
    const ref = await take(learning);
    const change =
      'ssh-keygen -q -t ed25519 -N "" -f /tmp/new; mv /etc/ssh/ssh_host_ed25519_key /root/old; cp /tmp/new /etc/ssh/ssh_host_ed25519_key';
    await learning.shell!(ref).run(script(change), call());
    await reboot(entry(8).name);
    expect(await details(learning)).toEqual([
      expect.stringMatching(/shows the key SHA256:.* instead of SHA256:.*: somebody may be/),
    ]);
    await expect(learning.shell!(ref).run(script('true'), call())).rejects.toMatchObject({ code: 'host-key-changed' });
    await learning.close?.();
    // The way out that the failure names: the new key, written into the account.
    const trusting = connect({ ...settingsFor([]), hosts: [{ ...entry(8), hostKey: undefined }], hostKeys: 'learn' });
    await rm(join(directory, 'host-keys.json'));
    await trusting.shell!(ref).run(script('mv /root/old /etc/ssh/ssh_host_ed25519_key'), call());
    await trusting.close?.();
    await reboot(entry(8).name);
    const known = connect(settingsFor([8]));
    await known.drivers.server!.delete(ref, plainCall(randomUUID()));
    await known.close?.();
  });

  test('a check says of each host what is wrong with it', async () => {
    const asked = { user: 'asked', sudo: 'password' } as const;
    const checked = connect({
      hosts: [
        { ...entry(1), name: 'well' },
        { ...entry(1), name: 'unknown', hostKey: undefined },
        { ...entry(1), name: 'refused', port: 1 },
        { ...entry(1), name: 'nobody', user: 'nobody' },
        { ...entry(1), name: 'wrong-sudo', credential: 'wrong' },
        { ...entry(1), name: 'no-sudo', credential: 'plain' },
        { ...entry(1), name: 'unnamed', address: 'no-such-host.invalid' },
      ],
      privateKey,
      credentials: {
        wrong: { ...asked, password: 'let me in', sudoPassword: 'wrong' },
        plain: { user: 'plain', password: 'let me in', sudo: 'passwordless' },
      },
    });
    expect(await details(checked)).toEqual([
      expect.stringMatching(/^Debian GNU\/Linux 12 .*scripts run as root; free$/),
      expect.stringMatching(/^The host unknown .* is not known yet; it shows the key SHA256:/),
      expect.stringContaining('nothing listens on port 1; is sshd running?'),
      expect.stringContaining('it does not let nobody in with this key'),
      expect.stringContaining('sudo does not let asked become root with this password'),
      expect.stringContaining('sudo does not let plain become root without a password'),
      expect.stringContaining('its name cannot be resolved'),
    ]);
    await checked.close?.();
  });

  test('behind a bastion a host sees only the bastion', async () => {
    const behind = connect(settingsFor([5], { bastion: entry(0) }));
    const ref = await take(behind);
    const peers =
      'echo "peers=$(ss -Htn state established "sport = :22" | sed "s/.* //; s/:[0-9]*\\s*$//" | sort -u)" >> "$PILEUS_OUTPUTS"';
    expect(await behind.shell!(ref).run(script(peers), call())).toEqual({ peers: entry(0).address });
    await behind.drivers.server!.delete(ref, plainCall(randomUUID()));
    await behind.close?.();
  });
});

async function take(connection: Connection): Promise<string> {
  const spec = { name: `test-${randomUUID().slice(0, 8)}`, ports: [], networks: [], securityGroups: [] };
  return connection.drivers.server!.create(spec, plainCall(randomUUID()));
}

async function details(connection: Connection): Promise<string[]> {
  const checks = await Array.fromAsync(connection.check(signal));
  return checks.map(({ detail }) => detail.en);
}

function script(body: string, more: Readonly<Record<string, string>> = {}): Job {
  const all = Object.entries({ 'run.sh': `#!/bin/sh\n${body}\n`, ...more });
  const files = new Map(all.map(([path, text]) => [path, new TextEncoder().encode(text)] as const));
  return { name: 'test', script: 'run.sh', files, environment: {}, within: minutes(1) };
}

function call(lines: string[] = [], then: (line: string) => unknown = () => {}): Call {
  const log = (line: string) => {
    lines.push(line);
    then(line);
  };
  return { ...plainCall(randomUUID()), log };
}
