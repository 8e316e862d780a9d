import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A double of the transit engine of HashiCorp Vault and OpenBao, made after their documentation of its HTTP API: paths, bodies,
 * refusals and the form of what it answers are theirs; of its policies it knows which token may use which key.
 */
export interface TransitEngine extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** What was asked: `encrypt pileus`. */
  readonly calls: string[];
  /** Whatever is asked is answered with 503, as by a Vault that was started and not unsealed. */
  isSealed: boolean;
  /** From now on another token is good. */
  renewToken(): string;
  /** A new version of the key; those before still decrypt. */
  rotate(): void;
  /** `min_decryption_version` of the key. */
  refuseBefore(version: number): void;
}

const mount = 'transit';

export async function aTransitEngine(name = 'pileus'): Promise<TransitEngine> {
  const key = { versions: [randomBytes(32)], least: 1 };
  const calls: string[] = [];
  const state = { isSealed: false, token: `hvs.${randomBytes(12).toString('hex')}` };

  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    if (state.isSealed) return refusal(503, 'Vault is sealed');
    const [, at, operation, of] = /^\/v1\/(.+)\/(encrypt|decrypt)\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (at !== mount) return refusal(404, `no handler for route "${request.url?.slice(4)}". route entry not found.`);
    if (request.headers['x-vault-token'] !== state.token || of !== name)
      return refusal(403, '1 error occurred:\n\t* permission denied\n\n');
    if (request.method !== 'POST' && request.method !== 'PUT') return refusal(405, 'unsupported operation');
    calls.push(`${operation} ${of}`);
    const body = JSON.parse(await textOf(request)) as Readonly<Record<string, string>>;
    return operation === 'encrypt' ? encrypt(body['plaintext']) : decrypt(body['ciphertext']);
  };
  const encrypt = (plaintext: string | undefined): [number, unknown] => {
    if (plaintext === undefined) return refusal(400, 'missing plaintext to encrypt');
    const version = key.versions.length;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key.versions[version - 1] ?? '', nonce);
    const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'base64'), cipher.final(), cipher.getAuthTag()]);
    return good({ ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version });
  };
  const decrypt = (ciphertext = ''): [number, unknown] => {
    const [, number, sealed = ''] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    if (number === undefined) return refusal(400, 'invalid ciphertext: no prefix');
    const secret = key.versions[Number(number) - 1];
    if (!secret) return refusal(400, 'invalid ciphertext: version is too new');
    if (Number(number) < key.least)
      return refusal(400, 'ciphertext or signature version is disallowed by policy (too old)');
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      return good({ plaintext: plain.toString('base64') });
    } catch {
      return refusal(400, 'cipher: message authentication failed');
    }
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    get token() {
      return state.token;
    },
    get isSealed() {
      return state.isSealed;
    },
    set isSealed(is: boolean) {
      state.isSealed = is;
    },
    renewToken: () => (state.token = `hvs.${randomBytes(12).toString('hex')}`),
    rotate: () => void key.versions.push(randomBytes(32)),
    refuseBefore: (version) => void (key.least = version),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const refusal = (status: number, error: string): [number, unknown] => [status, { errors: [error] }];

const good = (data: object): [number, unknown] => [
  200,
  {
    request_id: crypto.randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    warnings: null,
    auth: null,
  },
];

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
