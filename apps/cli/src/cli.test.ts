import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, readFile, stat, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Event } from './run/events.ts';
import { aHome } from './testing/pileus.ts';
import { Events, fakeApi, Refused } from './testing/fake-api.ts';
import { account, aRun, aStep, at, deployment, plan, provider, template } from './testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const page = <T>(...items: T[]) => ({ items });

const signIn = {
  user: {
    id: 'u-000000000001',
    name: 'admin',
    organization: { id: 'org-home', name: 'default' },
    hasPassword: false,
    permissions: ['account.read'],
  },
  token: 'secret-token',
  expiresAt: at,
};

const known = {
  'get /accounts': () => page(account),
  'get /providers': () => page(provider),
  'get /templates': () => page(template),
  'get /templates/{template}': () => template,
  'get /deployments': () => page(deployment),
  'get /deployments/{deployment}': () => deployment,
  'post /plans': () => plan,
} as const;

test('signing in by the one-time link remembers the token where only its owner can read it', async () => {
  await using api = await fakeApi({ 'post /sessions': () => signIn, 'get /me': () => signIn.user });
  await using home = await aHome();
  const login = await home.run(['login', '--link', `${api.url}/sign-in#link=once`]);
  expect(login).toMatchObject({ code: 0, stdout: '' });
  expect(api.calls[0]?.asked.body).toEqual({ link: 'once', kind: 'cli' });
  expect((await stat(join(home.directory, 'pileus', 'contexts.json'))).mode & 0o777).toBe(0o600);
  const who = await home.run(['whoami', '-o', 'name']);
  expect(who).toMatchObject({ code: 0, stdout: 'admin\n' });
  expect(api.calls[1]?.asked.token).toBe('secret-token');
});

test('a saved token is never sent to another server', async () => {
  await using api = await fakeApi({ 'post /sessions': () => signIn });
  await using other = await fakeApi({ 'get /me': () => signIn.user });
  await using home = await aHome();
  await home.run(['login', '--link', `${api.url}/sign-in#link=once`]);
  await home.run(['whoami', '--server', other.url]);
  await home.run(['whoami'], { environment: { PILEUS_SERVER: other.url } });
  expect(other.calls.map(({ asked }) => asked.token)).toEqual([undefined, undefined]);
});

test('a signed-out server forgets the token here too', async () => {
  await using api = await fakeApi({ 'post /sessions': () => signIn, 'delete /sessions/current': () => ({}) });
  await using home = await aHome();
  await home.run(['login', api.url, '--name', 'admin'], { environment: { PILEUS_PASSWORD: 'correct horse' } });
  expect(api.calls[0]?.asked.body).toEqual({ name: 'admin', password: 'correct horse', kind: 'cli' });
  expect((await home.run(['logout'])).code).toBe(0);
  expect(await readFile(join(home.directory, 'pileus', 'contexts.json'), 'utf8')).not.toContain('secret-token');
});

