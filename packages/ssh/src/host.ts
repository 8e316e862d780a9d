/** How to sign in to a host, and how to become root there. */
export interface Credential {
  readonly user: string;
  readonly password?: string | undefined;
  /** OpenSSH, PEM or PuTTY. */
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Whether scripts run as the user who signs in (`none`), or as root, with or without a password for sudo. */
  readonly sudo: 'none' | 'passwordless' | 'password';
  /** The user's own password, unless given. */
  readonly sudoPassword?: string | undefined;
}

/** A machine that is reached by SSH. */
export interface Host {
  /** How people call it; failures name it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly credential: Credential;
  /** Its public key (`ssh-ed25519 AAAA…`), or the fingerprint of it (`SHA256:…`). */
  readonly key?: string | undefined;
  /** The host by way of which it is reached. */
  readonly bastion?: Host | undefined;
}

/** Where the keys of hosts are kept that were learned on first use. `id` is `address:port`. */
export interface HostKeys {
  get(id: string): Promise<string | undefined>;
  set(id: string, key: string): Promise<void>;
}

/** How failures name a host. */
export function called({ name, address, port }: Host): string {
  const at = port === 22 ? address : `${address}:${port}`;
  return name === address ? at : `${name} (${at})`;
}
