import type { Duplex } from 'node:stream';
import { Failure, seconds } from '@pileus/model';
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { called, type Credential, type Host, type HostKeys } from './host.ts';
import { algorithmsFor, fingerprint, fingerprintOf, isKnownBy, publicKeyText, readPrivateKey } from './key.ts';

export interface ConnectOptions {
  readonly hostKeys: HostKeys;
  /** Whether the key of a host that is not known yet is believed, and kept. */
  readonly learns: boolean;
}

/** How long a host may take to let us in. */
const patience = seconds(20);

/**
 * Signs in to a host, over `through` where there is a bastion. Throws `provider-unreachable`, `credentials-refused`,
 * `host-key-unknown` or `host-key-changed`. The agent of whoever runs the platform is neither used nor passed on.
 */
export async function connect(host: Host, options: ConnectOptions, through?: Duplex): Promise<Client> {
  const id = `${host.address}:${host.port}`;
  const known = host.key ?? (await options.hostKeys.get(id));
  const methods = methodsOf(host);
  const client = new ssh2.Client();
  let learned: string | undefined;
  let refused: Failure | undefined;
  const serverHostKey: ServerHostKeyAlgorithm[] | undefined = algorithmsFor(known);
  const config: ConnectConfig = {
    host: host.address,
    port: host.port,
    username: host.credential.user,
    readyTimeout: patience,
    keepaliveInterval: seconds(15),
    keepaliveCountMax: 3,
    authHandler: methods,
    ...(serverHostKey && { algorithms: { serverHostKey } }),
    ...(through && { sock: through }),
    hostVerifier: (key: Buffer) => {
      refused = keyRefused(host, key, known, options.learns);
      if (!refused && known === undefined) learned = publicKeyText(key);
      return refused === undefined;
    },
  };
  try {
    await ready(client, config);
  } catch (error) {
    client.destroy();
    throw refused ?? failureOf(host, error, known);
  }
  // What goes wrong from now on shows as the end of the connection.
  client.on('error', () => {});
  client.setNoDelay();
  if (learned !== undefined) await options.hostKeys.set(id, learned);
  return client;
}

function ready(client: Client, config: ConnectConfig): Promise<void> {
  return new Promise((done, failed) => {
    client.once('ready', done);
    client.on('error', failed);
    client.once('close', () => failed(new Error('it closed the connection')));
    client.connect(config);
  });
}

/** Why a host that shows this key is not gone on with; undefined where it is the one that is known. */
export function keyRefused(host: Host, key: Buffer, known: string | undefined, learns: boolean): Failure | undefined {
  const found = fingerprint(key);
  if (known === undefined) return learns ? undefined : new Failure('host-key-unknown', { host: called(host), found });
  if (isKnownBy(key, known)) return undefined;
  return new Failure('host-key-changed', { host: called(host), found, known: fingerprintOf(known) });
}

function methodsOf(host: Host): AnyAuthMethod[] {
  const { user: username, privateKey, passphrase, password } = host.credential;
  const methods: AnyAuthMethod[] = [];
  if (privateKey !== undefined) {
    const key = readPrivateKey(privateKey, passphrase);
    if (typeof key === 'string')
      throw new Failure('invalid', { what: `The private key for ${called(host)}`, reason: key });
    methods.push({ type: 'publickey', username, key });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    // Where PAM asks for the password, it is a question of its own.
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
  }
  return methods;
}

function failureOf(host: Host, error: unknown, known: string | undefined): Failure {
  if (error instanceof Failure) return error;
  const { message, level, code } = error as Error & { level?: string; code?: string };
  const provider = called(host);
  const unreachable = (detail: string) => new Failure('provider-unreachable', { provider, detail }, { cause: error });
  if (level === 'client-authentication')
    return new Failure('credentials-refused', { provider, detail: advice(host.credential) }, { cause: error });
  if (/no matching host key/i.test(message) && known !== undefined)
    return new Failure('host-key-changed', {
      host: provider,
      found: 'of another type',
      known: fingerprintOf(known),
    });
  if (level === 'client-timeout') return unreachable(`nobody answered within ${patience / 1000} s`);
  if (code === 'ECONNREFUSED') return unreachable(`nothing listens on port ${host.port}; is sshd running?`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('its name cannot be resolved');
  return unreachable(message);
}

function advice({ user, privateKey, password }: Credential): string {
  const given = [privateKey !== undefined && 'this key', password !== undefined && 'this password'].filter(Boolean);
  const with_ = given.length > 0 ? given.join(' or ') : 'neither key nor password';
  const todo = privateKey === undefined ? '' : `; is its public key in ~${user}/.ssh/authorized_keys?`;
  return `it does not let ${user} in with ${with_}${todo}`;
}