test('with -o json, standard output is JSON and nothing else', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  for (const words of [
    ['account', 'list'],
    ['template', 'list'],
    ['deployment', 'list'],
    ['account', 'providers'],
  ]) {
    const { code, stdout } = await home.run([...words, '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(1);
  }
  const outputs = await home.run(['deployment', 'outputs', '商店', '-o', 'json']);
  expect(JSON.parse(outputs.stdout)).toEqual({ url: 'http://172.24.4.10' });
});

test('a list is read page by page to its end', async () => {
  await using api = await fakeApi({
    'get /accounts': ({ query }) =>
      query.get('cursor') ? page({ ...account, name: 'second' }) : { items: [account], nextCursor: 'more' },
  });
  await using home = await aHome(api.url);
  expect((await home.run(['account', 'list', '-o', 'name'])).stdout).toBe('lab\nsecond\n');
});

test('columns stay straight under Chinese names', async () => {
  await using api = await fakeApi({
    'get /accounts': () => page({ ...account, name: '测试云' }, { ...account, name: 'lab' }),
  });
  await using home = await aHome(api.url);
  const { stdout } = await home.run(['account', 'list'], { environment: { LANG: 'zh_CN.UTF-8' } });
  const [head = '', first = '', second = ''] = stdout.split('\n');
  expect(head.startsWith('名称    云服务商')).toBe(true);
  expect(first.startsWith('测试云  openstack')).toBe(true);
  expect(second.startsWith('lab     openstack')).toBe(true);
  expect(first).toContain('正常');
});

test('an account is added with typed values, nested options and a secret from standard input', async () => {
  await using api = await fakeApi({ ...known, 'post /accounts': () => account });
  await using home = await aHome(api.url);
  const words = [
    'account',
    'add',
    'openstack',
    '--name',
    'lab',
    '--set',
    'url=http://127.0.0.1:5000/v3',
    '--set',
    'user=demo',
    '--set',
    'password=@-',
  ];
  const more = [
    '--set',
    'verify=false',
    '--set',
    'clientOptions.nova_client.bypass_url=http://127.0.0.1:8774',
    '--set-json',
    'clientOptions.timeout=5',
  ];
  const { code } = await home.run([...words, ...more], { stdin: 's3cret\n' });
  expect(code).toBe(0);
  const sent = api.calls.at(-1);
  expect(sent?.asked.body).toEqual({
    provider: 'openstack',
    name: 'lab',
    description: '',
    settings: {
      url: 'http://127.0.0.1:5000/v3',
      user: 'demo',
      password: 's3cret',
      verify: false,
      clientOptions: { nova_client: { bypass_url: 'http://127.0.0.1:8774' }, timeout: 5 },
    },
  });
  expect(sent?.asked.key).toMatch(/^[0-9a-f-]{36}$/);
});

test('settings that are missing are named when nobody can be asked', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const { code, stderr } = await home.run([
    'account',
    'add',
    'openstack',
    '--name',
    'lab',
    '--set',
    'url=http://127.0.0.1:5000',
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('These are missing: user, password');
});

test('a service that fails its try is shown, and nothing is saved', async () => {
  const check = (service: string, ok: boolean) => ({
    service,
    ok,
    detail: { en: `${service} said so`, 'zh-CN': '' },
    milliseconds: 3,
  });
  await using api = await fakeApi({
    ...known,
    'post /accounts/check': () =>
      new Events(
        (async function* () {
          yield { data: check('identity', true) };
          yield { data: check('compute', false) };
        })(),
      ),
    'post /accounts': () => account,
  });
  await using home = await aHome(api.url);
  const { code, stderr } = await home.run([
    'account',
    'add',
    'openstack',
    '--name',
    'lab',
    '--test',
    '--set',
    'url=x',
    '--set',
    'user=u',
    '--set',
    'password=p',
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/✓ identity[\s\S]*✗ compute {2}compute said so/);
  expect(api.calls.map(({ name }) => name)).not.toContain('post /accounts');
});

test('without --yes and without a terminal nothing is made', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const { code, stderr } = await home.run([
    'deployment',
    'create',
    '-t',
    'three-tier-web',
    '-a',
    'lab',
    '--name',
    '商店',
    '--set',
    'cidr=10.0.0.0/24',
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('pass --yes');
  expect(stderr).toContain('Create server web');
  expect(api.calls.at(-1)?.name).toBe('post /plans');
});

test('creating carries out exactly the plan that was shown, follows it live and prints the outputs', async () => {
  let state: 'running' | 'succeeded' = 'running';
  await using api = await fakeApi({
    ...known,
    'post /deployments': () => ({ deployment: deployment.id, run: 'run-000000000001' }),
    'get /events': () =>
      new Events<Event>(
        (async function* () {
          yield { id: '1', data: { is: 'step' as const, step: aStep() } };
          yield {
            id: '2',
            data: { is: 'step' as const, step: aStep({ state: 'done', endedAt: '2026-11-22T10:00:07.000Z' }) },
          };
          state = 'succeeded';
          const { steps: _, ...run } = aRun({ state, done: 2, endedAt: '2026-11-22T10:00:09.000Z' });
          yield { id: '3', data: { is: 'run' as const, run } };
        })(),
      ),
    'get /runs/{run}': () =>
      state === 'running' ? aRun() : aRun({ state, done: 2, endedAt: '2026-11-22T10:00:09.000Z' }),
  });
  await using home = await aHome(api.url);
  const words = [
    'deployment',
    'create',
    '-t',
    'three-tier-web',
    '-a',
    'lab',
    '--name',
    '商店',
    '--set',
    'cidr=10.0.0.0/24',
    '--set',
    'web_port=80',
    '--yes',
    '--wait',
    '-o',
    'json',
  ];
  const { code, stdout, stderr } = await home.run(words);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: '商店', outputs: [{ name: 'url', value: 'http://172.24.4.10' }] });
  expect(stderr).toContain('→ Create server web');
  expect(stderr).toContain('✓ Create server web  0:07');
  expect(stderr).toContain('Create 商店: done, 2 steps in 0:09');
  const bodies = Object.fromEntries(api.calls.map(({ name, asked }) => [name, asked.body]));
  expect(bodies['post /plans']).toMatchObject({
    account: account.id,
    template: template.id,
    inputs: { cidr: '10.0.0.0/24', web_port: 80 },
  });
  expect(bodies['post /deployments']).toEqual({ plan: plan.id, hash: plan.hash });
});

test('a run that fails ends with 6, the reason, and what to do next; also when events do not get through', async () => {
  const failure = { code: 'quota-exceeded', facts: { kind: 'server', provider: 'OpenStack', detail: '4 of 4 used' } };
  const failed = aRun({
    state: 'failed',
    failure,
    endedAt: '2026-11-22T10:01:00.000Z',
    steps: [aStep({ state: 'failed', failure })],
  });
  let looks = 0;
  await using api = await fakeApi({ 'get /runs/{run}': () => (looks++ === 0 ? aRun() : failed) });
  await using home = await aHome(api.url);
  const { code, stderr } = await home.run(['run', 'watch', 'run-000000000001']);
  expect(code).toBe(6);
  expect(stderr).toContain('✗ Create server web: The quota for server at OpenStack is used up: 4 of 4 used');
  expect(stderr).toContain('pileus run resume run-000000000001');
});

test('a broken event stream is taken up after the last event that came', async () => {
  let connections = 0;
  await using api = await fakeApi({
    'get /runs/{run}': () => (connections < 2 ? aRun() : aRun({ state: 'succeeded', done: 2, endedAt: at })),
    'get /events': () => {
      connections++;
      return new Events<Event>(
        (async function* () {
          yield { id: String(connections), data: { is: 'step' as const, step: aStep() } };
        })(),
      );
    },
  });
  await using home = await aHome(api.url);
  expect((await home.run(['run', 'watch', 'run-000000000001'])).code).toBe(0);
  const after = api.calls.filter(({ name }) => name === 'get /events').map(({ asked }) => asked.query.get('after'));
  expect(after.slice(0, 2)).toEqual([null, '1']);
});

test('waiting ends with 124 at its limit, and with 130 at Ctrl-C; the run goes on', async () => {
  await using api = await fakeApi({ 'get /runs/{run}': () => aRun({ steps: [aStep()] }) });
  await using home = await aHome(api.url);
  const late = await home.run(['run', 'watch', 'run-000000000001', '--timeout', '1s']);
  expect(late.code).toBe(124);
  expect(late.stderr).toContain('the run goes on');
  const left = await home.run(['run', 'watch', 'run-000000000001'], { interruptAfter: /Create server web/ });
  expect(left.code).toBe(130);
  expect(api.calls.every(({ name }) => name.startsWith('get ') || name.startsWith('GET '))).toBe(true);
});

test('every kind of refusal has its exit code', async () => {
  await using api = await fakeApi({
    'get /accounts': () => page(),
    'get /me': () => new Refused({ code: 'not-signed-in', facts: {} }),
    'get /templates': () => new Refused({ code: 'not-allowed', facts: { permission: 'template.read' } }),
    'post /runs/{run}/resume': () => new Refused({ code: 'conflict', facts: { what: 'run', reason: 'it is running' } }),
    'get /providers': () => new Refused({ code: 'internal', facts: {} }),
  });
  await using home = await aHome(api.url);
  const cases: [string[], number, string][] = [
    [['account', 'get', 'nowhere'], 3, 'There is no cloud account nowhere'],
    [['whoami'], 4, 'pileus login'],
    [['template', 'list'], 4, 'template.read'],
    [['run', 'resume', 'run-000000000001'], 5, 'it is running'],
    [['account', 'providers'], 1, 'req-1'],
    [['acount', 'list'], 2, 'Did you mean account?'],
    [['account', 'lst'], 2, 'Did you mean list?'],
    [['account', 'list', '--serach', 'x'], 2, 'Did you mean --search?'],
    [['account', 'list', '-o', 'xml'], 2, 'one of table, json, yaml, name'],
    [['account', 'get'], 2, '<account>'],
    [['deployment', 'create'], 2, '--name'],
  ];
  for (const [words, code, sentence] of cases) {
    const ran = await home.run(words);
    expect({ words, code: ran.code, stdout: ran.stdout }).toEqual({ words, code, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  }
});

test('a server that does not answer is named, with what to do', async () => {
  await using home = await aHome('http://127.0.0.1:9');
  const { code, stderr } = await home.run(['account', 'list']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:9 does not answer \(.+\)\. Start it with npm start/);
});

test('a page of something else is not taken for an answer', async () => {
  const other = createServer((_, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  );
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await using home = await aHome(`http://127.0.0.1:${port}`);
  const { code, stderr } = await home.run(['account', 'list']);
  other.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`http://127.0.0.1:${port} answers, but not like a Pileus server: HTTP 502 text/html`);
});

test('a template is sent with its text as text and the rest as base64, without what is hidden', async () => {
  await using api = await fakeApi({ 'post /templates': () => template });
  await using home = await aHome(api.url);
  const folder = join(home.directory, 'template');
  await mkdir(join(folder, 'scripts'), { recursive: true });
  await writeFile(join(folder, 'main.yaml'), 'a: 1\n');
  await writeFile(join(folder, 'scripts', 'logo.png'), Buffer.from([0x89, 0xff]));
  await writeFile(join(folder, '.secret'), 'no');
  await home.run(['template', 'import', folder]);
  expect(api.calls[0]?.asked.body).toEqual({
    files: [
      { path: 'main.yaml', content: 'a: 1\n', encoding: 'utf8' },
      { path: 'scripts/logo.png', content: 'if8=', encoding: 'base64' },
    ],
  });
});

test('log lines are printed once, harmless, and followed until the run ends', async () => {
  const line = (seq: number, text: string) => ({
    run: 'run-000000000001',
    step: 'web',
    node: 'web',
    seq,
    at,
    stream: 'out' as const,
    text,
  });
  const live = { ...deployment, run: aRun() };
  let ended = false;
  await using api = await fakeApi({
    'get /deployments': () => page(live),
    'get /deployments/{deployment}/logs': () => ({
      items: ended ? [line(1, 'one'), line(2, 'two'), line(3, 'three')] : [line(1, 'one')],
    }),
    'get /runs/{run}': () => aRun(),
    'get /events': () =>
      new Events<Event>(
        (async function* () {
          yield { id: '1', data: { is: 'log' as const, line: line(1, 'one') } };
          yield { id: '2', data: { is: 'log' as const, line: line(2, '\x1b]0;owned\x07two') } };
          ended = true;
          const { steps: _, ...run } = aRun({ state: 'succeeded', endedAt: at });
          yield { id: '3', data: { is: 'run' as const, run } };
        })(),
      ),
  });
  await using home = await aHome(api.url);
  const { code, stdout } = await home.run(['deployment', 'logs', '商店', '-f']);
  expect(code).toBe(0);
  expect(stdout).toBe('10:00:00 web one\n10:00:00 web two\n10:00:00 web three\n');
});

test('the API can be called directly', async () => {
  await using api = await fakeApi({
    'get /audit': ({ query }) =>
      page({
        id: 'log-1',
        user: query.get('user') ?? '',
        action: 'Login',
        ip: '::1',
        at,
        result: 'ok',
        status: 200,
        requestId: 'r',
      }),
  });
  await using home = await aHome(api.url);
  const { code, stdout } = await home.run(['api', 'GET', '/api/v1/audit?user=admin']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ items: [{ user: 'admin' }] });
});

test('the doctor says what is wrong and ends with 1', async () => {
  await using api = await fakeApi({
    'get /info': () => ({ version: '0.1.0', signedIn: true }),
    'get /me': () => signIn.user,
    'get /accounts': () => page({ ...account, health: { is: 'failing', checks: [] } }),
  });
  await using home = await aHome(api.url);
  await mkdir(join(home.directory, 'pileus'));
  const file = join(home.directory, 'pileus', 'contexts.json');
  await writeFile(file, '{"contexts":{}}');
  await chmod(file, 0o644);
  const { code, stdout } = await home.run(['doctor']);
  expect(code).toBe(1);
  expect(stdout).toContain('failing: lab');
  expect(stdout).toContain('chmod 600');
});

test('completion offers commands, options and names that the server knows', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  expect((await home.run(['complete', '--', 'dep'])).stdout).toBe('deployment\n');
  expect((await home.run(['complete', '--', 'deployment', 'create', '--acc'])).stdout).toBe('--account\n');
  expect((await home.run(['complete', '--', 'deployment', 'create', '--account', ''])).stdout).toBe('lab\n');
  expect((await home.run(['complete', '--', 'deployment', 'get', ''])).stdout).toBe('商店\n');
  const scaled = { ...deployment, scaling: [{ node: 'web', count: 2, min: 1, members: ['web'] }] };
  await using other = await fakeApi({ ...known, 'get /deployments/{deployment}': () => scaled });
  const scale = ['complete', '--', 'deployment', 'scale', '--note', 'more', '商店', ''];
  expect((await home.run(scale, { environment: { PILEUS_SERVER: other.url } })).stdout).toBe('web=2\n');
});

test('every command explains itself in Chinese too', async () => {
  await using home = await aHome();
  const { code, stdout } = await home.run(['deployment', 'create', '--help'], { environment: { LANG: 'zh_CN.UTF-8' } });
  expect(code).toBe(0);
  expect(stdout).toContain('用法： pileus deployment create');
  expect(stdout).not.toMatch(/Usage:|Options:|Global/);
});

test('prices are read from a file digit by digit, and printed as they can be set again', async () => {
  const prices = {
    currency: 'CNY',
    servers: { flavors: { 'm1.small': { perHour: '0.10' } } },
    volumes: { types: {}, other: { perGigabyteMonth: '0.3' } },
  };
  const answer = {
    now: { prices, from: 'account' as const, validFrom: at },
    lists: [],
    usage: [],
    cost: { currency: 'CNY', perHour: '0.1', perMonth: '73', resources: 2, unpriced: 1 },
  };
  await using api = await fakeApi({
    ...known,
    'get /accounts/{account}/prices': () => answer,
    'put /accounts/{account}/prices': () => answer,
  });
  await using home = await aHome(api.url);
  const stdin =
    'servers:\n  flavors:\n    m1.small: { perHour: 0.10 }\nvolumes: { other: { perGigabyteMonth: 12345678.000001 } }\n';
  const set = await home.run(['account', 'prices', 'set', 'lab', '-f', '-', '--from', '2027-01-01'], { stdin });
  expect(set.code).toBe(0);
  expect(api.calls.at(-1)?.asked.body).toEqual({
    prices: {
      servers: { flavors: { 'm1.small': { perHour: '0.10' } } },
      volumes: { other: { perGigabyteMonth: '12345678.000001' } },
    },
    validFrom: '2027-01-01T00:00:00.000Z',
  });
  const shown = await home.run(['account', 'prices', 'get', 'lab']);
  expect(shown.stdout).toContain('CN¥73.00 a month, no price for 1 of 2');
  expect(shown.stdout).toMatch(/m1\.small +0\.10 an hour/);
  const file = (await home.run(['account', 'prices', 'get', 'lab', '-o', 'yaml'])).stdout;
  await home.run(['account', 'prices', 'set', 'lab', '-f', '-'], { stdin: file });
  expect(api.calls.at(-1)?.asked.body).toEqual({ prices });
});
