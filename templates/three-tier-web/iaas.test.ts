import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluate, readPackage } from '@pileus/tosca';
import { afterAll, expect, test } from 'vitest';

const directory = await mkdtemp(join(tmpdir(), 'three-tier-'));
const children: ChildProcess[] = [];
afterAll(async () => {
  await Promise.all(
    children.map((child) => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      return ended;
    }),
  );
  await rm(directory, { recursive: true });
});

const read = readPackage(await filesBelow(import.meta.dirname));
const iaas = read.variants.find(({ name }) => name === 'iaas')?.template;
const hasPython = spawnSync('python3', ['--version']).status === 0;

test('the package holds variants for this machine, for clouds and for plain hosts, and all are valid', () => {
  expect(read.problems).toEqual([]);
  expect(read.variants.map(({ name, providers }) => [name, providers])).toEqual([
    ['local', ['local']],
    ['iaas', ['openstack', 'simulated']],
    ['hosts', ['hosts']],
  ]);
});

test('every machine of the cloud variant gets user data that a shell can read and a cloud accepts', () => {
  for (const node of ['balancer', 'web_1', 'web_2', 'data']) {
    const text = userData(node);
    // The smallest limit of the clouds in sight: EC2 takes 16 KiB.
    expect(text.length).toBeLessThan(16_384);
    expect(text.startsWith('#!/bin/sh\n')).toBe(true);
    execFileSync('sh', ['-n'], { input: text });
  }
});

test('a title never becomes a command', () => {
  const text = userData('web_1', { title: `'; touch /tmp/owned; $(id) \`id\`` });
  expect(text).toContain(`\ntitle='; touch /tmp/owned; $(id) \`id\`\n`);
  const before = text.slice(0, text.indexOf('title='));
  expect(before.match(/<<'END_OF_SETTINGS'/g)).toHaveLength(1);
});

test.skipIf(!hasPython)(
  'what the machines run answers through the balancer from both web servers, and counts on after a restart',
  async () => {
    const [dataPort, webPort1, webPort2, balancerPort] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const data = await start('data', { port: dataPort, directory });
    await start('web_1', { port: webPort1, data: `127.0.0.1:${dataPort}`, title: '<三层>' });
    const second = await start('web_2', { port: webPort2, data: `127.0.0.1:${dataPort}` });
    await start('balancer', { port: balancerPort, members: `127.0.0.1:${webPort1} 127.0.0.1:${webPort2}` });
    const url = `http://127.0.0.1:${balancerPort}/`;

    const pages = [await page(url), await page(url), await page(url)];
    expect(new Set(pages.map(({ by }) => by))).toEqual(new Set(['web_1', 'web_2']));
    expect(pages.map(({ visits }) => visits)).toEqual([1, 2, 3]);
    expect(pages.find(({ by }) => by === 'web_1')?.html).toContain('<h1>&lt;三层&gt;</h1>');

    await stop(second);
    expect((await page(url)).by).toBe('web_1');
    expect((await page(url)).by).toBe('web_1');

    await stop(data);
    expect((await fetch(url)).status).toBe(503);
    await start('data', { port: dataPort, directory });
    expect((await page(url)).visits).toBe(6);
  },
);

async function page(url: string): Promise<{ html: string; by: string | null; visits: number }> {
  const answer = await fetch(url);
  const html = await answer.text();
  expect({ status: answer.status, html }).toMatchObject({ status: 200 });
  return { html, by: answer.headers.get('x-served-by'), visits: Number(/<b>(\d+)<\/b>/.exec(html)?.[1]) };
}

/** Runs the program in a machine's user data with that machine's settings, but for those given. */
async function start(node: string, changed: Readonly<Record<string, string | number>>): Promise<ChildProcess> {
  const text = userData(node);
  const own = Array.from(
    between(text, 'SETTINGS').matchAll(/^(\w+)=(.*)$/gm),
    ([, name = '', value = '']) => [name, value] as const,
  );
  const settings = Object.entries({ ...Object.fromEntries(own), ...changed }).map(
    ([name, value]) => `${name}=${value}\n`,
  );
  await writeFile(join(directory, `${node}.settings`), settings.join(''));
  await writeFile(join(directory, `${node}.py`), between(text, 'PROGRAM'));
  const child = spawn('python3', ['-u', join(directory, `${node}.py`), join(directory, `${node}.settings`)], {
    stdio: 'ignore',
  });
  children.push(child);
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://127.0.0.1:${changed['port']}/health`, {
      headers: { connection: 'close' },
    }).catch(() => undefined);
    if (answer) return child;
    await sleep(50);
  }
  throw new Error(`${node} does not answer`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill();
  await ended;
  children.splice(children.indexOf(child), 1);
}

function between(text: string, word: string): string {
  return new RegExp(`<<'END_OF_${word}'\\n([\\s\\S]*?)^END_OF_${word}$`, 'm').exec(text)?.[1] ?? '';
}

function userData(node: string, inputs: Readonly<Record<string, string>> = {}): string {
  if (!iaas) throw new Error('the cloud variant is not valid');
  const { topology } = iaas;
  const value = topology.nodes[node]?.properties['user_data'];
  if (!value) throw new Error(`${node} has no user data`);
  const found = evaluate(
    value,
    { topology, node },
    {
      inputs: { title: 'Three tiers', web_port: 8080, ...inputs },
      attribute: (_, [name]) => (name === 'volume_id' ? '3fa85f64-5717-4562-b3fc-2c963f66afa6' : '10.0.0.9'),
      operationOutput: () => undefined,
    },
  );
  if (!found.known) throw new Error(`the user data of ${node} waits for ${found.waitsFor.join(', ')}`);
  expect(found.value).toBeTypeOf('string');
  return found.value as string; // as was just seen
}

async function filesBelow(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [relative(folder, path), new Uint8Array(await readFile(path))] as const),
    ),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
