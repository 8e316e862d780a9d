import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as dial, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import type { Host } from '../host.ts';
import { publicKeyText } from '../key.ts';

export interface TestHost extends AsyncDisposable {
  readonly host: Host;
  /** HOME of whoever signs in. */
  readonly home: string;
  readonly privateKey: string;
  /** Its public key, as in a known_hosts file. */
  readonly key: string;
  /** How often somebody has signed in. */
  readonly signIns: () => number;
  /** Cuts every connection, as a firewall does that has forgotten them. */
  cut(): void;
  /** From now on it shows another key, as a machine that was set up anew. */
  renew(): void;
}

/**
 * A host without root and without sshd: an SSH server in this process that runs real commands on this machine, in a
 * directory of its own. It speaks the protocol; what sshd and sudo themselves do is tried on the test bed.
 */
export async function aHost(given: { password?: string; path?: string; sessions?: number } = {}): Promise<TestHost> {
  const home = await mkdtemp(join(tmpdir(), 'pileus-ssh-'));
  const user = keyPair();
  const keys = ['ed25519', 'ed25519'].map(() => keyPair().private);
  const connections = new Set<Connection>();
  let signIns = 0;
  const serve = (hostKey: string) =>
    new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
      connections.add(connection);
      connection.on('error', () => {});
      connection.on('close', () => connections.delete(connection));
      authenticate(connection, user.public, given.password);
      connection.on('ready', () => {
        signIns += 1;
        runCommands(
          connection,
          { ...process.env, HOME: home, PATH: `${given.path ?? ''}:${process.env['PATH']}` },
          given.sessions,
        );
      });
    });
  let server = serve(keys[0]!);
  const port = await listen(server, 0);
  const key = publicKeyText(Buffer.from(publicBlob(keys[0]!)));
  const cut = () => {
    for (const connection of connections) connection.end();
  };
  return {
    home,
    key,
    cut,
    privateKey: user.private,
    signIns: () => signIns,
    host: {
      name: 'web',
      address: '127.0.0.1',
      port,
      key,
      credential: { user: 'me', privateKey: user.private, sudo: 'none' },
    },
    renew() {
      server.close();
      cut();
      server = serve(keys[1]!);
      server.listen(port, '127.0.0.1');
    },
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** About one in 400 that ssh2 makes cannot be read by ssh2. */
function keyPair() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function publicBlob(key: string): Buffer {
  const parsed = ssh2.utils.parseKey(key);
  if (parsed instanceof Error) throw parsed;
  return parsed.getPublicSSH();
}

function listen(server: InstanceType<typeof ssh2.Server>, port: number): Promise<number> {
  return new Promise((done) => {
    // The address of a listening TCP server is never a text.
    server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port));
  });
}

function authenticate(connection: Connection, publicKey: string, password: string | undefined): void {
  const known = ssh2.utils.parseKey(publicKey);
  if (known instanceof Error) throw known;
  connection.on('authentication', (context) => {
    if (context.method === 'publickey' && context.key.data.equals(known.getPublicSSH())) {
      const isSigned =
        !context.signature ||
        (context.blob !== undefined && known.verify(context.blob, context.signature, context.hashAlgo));
      if (isSigned) return context.accept();
    }
    if (context.method === 'password' && context.password === password) return context.accept();
    context.reject(['publickey', 'password']);
  });
}

function runCommands(connection: Connection, env: NodeJS.ProcessEnv, most = 10): void {
  let sessions = 0;
  connection.on('session', (accept, reject) => {
    if (sessions >= most) return reject();
    sessions += 1;
    const session = accept();
    session.on('close', () => (sessions -= 1));
    session.on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      const child = spawn('/bin/sh', ['-c', command], { env, cwd: env['HOME'], stdio: 'pipe' });
      channel.pipe(child.stdin);
      child.stdin.on('error', () => {});
      child.stdout.pipe(channel, { end: false });
      child.stderr.pipe(channel.stderr, { end: false });
      child.once('close', (code) => {
        channel.exit(code ?? 1);
        channel.end();
      });
      channel.on('error', () => {});
      channel.once('close', () => child.stdin.end());
    });
  });
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const socket = dial(destPort, destIP);
    socket.once('error', () => reject());
    socket.once('connect', () => {
      const channel = accept();
      channel.on('error', () => {});
      channel.pipe(socket).pipe(channel);
    });
  });
}
