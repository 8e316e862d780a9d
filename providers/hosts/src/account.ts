import type { Text } from '@pileus/model';
import { isHostKey, readPrivateKey, type Credential, type Host } from '@pileus/ssh';
import { z } from 'zod';

/** How the portal and the CLI ask for a field; part of the account's JSON Schema. */
interface Shown {
  readonly title: Text;
  readonly help?: Text;
  readonly placeholder?: string;
  readonly secret?: true;
  readonly group: 'where' | 'who' | 'more';
  readonly when?: Readonly<Record<string, readonly string[]>>;
  readonly format?: 'multiline' | 'json';
}

/** Zod's own type for `title` is a string; a JSON Schema made from it carries whatever is given. */
function shown<T extends z.ZodType>(schema: T, how: Shown): T {
  return schema.meta(how as unknown as z.core.GlobalMeta);
}

const hostKey = z
  .string()
  .refine(isHostKey, { error: 'must be a public key (ssh-ed25519 AAAA…) or a fingerprint (SHA256:…)' });

/** One host; what is left out is the account's. */
const HostEntry = z.strictObject({
  /** How people call it; the address unless given. */
  name: z
    .string()
    .regex(/^[\w.-]{1,60}$/, { error: 'is made of letters, digits, dot, dash and underscore' })
    .optional(),
  address: z.string().trim().min(1),
  port: z.number().int().min(1).max(65535).optional(),
  user: z.string().min(1).optional(),
  /** Which of `credentials`. */
  credential: z.string().min(1).optional(),
  hostKey: hostKey.optional(),
  zone: z.string().min(1).optional(),
  labels: z.array(z.string().min(1)).default([]),
  /** Where other hosts reach it, if that is not `address`. */
  privateAddress: z.string().min(1).optional(),
});
export type HostEntry = z.output<typeof HostEntry>;

const sudo = z.enum(['none', 'passwordless', 'password']);
const OwnCredential = z.strictObject({
  user: z.string().min(1).optional(),
  privateKey: z.string().min(1).optional(),
  passphrase: z.string().optional(),
  password: z.string().min(1).optional(),
  sudo: sudo.optional(),
  sudoPassword: z.string().min(1).optional(),
});

/** What an administrator fills in to add plain machines as an account. */
export const Account = z
  .object({
    hosts: shown(z.array(HostEntry).min(1, { error: 'needs at least one host' }), {
      title: { en: 'Hosts (JSON)', 'zh-CN': '主机列表（JSON）' },
      help: {
        en: 'address, and where they differ from the account: name, port, user, hostKey, zone, labels, privateAddress, credential',
        'zh-CN': '每台主机的 address；可选 name、port、user、hostKey、zone、labels、privateAddress、credential',
      },
      placeholder: '[{ "name": "web-1", "address": "192.168.1.11", "zone": "rack-1", "labels": ["web"] }]',
      group: 'where',
      format: 'json',
    }),
    bastion: shown(HostEntry.optional(), {
      title: { en: 'Bastion (JSON)', 'zh-CN': '跳板机（JSON）' },
      help: {
        en: 'A host by way of which all others are reached; written like one of the hosts',
        'zh-CN': '所有主机经由该机访问，写法与主机相同',
      },
      placeholder: '{ "address": "bastion.example.org", "user": "jump" }',
      group: 'where',
      format: 'json',
    }),
    user: shown(z.string().trim().min(1).default('root'), { title: { en: 'User', 'zh-CN': '用户名' }, group: 'who' }),
    privateKey: shown(z.string().min(1).optional(), {
      title: { en: 'Private key', 'zh-CN': '私钥' },
      help: { en: 'OpenSSH or PEM; its public key is in authorized_keys', 'zh-CN': 'OpenSSH 或 PEM 格式' },
      placeholder: '-----BEGIN OPENSSH PRIVATE KEY-----',
      secret: true,
      group: 'who',
      format: 'multiline',
    }),
    passphrase: shown(z.string().min(1).optional(), {
      title: { en: 'Passphrase of the key', 'zh-CN': '私钥口令' },
      secret: true,
      group: 'who',
    }),
    password: shown(z.string().min(1).optional(), {
      title: { en: 'Password', 'zh-CN': '密码' },
      help: { en: 'Instead of a key, or beside it', 'zh-CN': '代替私钥，或与私钥并用' },
      secret: true,
      group: 'who',
    }),
    sudo: shown(sudo.default('none'), {
      title: { en: 'Become root with sudo', 'zh-CN': '通过 sudo 取得 root 权限' },
      help: {
        en: 'none: scripts run as the user above; password: sudo asks for one',
        'zh-CN': 'none：脚本以上述用户运行；password：sudo 需要密码',
      },
      group: 'who',
    }),
    sudoPassword: shown(z.string().min(1).optional(), {
      title: { en: 'Password for sudo', 'zh-CN': 'sudo 密码' },
      help: { en: "The user's own unless given", 'zh-CN': '留空则使用上面的密码' },
      secret: true,
      group: 'who',
      when: { sudo: ['password'] },
    }),
    credentials: shown(z.record(z.string().min(1), OwnCredential).default({}), {
      title: { en: 'More credentials (JSON)', 'zh-CN': '其他凭证（JSON）' },
      help: {
        en: 'By name, for hosts that name one in "credential": user, privateKey, passphrase, password, sudo, sudoPassword',
        'zh-CN': '按名称列出，由主机的 "credential" 引用',
      },
      placeholder: '{ "old": { "user": "admin", "password": "…", "sudo": "password" } }',
      secret: true,
      group: 'more',
      format: 'json',
    }),
    hostKeys: shown(z.enum(['given', 'learn']).default('given'), {
      title: { en: 'Host keys', 'zh-CN': '主机公钥' },
      help: {
        en: 'given: each host needs its hostKey; learn: the key shown first is believed and kept. A key that has changed always stops',
        'zh-CN': 'given：每台主机须填写 hostKey；learn：信任并记住首次出示的公钥。公钥变化时一律停止',
      },
      group: 'more',
    }),
    directory: shown(z.string().trim().min(1).default('.pileus'), {
      title: { en: 'Directory on the hosts', 'zh-CN': '主机上的目录' },
      help: {
        en: 'Everything of ours lies there; counted from the home of the user who runs the scripts. All who share hosts need the same one',
        'zh-CN': '平台在主机上的文件均位于此目录（相对于脚本运行用户的主目录）；共用主机的各方须填写相同目录',
      },
      group: 'more',
    }),
  })
  .superRefine((account, context) => {
    const problem = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const names = account.hosts.map(nameOf);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) problem(['hosts', index, 'name'], `${name} is there twice`);
    });
    for (const [index, entry] of [...account.hosts, ...(account.bastion ? [account.bastion] : [])].entries()) {
      const at = index < account.hosts.length ? ['hosts', index, 'credential'] : ['bastion', 'credential'];
      if (entry.credential !== undefined && !(entry.credential in account.credentials))
        problem(at, `there is no ${entry.credential} in credentials`);
      else if (!canSignIn(credentialOf(account, entry))) problem(at, 'needs a private key or a password');
    }
    for (const [path, { privateKey, passphrase }] of [
      [[], account] as const,
      ...Object.entries(account.credentials).map(([name, own]) => [['credentials', name], own] as const),
    ]) {
      const key = privateKey === undefined ? undefined : readPrivateKey(privateKey, passphrase);
      if (typeof key === 'string') problem([...path, 'privateKey'], key);
    }
  });
export type Account = z.output<typeof Account>;

export const nameOf = ({ name, address }: HostEntry): string => name ?? address;

/** The hosts as SSH reaches them, in the order of the account. */
export function hostsOf(account: Account): { readonly entry: HostEntry; readonly host: Host }[] {
  const bastion = account.bastion && hostOf(account, account.bastion);
  return account.hosts.map((entry) => ({ entry, host: { ...hostOf(account, entry), bastion } }));
}

export function hostOf(account: Account, entry: HostEntry): Host {
  const { address, port = 22, hostKey: key } = entry;
  return { name: nameOf(entry), address, port, key, credential: credentialOf(account, entry) };
}

function credentialOf(account: Account, entry: HostEntry): Credential {
  const { user, privateKey, passphrase, password, sudo: how, sudoPassword } = account;
  const own = entry.credential === undefined ? undefined : account.credentials[entry.credential];
  const shared = { user, privateKey, passphrase, password, sudo: how, sudoPassword };
  // A credential of its own that signs in by itself takes nothing else from the account.
  const base = own && canSignIn(own) ? { user, sudo: how } : shared;
  return { ...base, ...own, ...(entry.user !== undefined && { user: entry.user }) };
}

function canSignIn({ privateKey, password }: Pick<Credential, 'privateKey' | 'password'>): boolean {
  return privateKey !== undefined || password !== undefined;
}
